import { type FollowUp, normalQuantile } from '../follow-up.ts';
import { twoSidedP } from '../numerics/normal.ts';
import {
  type CensoringModel,
  censoringModel,
  influenceError,
  knownBy,
  type WeightedMean,
  WeightedSum,
} from './censoring-weights.ts';

/** The Brier score of a prediction, beside that of predicting everybody the same. */
export interface BrierScore {
  /** Mean squared error of the predicted risk: 0 is perfect; null when nobody is known at the horizon */
  readonly score: number | null;
  /** By influence function, with the estimation of the censoring weights; null with the score or for one subject */
  readonly standardError: number | null;
  /** 95 % interval, score ± 1.96 standard errors, cut at 0 and 1 */
  readonly low: number | null;
  readonly high: number | null;
  /** The score of the Kaplan-Meier (with competing events Aalen-Johansen) estimate */
  readonly reference: number | null;
  /** Index of prediction accuracy, or scaled Brier score, 1 - score / reference; null when the reference is 0 */
  readonly ipa: number | null;
  readonly ipaStandardError: number | null;
}

export interface BrierOptions {
  /** The subjects who give the distribution of the censoring time, such as the training set; the subjects themselves where absent */
  readonly censoring?: FollowUp;
}

/** The scores of a prediction and of the best constant one, with what each subject does to them. */
interface Evaluated {
  readonly score: WeightedMean;
  readonly reference: WeightedMean;
}

/**
 * Brier score at day t under censoring (IPCW). A subject with an event by t counts with
 * weight 1 / G(time-), one event-free to the end of day t (censored on day t included)
 * with 1 / G(t-), one censored before t with 0; G is the survival function of the censoring time. With competing events the risk
 * is the cumulative incidence of the event, and a competing event by t counts as no event.
 *
 * G is estimated from the subjects themselves, hence positive wherever it is needed, or from others.
 * All is null when G(t-) is 0: t is beyond the last time and a censoring leaves the rest unknown.
 *
 * @param risk [n] predicted probability of the event by day t, 0 to 1
 * @throws RangeError when the lengths differ, a risk is not a probability, or there is late entry
 *
 * Source: graf1999; competing events schoop2011; IPA kattan2018; standard error blanche2015 (docs/references.bib).
 * Agrees with: R riskRegression `Score(metrics = "brier", se.fit = TRUE)`, scikit-survival
 * `brier_score`, both where no censoring shares a day with an event or the horizon.
 */
export function brierScore(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  options: BrierOptions = {},
): BrierScore {
  return brierScores([risk], followUp, [t], options)[0]!;
}

/**
 * Brier scores at k days; the work on the censoring times is done once.
 *
 * @param risks [k] of [n] predicted risks by each of the days
 * @throws RangeError as brierScore, or when there are not as many risks as days
 */
export function brierScores(
  risks: readonly Float64Array[],
  followUp: FollowUp,
  days: readonly number[],
  { censoring }: BrierOptions = {},
): BrierScore[] {
  const model = checkedModel('brierScores', risks, followUp, days, censoring);
  return days.map((t, k) => summary(model, evaluate(model, [risks[k]!], [t], [1])));
}

/**
 * Integrated Brier score: the area under the Brier scores at k days, over the length from
 * the first to the last; null where one of them is. The trapezoid rule joins the scores by
 * straight lines; the step rule holds each until the next day.
 *
 * @param risks [k] of [n] predicted risks by each of the days
 * @param days [k] ascending, at least two
 * @throws RangeError as brierScore, or when there are fewer than two days or they do not ascend
 *
 * Agrees with: scikit-survival `integrated_brier_score` (trapezoid), R pec `crps` (step).
 */
export function integratedBrierScore(
  risks: readonly Float64Array[],
  followUp: FollowUp,
  days: readonly number[],
  { censoring, rule = 'trapezoid' }: BrierOptions & { readonly rule?: 'trapezoid' | 'step' } = {},
): BrierScore {
  checkGrid(days);
  const model = checkedModel('integratedBrierScore', risks, followUp, days, censoring);
  const length = days.at(-1)! - days[0]!;
  const shares = days.map((day, k) => {
    const after = (days[k + 1] ?? day) - day;
    const before = day - (days[k - 1] ?? day);
    return (rule === 'step' ? after : (before + after) / 2) / length;
  });
  return summary(model, evaluate(model, risks, days, shares));
}

function checkGrid(days: readonly number[]): void {
  if (days.length < 2)
    throw new RangeError(`integratedBrierScore: expected at least 2 days, got ${days.length}`);
  if (days.some((day, k) => k > 0 && !(day > days[k - 1]!)))
    throw new RangeError('integratedBrierScore: expected days in ascending order');
}

/** The Brier score of one prediction less that of another, on the same subjects. */
export interface BrierDifference {
  /** Below 0 when the first prediction is the better one; null where a score is */
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided, of no difference; null when the predictions are the same */
  readonly p: number | null;
}

/**
 * Paired comparison of two predictions by their Brier scores at day t.
 *
 * @throws RangeError as brierScore
 *
 * Source: blanche2015 (docs/references.bib).
 * Agrees with: R riskRegression `Score(contrasts = TRUE)`.
 */
export function compareBrierScores(
  risk: Float64Array,
  other: Float64Array,
  followUp: FollowUp,
  t: number,
  { censoring }: BrierOptions = {},
): BrierDifference {
  const model = checkedModel('compareBrierScores', [risk, other], followUp, [t, t], censoring);
  const [one, two] = [evaluate(model, [risk], [t], [1]), evaluate(model, [other], [t], [1])];
  if (one === null || two === null)
    return { difference: null, standardError: null, low: null, high: null, p: null };
  const difference = one.score.mean - two.score.mean;
  const influence = one.score.influence.map((value, at) => value - two.score.influence[at]!);
  const standardError = influenceError(model, influence);
  const margin = normalQuantile * (standardError ?? 0);
  return {
    difference,
    standardError,
    low: standardError === null ? null : difference - margin,
    high: standardError === null ? null : difference + margin,
    p: standardError ? twoSidedP(difference / standardError) : null,
  };
}

/** @throws RangeError when a risk is not a probability or there are not n of them */
export function checkRisks(caller: string, risk: Float64Array, n: number): void {
  if (risk.length !== n) throw new RangeError(`${caller}: expected ${n} risks, got ${risk.length}`);
  for (let row = 0; row < n; row++)
    if (!(risk[row]! >= 0 && risk[row]! <= 1))
      throw new RangeError(`${caller}: expected risks between 0 and 1, got ${risk[row]} in row ${row}`);
}

function checkedModel(
  caller: string,
  risks: readonly Float64Array[],
  followUp: FollowUp,
  days: readonly number[],
  censoring: FollowUp | undefined,
): CensoringModel {
  const model = censoringModel(caller, followUp, censoring);
  if (risks.length !== days.length)
    throw new RangeError(`${caller}: expected risks on ${days.length} days, got ${risks.length}`);
  for (const risk of risks) checkRisks(caller, risk, followUp.days.length);
  return model;
}

/** Sum over the days of share times score; null when one of the scores is not known. */
function evaluate(
  model: CensoringModel,
  risks: readonly Float64Array[],
  days: readonly number[],
  shares: readonly number[],
): Evaluated | null {
  const { order, event } = model;
  const scores = new WeightedSum(model);
  const references = new WeightedSum(model);
  const constants = bestConstant(model);
  const squares = new Float64Array(order.length);
  for (const [k, t] of days.entries()) {
    const risk = risks[k]!;
    const known = knownBy(model, t);
    for (let at = 0; at < order.length; at++) {
      const error = (at < known && event[at] === 1 ? 1 : 0) - risk[order[at]!]!;
      squares[at] = error * error; // several times as fast as ** 2
    }
    if (!scores.add(t, squares, shares[k]!)) return null;
    // the constant has the least score, hence its estimation adds nothing to the influence
    const constant = constants(t);
    squares.fill(constant * constant);
    for (let at = 0; at < known; at++) if (event[at] === 1) squares[at] = (1 - constant) * (1 - constant);
    references.add(t, squares, shares[k]!);
  }
  return { score: scores.result(), reference: references.result() };
}

/** The weighted share with the event by day t: the Kaplan-Meier or Aalen-Johansen estimate, when G is of the subjects themselves. */
function bestConstant(model: CensoringModel): (t: number) => number {
  const { event, weights, inverse, total } = model;
  const n = event.length;
  const sums = {
    weight: new Float64Array(n + 1),
    events: new Float64Array(n + 1),
    own: new Float64Array(n + 1),
  };
  for (let at = 0; at < n; at++) {
    const term = weights[at]! * inverse[at]!;
    sums.weight[at + 1] = sums.weight[at]! + weights[at]!;
    sums.events[at + 1] = sums.events[at]! + term;
    sums.own[at + 1] = sums.own[at]! + (event[at] === 1 ? term : 0);
  }
  return (t) => {
    const known = knownBy(model, t);
    const later = total - sums.weight[known]!;
    return sums.own[known]! / (sums.events[known]! + (later > 0 ? later * model.inverseBefore(t) : 0));
  };
}

function summary(model: CensoringModel, found: Evaluated | null): BrierScore {
  if (found === null)
    return {
      score: null,
      standardError: null,
      low: null,
      high: null,
      reference: null,
      ipa: null,
      ipaStandardError: null,
    };
  const { mean: score, influence } = found.score;
  const { mean: reference, influence: referenceInfluence } = found.reference;
  const standardError = influenceError(model, influence);
  const known = reference > 0;
  const ratio = score / reference;
  const ipaInfluence = influence.map((value, at) => (ratio * referenceInfluence[at]! - value) / reference);
  return {
    score,
    standardError,
    low: standardError === null ? null : Math.max(0, score - normalQuantile * standardError),
    high: standardError === null ? null : Math.min(1, score + normalQuantile * standardError),
    reference,
    ipa: known ? 1 - ratio : null,
    ipaStandardError: known ? influenceError(model, ipaInfluence) : null,
  };
}
