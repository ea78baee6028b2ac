import { checkFollowUp, type FollowUp, refuseLateEntry } from '../follow-up.ts';
import { censoringDistribution, censoringInfluence } from './censoring-distribution.ts';
import { type DayGroups, dayGroups, firstDayFrom } from './day-groups.ts';

/**
 * Who is known at a horizon. 'event-free': only those without any event by then are controls.
 * 'without-event': those with a competing event by then too.
 */
export type Controls = 'event-free' | 'without-event';

/** Subjects by ascending day, with the survival G of their censoring time, for any horizon. */
export interface CensoredCohort {
  readonly groups: DayGroups;
  /** [n] day of each place */
  readonly dayOf: Int32Array;
  /** [n] 1 / G(time-) of those with an event of any kind, by place; 0 of the censored */
  readonly inverse: Float64Array;
  /** 1 / G(t-), infinite where G is 0 */
  readonly inverseBefore: (t: number) => number;
  /** Influence by place of estimating G, from the pulls by day (see `censoringInfluence`); 0 of a G from outside */
  readonly influenceOfG: (pulls: Float64Array) => Float64Array;
}

/**
 * @param censoring the subjects who give G, such as the training set, which is then taken as known; the subjects
 *   themselves where absent
 * @throws RangeError when there are entry days: nobody is observed from day 0 to the entry
 */
export function censoredCohort(caller: string, followUp: FollowUp, censoring?: FollowUp): CensoredCohort {
  const groups = checkedGroups(caller, followUp);
  const from = censoring ? checkedGroups(caller, censoring) : groups;
  const distribution = censoringDistribution(from, isCensored, from.weights);
  const inverseBefore = (t: number) => 1 / distribution.before[firstDayFrom(from.days, t)]!;
  const n = groups.rows.length;
  const dayOf = new Int32Array(n);
  const inverse = new Float64Array(n);
  for (let day = 0; day < groups.days.length; day++) {
    const ofDay = censoring ? inverseBefore(groups.days[day]!) : 1 / distribution.before[day]!;
    for (let place = groups.starts[day]!; place < groups.starts[day + 1]!; place++) {
      dayOf[place] = day;
      if (!isCensored(groups.event[place]!)) inverse[place] = ofDay;
    }
  }
  const influenceOfG = (pulls: Float64Array) =>
    censoring ? new Float64Array(n) : censoringInfluence(groups, distribution, isCensored, pulls);
  return { groups, dayOf, inverse, inverseBefore, influenceOfG };
}

const isCensored = (code: number) => code === 0;

function checkedGroups(caller: string, followUp: FollowUp): DayGroups {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  return dayGroups(followUp);
}

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
  const cohort = censoredCohort(caller, followUp);
  checkDay(caller, t);
  const { groups, inverse } = cohort;
  const inverseHorizon = cohort.inverseBefore(t);
  if (!Number.isFinite(inverseHorizon)) return null;
  const horizon = firstDayFrom(groups.days, t);
  const n = groups.rows.length;
  const result = { cases: new Float64Array(n), controls: new Float64Array(n), known: new Float64Array(n) };
  /** [n] by place, the day whose G divides the weight */
  const dividedBy = new Int32Array(n);
  for (let place = 0; place < n; place++) {
    const day = cohort.dayOf[place]!;
    const code = groups.event[place]!;
    const byThen = groups.days[day]! <= t && code > 0;
    if (!byThen && day < horizon) continue; // censored before t
    dividedBy[place] = byThen ? day : horizon;
    const weight = groups.weights[place]! * (byThen ? inverse[place]! : inverseHorizon);
    const side = sideOf(byThen ? code : 0, controls);
    result.known[groups.rows[place]!] = weight;
    if (side !== null) result[side][groups.rows[place]!] = weight;
  }
  return { ...result, withG: (direct) => throughG(direct, cohort, dividedBy) };
}

/** @throws RangeError when t is not a number */
export function checkDay(caller: string, t: number): void {
  if (Number.isNaN(t)) throw new RangeError(`${caller}: expected a day, got NaN`);
}

function sideOf(codeByThen: number, controls: Controls): 'cases' | 'controls' | null {
  if (codeByThen === 1) return 'cases';
  return codeByThen === 0 || controls === 'without-event' ? 'controls' : null;
}

function throughG(
  direct: Float64Array,
  { groups, influenceOfG }: CensoredCohort,
  dividedBy: Int32Array,
): Float64Array {
  const pulls = new Float64Array(groups.days.length + 1);
  for (let place = 0; place < dividedBy.length; place++)
    pulls[dividedBy[place]!]! += direct[groups.rows[place]!]!;
  const more = influenceOfG(pulls);
  const influence = Float64Array.from(direct);
  for (let place = 0; place < more.length; place++) influence[groups.rows[place]!]! += more[place]!;
  return influence;
}
