import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { checkValues, type FollowUp, normalQuantile } from '../follow-up.ts';
import { twoSidedP } from '../numerics/normal.ts';
import {
  type CensoringModel,
  censoringModel,
  influenceError,
  weightedMean,
  weightsAt,
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

/** A score with what each subject does to it, before the standard errors are taken. */
interface Evaluated {
  readonly score: number;
  readonly influence: Float64Array;
  readonly reference: number;
  readonly referenceInfluence: Float64Array;
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
  const evaluate = evaluator('brierScores', risks, followUp, days, censoring);
  return days.map((_, k) => summary(evaluate.model, evaluate.at(k)));
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
  if (days.length < 2 || risks.length !== days.length)
    throw new RangeError(
      `integratedBrierScore: expected risks on at least 2 days, got ${risks.length} on ${days.length}`,
    );
  if (days.some((day, k) => k > 0 && !(day > days[k - 1]!)))
    throw new RangeError('integratedBrierScore: expected days in ascending order');
  const evaluate = evaluator('integratedBrierScore', risks, followUp, days, censoring);
  const length = days.at(-1)! - days[0]!;
  const sum = {
    score: 0,
    influence: new Float64Array(followUp.days.length),
    reference: 0,
    referenceInfluence: new Float64Array(followUp.days.length),
  };
  for (let k = 0; k < days.length; k++) {
    const found = evaluate.at(k);
    if (found === null) return summary(evaluate.model, null);
    const after = k + 1 < days.length ? days[k + 1]! - days[k]! : 0;
    const before = k > 0 ? days[k]! - days[k - 1]! : 0;
    const share = (rule === 'step' ? after : (before + after) / 2) / length;
    sum.score += share * found.score;
    sum.reference += share * found.reference;
    for (let at = 0; at < sum.influence.length; at++) {
      sum.influence[at]! += share * found.influence[at]!;
      sum.referenceInfluence[at]! += share * found.referenceInfluence[at]!;
    }
  }
  return summary(evaluate.model, sum);
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
  const { model, at } = evaluator('compareBrierScores', [risk, other], followUp, [t, t], censoring);
  const [one, two] = [at(0), at(1)];
  if (one === null || two === null)
    return { difference: null, standardError: null, low: null, high: null, p: null };
  const difference = one.score - two.score;
  const influence = one.influence.map((value, row) => value - two.influence[row]!);
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
  checkValues(caller, 'risks', risk, n);
  const wrong = risk.findIndex((value) => value < 0 || value > 1);
  if (wrong >= 0)
    throw new RangeError(`${caller}: expected risks between 0 and 1, got ${risk[wrong]} in row ${wrong}`);
}

function evaluator(
  caller: string,
  risks: readonly Float64Array[],
  followUp: FollowUp,
  days: readonly number[],
  censoring: FollowUp | undefined,
): { model: CensoringModel; at: (k: number) => Evaluated | null } {
  const model = censoringModel(caller, followUp, censoring);
  if (risks.length !== days.length)
    throw new RangeError(`${caller}: expected risks on ${days.length} days, got ${risks.length}`);
  for (const risk of risks) checkRisks(caller, risk, followUp.days.length);
  const average = aalenJohansen(followUp);
  return { model, at: (k) => evaluate(model, risks[k]!, incidenceAt(average, days[k]!), days[k]!) };
}

function evaluate(model: CensoringModel, risk: Float64Array, average: number, t: number): Evaluated | null {
  const weights = weightsAt(model, t);
  if (weights === null) return null;
  const squares = new Float64Array(weights.length);
  const referenceSquares = new Float64Array(weights.length);
  for (let at = 0; at < squares.length; at++) {
    const outcome = model.event[at] === 1 && model.days[at]! <= t ? 1 : 0;
    squares[at] = (outcome - risk[model.order[at]!]!) ** 2;
    referenceSquares[at] = (outcome - average) ** 2;
  }
  // the estimate minimises its own score, so that its estimation adds nothing to the influence
  const score = weightedMean(model, t, weights, squares);
  const reference = weightedMean(model, t, weights, referenceSquares);
  return {
    score: score.mean,
    influence: score.influence,
    reference: reference.mean,
    referenceInfluence: reference.influence,
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
  const { score, influence, reference, referenceInfluence } = found;
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
