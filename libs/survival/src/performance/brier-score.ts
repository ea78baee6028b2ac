import { type FollowUp, normalQuantile } from '../follow-up.ts';
import { type PairedComparison, pairedComparison } from './compare-performance.ts';
import { type CensoredCohort, censoredCohort, checkDay } from './known-at-horizon.ts';
import { influenceError, type WeightedSquares, weightedSquares } from './weighted-squares.ts';

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

/** How scores on days become one: the trapezoid joins them by straight lines, the step holds each until the next day. */
export interface IntegralOptions extends BrierOptions {
  readonly rule?: 'trapezoid' | 'step';
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
 * @throws RangeError when the lengths differ, a risk is not a probability, t is not a number, or there is late entry
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
  const cohort = checkedCohort('brierScores', [risks], followUp, days, censoring);
  return days.map((t, k) => summary(cohort, weightedSquares(cohort, [risks[k]!], [t], [1])));
}

/**
 * Integrated Brier score: the area under the Brier scores at k days, over the length from
 * the first to the last; null where one of them is.
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
  { censoring, rule = 'trapezoid' }: IntegralOptions = {},
): BrierScore {
  const shares = sharesOf('integratedBrierScore', days, rule);
  const cohort = checkedCohort('integratedBrierScore', [risks], followUp, days, censoring);
  return summary(cohort, weightedSquares(cohort, risks, days, shares));
}

/**
 * Paired comparison of two predictions by their Brier scores at day t, with the error of the difference of
 * their influence functions; null where there is no score. A difference below 0 speaks for the first.
 *
 * @throws RangeError as brierScore
 *
 * Source: blanche2015 (docs/references.bib).
 * Agrees with: R riskRegression `Score(contrasts = TRUE)`.
 */
export function compareBrierScores(
  first: Float64Array,
  second: Float64Array,
  followUp: FollowUp,
  t: number,
  { censoring }: BrierOptions = {},
): PairedComparison | null {
  const cohort = checkedCohort('compareBrierScores', [[first], [second]], followUp, [t], censoring);
  return difference(
    cohort,
    weightedSquares(cohort, [first], [t], [1]),
    weightedSquares(cohort, [second], [t], [1]),
  );
}

/**
 * The same by integrated Brier scores.
 *
 * @param first [k] of [n] risks by each of the days
 * @param second [k] of [n] risks of the other prediction
 * @throws RangeError as integratedBrierScore
 *
 * Agrees with: the differences and errors of the days, by linearity; and the jackknife of scikit-survival's integrals.
 */
export function compareIntegratedBrierScores(
  first: readonly Float64Array[],
  second: readonly Float64Array[],
  followUp: FollowUp,
  days: readonly number[],
  { censoring, rule = 'trapezoid' }: IntegralOptions = {},
): PairedComparison | null {
  const caller = 'compareIntegratedBrierScores';
  const shares = sharesOf(caller, days, rule);
  const cohort = checkedCohort(caller, [first, second], followUp, days, censoring);
  return difference(
    cohort,
    weightedSquares(cohort, first, days, shares),
    weightedSquares(cohort, second, days, shares),
  );
}

/** @throws RangeError when a risk is not a probability or there are not n of them */
export function checkRisks(caller: string, risk: Float64Array, n: number): void {
  if (risk.length !== n) throw new RangeError(`${caller}: expected ${n} risks, got ${risk.length}`);
  for (let row = 0; row < n; row++)
    if (!(risk[row]! >= 0 && risk[row]! <= 1))
      throw new RangeError(`${caller}: expected risks between 0 and 1, got ${risk[row]} in row ${row}`);
}

function checkedCohort(
  caller: string,
  predictions: readonly (readonly Float64Array[])[],
  followUp: FollowUp,
  days: readonly number[],
  censoring: FollowUp | undefined,
): CensoredCohort {
  const cohort = censoredCohort(caller, followUp, censoring);
  for (const t of days) checkDay(caller, t);
  for (const risks of predictions) {
    if (risks.length !== days.length)
      throw new RangeError(`${caller}: expected risks on ${days.length} days, got ${risks.length}`);
    for (const risk of risks) checkRisks(caller, risk, followUp.days.length);
  }
  return cohort;
}

/** [k] of the integral that each day's score has. */
function sharesOf(caller: string, days: readonly number[], rule: 'trapezoid' | 'step'): number[] {
  if (days.length < 2) throw new RangeError(`${caller}: expected at least 2 days, got ${days.length}`);
  if (days.some((day, k) => k > 0 && !(day > days[k - 1]!)))
    throw new RangeError(`${caller}: expected days in ascending order`);
  const length = days.at(-1)! - days[0]!;
  return days.map((day, k) => {
    const after = (days[k + 1] ?? day) - day;
    const before = day - (days[k - 1] ?? day);
    return (rule === 'step' ? after : (before + after) / 2) / length;
  });
}

function summary(cohort: CensoredCohort, found: WeightedSquares | null): BrierScore {
  if (found === null) return unknown;
  const { mean: score, influence } = found.prediction;
  const { mean: reference, influence: referenceInfluence } = found.constant;
  const standardError = influenceError(cohort, influence);
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
    ipaStandardError: known ? influenceError(cohort, ipaInfluence) : null,
  };
}

const unknown: BrierScore = {
  score: null,
  standardError: null,
  low: null,
  high: null,
  reference: null,
  ipa: null,
  ipaStandardError: null,
};

function difference(
  cohort: CensoredCohort,
  first: WeightedSquares | null,
  second: WeightedSquares | null,
): PairedComparison | null {
  if (first === null || second === null) return null;
  const [a, b] = [first.prediction, second.prediction];
  const influence = a.influence.map((value, at) => value - b.influence[at]!);
  const standardError = influenceError(cohort, influence);
  return standardError === null ? null : pairedComparison(a.mean, b.mean, standardError);
}
