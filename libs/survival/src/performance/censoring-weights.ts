import { checkFollowUp, type FollowUp, refuseLateEntry, stepAt } from '../follow-up.ts';
import { censoringSurvival } from '../estimators/kaplan-meier.ts';
import { type RiskTable, riskTable } from '../estimators/risk-table.ts';

/** Subjects in ascending time, with the survival G of their censoring time. */
export interface CensoringModel {
  /** Sum of the case weights */
  readonly total: number;
  /** [n] row numbers by ascending time; the other [n] arrays are in this order */
  readonly order: Int32Array;
  readonly days: Float64Array;
  readonly event: Uint8Array;
  readonly weights: Float64Array;
  /** [n] 1 / G(time-) */
  readonly inverse: Float64Array;
  /** [n] place of the time among the days of `table` */
  readonly dayOf: Int32Array;
  readonly table: RiskTable;
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
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  if (censoring) {
    checkFollowUp(caller, censoring);
    refuseLateEntry(caller, censoring);
  }
  const n = followUp.days.length;
  const table = riskTable(followUp);
  const survival = censoringSurvival(censoring ?? followUp);
  const inverseBefore = (t: number) => 1 / stepAt(survival.days, survival.survival, t, 1, 'before');
  const inverseByDay = table.days.map(inverseBefore);
  const dayOf = new Int32Array(n);
  const counts = new Int32Array(table.days.length + 1);
  for (let row = 0; row < n; row++) counts[1 + (dayOf[row] = placeOf(table.days, followUp.days[row]!))]!++;
  for (let k = 1; k < counts.length; k++) counts[k]! += counts[k - 1]!;
  const order = new Int32Array(n);
  for (let row = 0; row < n; row++) order[counts[dayOf[row]!]!++] = row;
  const sortedDay = Int32Array.from(order, (row) => dayOf[row]!);
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  return {
    total: weights.reduce((sum, weight) => sum + weight, 0),
    order,
    days: Float64Array.from(sortedDay, (k) => table.days[k]!),
    event: Uint8Array.from(order, (row) => followUp.event[row]!),
    weights,
    inverse: Float64Array.from(sortedDay, (k) => inverseByDay[k]!),
    dayOf: sortedDay,
    table,
    inverseBefore,
    estimated: censoring === undefined,
  };
}

function placeOf(days: Float64Array, day: number): number {
  let low = 0;
  let high = days.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Inverse probability of censoring weights at day t, [n] in the order of the model: 1 / G(time-)
 * for an event by t, 1 / G(t-) for a subject event-free to the end of day t (censored on
 * day t included), 0 for one censored before t. With G of the subjects themselves they add up to n.
 *
 * Null when G(t-) is 0: t is beyond the last time, which was a censoring, and nothing is known at t.
 *
 * Source: graf1999 (docs/references.bib).
 */
export function weightsAt(model: CensoringModel, t: number): Float64Array | null {
  const atHorizon = model.inverseBefore(t);
  if (!Number.isFinite(atHorizon)) return null;
  const weights = new Float64Array(model.days.length);
  for (let at = 0; at < weights.length; at++) {
    const day = model.days[at]!;
    if (day > t || (day === t && model.event[at] === 0)) weights[at] = atHorizon;
    else if (model.event[at] !== 0) weights[at] = model.inverse[at]!;
  }
  return weights;
}

/** A weighted mean, and what each subject does to it. */
export interface WeightedMean {
  readonly mean: number;
  /** [n] in the order of the model; the case-weighted mean is 0 */
  readonly influence: Float64Array;
}

/**
 * Mean over all subjects of weight times value, with its influence function: each subject's
 * own term, and what it does to G through its part of the censoring martingale,
 *
 *     W v - mean + Σ over days u < t of  H(u) (dN(u) - λ(u) R(u)) / (r(u) (1 - λ(u))),
 *
 * where H(u) is the part of the mean that G(u) divides, dN(u) and R(u) say whether the subject
 * is censored, and at risk of it, on day u, r(u) is the share of subjects at risk and λ(u) the
 * share of these who are censored. Where G was given from outside, it is taken as known.
 *
 * @param weights [n] of `weightsAt` day t
 * @param values [n] in the order of the model
 */
export function weightedMean(
  model: CensoringModel,
  t: number,
  weights: Float64Array,
  values: Float64Array,
): WeightedMean {
  const { total } = model;
  const influence = new Float64Array(values.length);
  const later = new Float64Array(model.table.days.length + 1);
  let sum = 0;
  for (let at = values.length - 1; at >= 0; at--) {
    const term = weights[at]! * values[at]!;
    influence[at] = term;
    sum += model.weights[at]! * term;
    // a subject who outlives the horizon is divided by G(t-), whatever comes later
    later[model.dayOf[at]!]! += model.weights[at]! * term;
  }
  const mean = sum / total;
  for (let at = 0; at < values.length; at++) influence[at]! -= mean;
  if (model.estimated) addCensoringTerm(model, t, later, influence);
  return { mean, influence };
}

function addCensoringTerm(
  model: CensoringModel,
  t: number,
  byDay: Float64Array,
  influence: Float64Array,
): void {
  const { days, atRisk, anyEvents, censored } = model.table;
  for (let k = days.length - 1; k >= 0; k--) byDay[k]! += byDay[k + 1]!;
  const jump = new Float64Array(days.length);
  const drift = new Float64Array(days.length + 1);
  for (let k = 0; k < days.length; k++) {
    drift[k + 1] = drift[k]!;
    if (!(days[k]! < t) || censored[k] === 0) continue;
    const exposed = atRisk[k]! - anyEvents[k]!;
    const hazard = censored[k]! / exposed;
    jump[k] = byDay[k + 1]! / (exposed * (1 - hazard));
    drift[k + 1]! += jump[k]! * hazard;
  }
  for (let at = 0; at < influence.length; at++) {
    const k = model.dayOf[at]!;
    if (model.event[at] === 0) influence[at]! += jump[k]! - drift[k + 1]!;
    else influence[at]! -= drift[k]!;
  }
}

/** Standard error of a mean with this influence function; null for one subject. */
export function influenceError({ weights, total }: CensoringModel, influence: Float64Array): number | null {
  if (!(total > 1)) return null;
  let sum = 0;
  for (let at = 0; at < influence.length; at++) sum += weights[at]! * influence[at]! ** 2;
  return Math.sqrt(sum / (total - 1) / total);
}
