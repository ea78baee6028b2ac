import { type FollowUp, refuseLateEntry, checkFollowUp } from '../follow-up.ts';
import {
  type CensoringDistribution,
  censoringDistribution,
  censoringInfluence,
} from './censoring-distribution.ts';
import { type DayGroups, dayGroups, firstDayFrom } from './day-groups.ts';

/**
 * Who is known at a horizon. 'event-free': only those without any event by then are controls.
 * 'without-event': those with a competing event by then too.
 */
export type Controls = 'event-free' | 'without-event';

/** What is known of the subjects at day t, weighted for those whom censoring hides (IPCW). */
export interface KnownAtHorizon {
  /** [n] inverse probability weight times case weight; 0 for a subject that is no case, or no control */
  readonly cases: Float64Array;
  readonly controls: Float64Array;
  /** [n] of everybody who is known at t */
  readonly known: Float64Array;
  /** The influence of the subjects on a statistic, from their direct influence, when G is estimated. */
  readonly withG: (direct: Float64Array) => Float64Array;
}

/**
 * Cases have the event by day t and weigh 1 / G(time-). Controls are event-free to the end of day
 * t, censored on day t included, and weigh 1 / G(t-); 'without-event', competing events by t too, with
 * 1 / G(time-). Those censored before t weigh 0. G is the Kaplan-Meier estimate of the censoring time
 * of these subjects, hence positive wherever it is needed. Null where t is beyond the last
 * time of a sample whose last subject was censored: then no control is known.
 *
 * @throws RangeError when t is not a number, or there are entry days
 */
export function knownAtHorizon(
  caller: string,
  followUp: FollowUp,
  t: number,
  controls: Controls,
): KnownAtHorizon | null {
  checkHorizon(caller, followUp, t);
  const groups = dayGroups(followUp);
  const distribution = censoringDistribution(groups, isCensored, groups.weights);
  const horizon = firstDayFrom(groups.days, t);
  if (distribution.before[horizon]! <= 0) return null;
  const n = groups.rows.length;
  const result = { cases: new Float64Array(n), controls: new Float64Array(n), known: new Float64Array(n) };
  /** [n] by place, the day whose G divides the weight */
  const dividedBy = new Int32Array(n);
  for (let day = 0; day < groups.days.length; day++)
    for (let place = groups.starts[day]!; place < groups.starts[day + 1]!; place++) {
      const code = groups.event[place]!;
      const byThen = groups.days[day]! <= t && code > 0;
      if (!byThen && groups.days[day]! < t) continue; // censored before t
      dividedBy[place] = byThen ? day : horizon;
      const weight = groups.weights[place]! / distribution.before[dividedBy[place]!]!;
      const side = sideOf(byThen ? code : 0, controls);
      result.known[groups.rows[place]!] = weight;
      if (side !== null) result[side][groups.rows[place]!] = weight;
    }
  return { ...result, withG: (direct) => throughG(direct, groups, distribution, dividedBy) };
}

function checkHorizon(caller: string, followUp: FollowUp, t: number): void {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  if (Number.isNaN(t)) throw new RangeError(`${caller}: expected a day, got NaN`);
}

function sideOf(codeByThen: number, controls: Controls): 'cases' | 'controls' | null {
  if (codeByThen === 1) return 'cases';
  return codeByThen === 0 || controls === 'without-event' ? 'controls' : null;
}

const isCensored = (code: number) => code === 0;

function throughG(
  direct: Float64Array,
  groups: DayGroups,
  distribution: CensoringDistribution,
  dividedBy: Int32Array,
): Float64Array {
  const pulls = new Float64Array(groups.days.length + 1);
  for (let place = 0; place < dividedBy.length; place++)
    pulls[dividedBy[place]!]! += direct[groups.rows[place]!]!;
  const more = censoringInfluence(groups, distribution, isCensored, pulls);
  const influence = Float64Array.from(direct);
  for (let place = 0; place < more.length; place++) influence[groups.rows[place]!]! += more[place]!;
  return influence;
}
