import { firstDayFrom } from '../performance/day-groups.ts';
import type { CoxRows } from './cox-rows.ts';
import { stepCount } from './step-count.ts';

/**
 * A function of time by which effects may change: 1 minus the Kaplan-Meier curve just before the
 * day, the mean rank of the day among all rows, the day itself or its logarithm.
 */
export type TimeScale = 'km' | 'rank' | 'identity' | 'log';

/**
 * The function on each event day, less its mean over the events, [event days]. Kaplan-Meier and
 * ranks are over all strata and without weights, as R has them.
 */
export function timeTransform(rows: CoxRows, scale: TimeScale): Float64Array {
  const { day, events } = rows.eventDays;
  const values = day.map(transformOf(rows, scale));
  let sum = 0;
  let count = 0;
  for (let k = 0; k < values.length; k++) {
    sum += events[k]! * values[k]!;
    count += events[k]!;
  }
  return values.map((value) => value - sum / count);
}

function transformOf(rows: CoxRows, scale: TimeScale): (day: number) => number {
  if (scale === 'identity') return (day) => day;
  if (scale === 'log') return (day) => Math.log(day);
  const exits = Float64Array.from(rows.days).sort();
  if (scale === 'rank') return (day) => (firstDayFrom(exits, day) + stepCount(exits, day) + 1) / 2;
  return failureBefore(rows, exits);
}

function failureBefore({ n, days, entryDays, event }: CoxRows, exits: Float64Array): (day: number) => number {
  const entries = Float64Array.from(entryDays).sort();
  const failures = Float64Array.from(days.filter((_, row) => event[row] === 1)).sort();
  const distinct = Float64Array.from(new Set(failures));
  const before = new Float64Array(distinct.length + 1).fill(1);
  let earlier = 0;
  for (const [k, day] of distinct.entries()) {
    const until = stepCount(failures, day);
    const gone = firstDayFrom(exits, day);
    const notYet = n - firstDayFrom(entries, day);
    before[k + 1] = before[k]! * (1 - (until - earlier) / (n - gone - notYet));
    earlier = until;
  }
  return (day) => 1 - before[firstDayFrom(distinct, day)]!;
}
