import { checkFollowUp, type FollowUp, refuseLateEntry, stepAt } from '../follow-up.ts';
import { type RiskTable, riskTable } from '../estimators/risk-table.ts';

/** Subjects in ascending time, with the survival G of their censoring time. */
export interface CensoringModel {
  /** Sum of the case weights */
  readonly total: number;
  /** [n] row numbers by ascending time, events before censorings of one day; the other [n] arrays are in this order */
  readonly order: Int32Array;
  readonly days: Float64Array;
  readonly event: Uint8Array;
  readonly weights: Float64Array;
  /** [n] 1 / G(time-) of those with an event of any kind, 0 of the censored */
  readonly inverse: Float64Array;
  /** [n] place of the time among the days of `table` */
  readonly dayOf: Int32Array;
  readonly table: RiskTable;
  /** [k] share of those at risk who are censored on each day of `table` */
  readonly hazard: Float64Array;
  /** 1 / G(t-), infinite where G is 0 */
  readonly inverseBefore: (t: number) => number;
  /** Whether G comes from these subjects, and its estimation adds to the variance */
  readonly estimated: boolean;
}

/**
 * @param censoring the subjects who give the distribution of the censoring time, such as the
 *   training set; the subjects themselves where absent
 * @throws RangeError when there is late entry: nobody is observed from day 0 to the entry
 */
export function censoringModel(caller: string, followUp: FollowUp, censoring?: FollowUp): CensoringModel {
  const table = checkedTable(caller, followUp);
  const n = followUp.days.length;
  const hazard = censoringHazard(table);
  const from = censoring ? checkedTable(caller, censoring) : table;
  const survival = productLimit(censoring ? censoringHazard(from) : hazard);
  const inverseBefore = (t: number) => 1 / stepAt(from.days, survival, t, 1, 'before');
  const place = Int32Array.from(followUp.days, (day) => firstFrom(table.days, day));
  const order = orderBy(
    place.map((k, row) => 2 * k + (followUp.event[row] === 0 ? 1 : 0)),
    2 * table.days.length,
  );
  const dayOf = Int32Array.from(order, (row) => place[row]!);
  const event = Uint8Array.from(order, (row) => followUp.event[row]!);
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  const inverseByDay = table.days.map(inverseBefore);
  const inverse = new Float64Array(n);
  for (let at = 0; at < n; at++) inverse[at] = event[at] === 0 ? 0 : inverseByDay[dayOf[at]!]!;
  return {
    total: weights.reduce((sum, weight) => sum + weight, 0),
    order,
    days: Float64Array.from(dayOf, (k) => table.days[k]!),
    event,
    weights,
    inverse,
    dayOf,
    table,
    hazard,
    inverseBefore,
    estimated: censoring === undefined,
  };
}

function checkedTable(caller: string, followUp: FollowUp): RiskTable {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  return riskTable(followUp);
}

/** Events precede censorings: those with an event on the day are no longer at risk of being censored. */
function censoringHazard({ atRisk, anyEvents, censored }: RiskTable): Float64Array {
  return censored.map((count, k) => (count > 0 ? count / (atRisk[k]! - anyEvents[k]!) : 0));
}

function productLimit(hazard: Float64Array): Float64Array {
  let survival = 1;
  return hazard.map((value) => (survival *= 1 - value));
}

/** Place of the first of these ascending days that is not before t. */
export function firstFrom(days: Float64Array, t: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function orderBy(place: Int32Array, places: number): Int32Array {
  const next = new Int32Array(places + 1);
  for (const k of place) next[k + 1]!++;
  for (let k = 1; k <= places; k++) next[k]! += next[k - 1]!;
  const order = new Int32Array(place.length);
  for (let row = 0; row < place.length; row++) order[next[place[row]!]!++] = row;
  return order;
}

/** How many are out by day t: censored before it, or with an event on it or before. The others were seen event-free to its end. */
export function knownBy({ days, event }: CensoringModel, t: number): number {
  let at = firstFrom(days, t);
  while (at < days.length && days[at] === t && event[at] !== 0) at++;
  return at;
}

/** A weighted mean, or a sum of such means over several horizons, and what each subject does to it. */
export interface WeightedMean {
  readonly mean: number;
  /** [n] in the order of the model; its case-weighted mean is 0 */
  readonly influence: Float64Array;
}

/**
 * Means of terms with inverse probability of censoring weights at some days t. A subject
 * with an event by t has the weight 1 / G(time-), one event-free to the end of day t (censored on
 * day t included) 1 / G(t-), and one censored before t has 0. With G of the subjects
 * themselves the weights add up to n.
 *
 * Source: graf1999 (docs/references.bib).
 */
export class WeightedSum {
  /** [n] sum of weight times value, of terms that are divided by G(time-) and by G(t-) */
  readonly byEvent: Float64Array;
  readonly byHorizon: Float64Array;
  /** [k + 1] the terms divided by G(t-), summed over subjects, on the first day of the table not before t */
  readonly onDay: Float64Array;
  readonly model: CensoringModel;
  constructor(model: CensoringModel) {
    this.model = model;
    this.byEvent = new Float64Array(model.days.length);
    this.byHorizon = new Float64Array(model.days.length);
    this.onDay = new Float64Array(model.table.days.length + 1);
  }

  /**
   * Adds share × weights at t × values.
   *
   * @param values [n] in the order of the model
   * @returns false, with nothing added, when G(t-) is 0: t is beyond the last time, which was a
   *   censoring, and nothing is known at t
   */
  add(t: number, values: Float64Array, share = 1): boolean {
    const { inverse, weights, table } = this.model;
    const { byEvent, byHorizon } = this;
    const known = knownBy(this.model, t);
    const inverseHorizon = this.model.inverseBefore(t);
    if (!Number.isFinite(inverseHorizon)) return false;
    const factor = share * inverseHorizon;
    let mass = 0;
    for (let at = 0; at < known; at++) byEvent[at]! += share * inverse[at]! * values[at]!;
    for (let at = known; at < values.length; at++) {
      const term = factor * values[at]!;
      byHorizon[at]! += term;
      mass += weights[at]! * term;
    }
    this.onDay[firstFrom(table.days, t)]! += mass;
    return true;
  }

  /**
   * The mean over all subjects with its influence function: each subject's own term, and what it
   * does to G through its part of the censoring martingale,
   *
   *     W v - mean + Σ over days u < t of  H(u) (dN(u) - λ(u) R(u)) / (r(u) (1 - λ(u))),
   *
   * where H(u) is the part of the mean that is divided by G after day u, dN(u) and R(u) say whether
   * the subject is censored, and at risk of it, on day u, r(u) is the share of subjects at risk and
   * λ(u) the share of these who are censored. A G from outside is taken as known.
   */
  result(): WeightedMean {
    const { total, weights, dayOf, estimated } = this.model;
    const influence = new Float64Array(weights.length);
    const divided = Float64Array.from(this.onDay);
    let sum = 0;
    for (let at = 0; at < influence.length; at++) {
      influence[at] = this.byEvent[at]! + this.byHorizon[at]!;
      sum += weights[at]! * influence[at]!;
      divided[dayOf[at]!]! += weights[at]! * this.byEvent[at]!;
    }
    const mean = sum / total;
    for (let at = 0; at < influence.length; at++) influence[at]! -= mean;
    if (estimated) addCensoringTerm(this.model, divided, influence);
    return { mean, influence };
  }
}

/** @param divided [k + 1] terms by the last day before which G divides them; summed up here from the end */
function addCensoringTerm(model: CensoringModel, divided: Float64Array, influence: Float64Array): void {
  const { hazard, table, dayOf, event } = model;
  const jump = new Float64Array(hazard.length);
  const drift = new Float64Array(hazard.length + 1);
  for (let k = hazard.length - 1; k >= 0; k--) divided[k]! += divided[k + 1]!;
  for (let k = 0; k < hazard.length; k++) {
    const share = hazard[k]!;
    // where all at risk are censored nobody is left whose term G could divide
    if (share > 0 && share < 1)
      jump[k] = divided[k + 1]! / ((table.atRisk[k]! - table.anyEvents[k]!) * (1 - share));
    drift[k + 1] = drift[k]! + jump[k]! * share;
  }
  for (let at = 0; at < influence.length; at++) {
    const k = dayOf[at]!;
    influence[at]! += event[at] === 0 ? jump[k]! - drift[k + 1]! : -drift[k]!;
  }
}

/** Standard error of a mean with this influence function; null for one subject. */
export function influenceError({ weights, total }: CensoringModel, influence: Float64Array): number | null {
  if (!(total > 1)) return null;
  let sum = 0;
  for (let at = 0; at < influence.length; at++) sum += weights[at]! * influence[at]! * influence[at]!;
  return Math.sqrt(sum / (total - 1) / total);
}
