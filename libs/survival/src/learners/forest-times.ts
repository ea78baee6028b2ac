import { type FollowUp, orderByDays } from '../follow-up.ts';
import type { ForestConfig } from './forest-config.ts';

/** The days and causes of a forest, from the follow-up alone. */
export interface ForestTimes {
  readonly causes: number;
  /** [k] distinct days with an event of any of the causes */
  readonly days: Float64Array;
  /** [n] 0, or the cause */
  readonly event: Uint8Array;
  /** [n] how many of the days are not after the subject's time */
  readonly daysReached: Int32Array;
  /** [n] subjects by time */
  readonly byTime: Int32Array;
}

export function forestTimes(
  { days, event }: FollowUp,
  { competing, splitCause }: Pick<ForestConfig, 'competing' | 'splitCause'>,
): ForestTimes {
  const coded = competing === 'incidence' ? event : event.map((code) => (code === 1 ? 1 : 0));
  const causes = coded.reduce((most, code) => Math.max(most, code), 1);
  if (splitCause !== 'all' && !(splitCause >= 1 && splitCause <= causes))
    throw new RangeError(`fitForest: expected a splitCause from 1 to ${causes}, got ${splitCause}`);
  const byTime = orderByDays(days);
  const eventDays = Float64Array.from(byTime, (row) => days[row]!).filter((_, at) => coded[byTime[at]!]! > 0);
  const distinct = eventDays.filter((day, at) => day !== eventDays[at - 1]);
  return { causes, days: distinct, event: coded, daysReached: countReached(days, byTime, distinct), byTime };
}

function countReached(days: Float64Array, byTime: Int32Array, distinct: Float64Array): Int32Array {
  const daysReached = new Int32Array(days.length);
  let reached = 0;
  for (const row of byTime) {
    while (reached < distinct.length && distinct[reached]! <= days[row]!) reached++;
    daysReached[row] = reached;
  }
  return daysReached;
}

/** [k] subjects, by their case weights, whose time is each of the days or later */
export function atRiskOn(days: Float64Array, followUp: FollowUp): Float64Array {
  const atRisk = new Float64Array(days.length);
  const order = orderByDays(followUp.days);
  let left = order.length - 1;
  let sum = 0;
  for (let k = days.length - 1; k >= 0; k--) {
    for (; left >= 0 && followUp.days[order[left]!]! >= days[k]!; left--)
      sum += followUp.weights?.[order[left]!] ?? 1;
    atRisk[k] = sum;
  }
  return atRisk;
}
