import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { checkFollowUp, checkValues, type FollowUp, stepAt } from '../follow-up.ts';
import { censoringSurvival } from '../estimators/kaplan-meier.ts';

/** The Brier score of a prediction at one horizon, beside that of predicting everybody the same. */
export interface BrierScore {
  /** Mean squared error of the predicted risk: 0 is perfect; null when nobody is known at the horizon */
  readonly score: number | null;
  /** The score of the Kaplan-Meier (with competing events Aalen-Johansen) estimate */
  readonly reference: number | null;
  /** Index of prediction accuracy, 1 - score / reference; null when the reference is 0 */
  readonly ipa: number | null;
}

/**
 * Brier score at day t under censoring (IPCW). A subject with an event by t counts with
 * weight 1 / G(time-), one event-free to the end of day t (censored on day t included)
 * with 1 / G(t-), one censored before t with 0; G is the survival function of the censoring time. With competing events the risk
 * is the cumulative incidence of the event, and a competing event by t counts as no event.
 *
 * G is estimated from the subjects themselves, hence positive wherever it is needed.
 * All is null when t is beyond the last time and a censoring leaves the rest unknown.
 *
 * @param risk [n] predicted probability of the event by day t, 0 to 1
 * @throws RangeError when the lengths differ or a risk is not a probability
 *
 * Source: graf1999; competing events schoop2011; IPA kattan2018 (docs/references.bib).
 * Agrees with: scikit-survival `brier_score` where no censoring shares a day with an event.
 */
export function brierScore(risk: Float64Array, followUp: FollowUp, t: number): BrierScore {
  checkFollowUp('brierScore', followUp, risk.length);
  checkValues('brierScore', 'risks', risk, risk.length);
  if (risk.some((value) => value < 0 || value > 1))
    throw new RangeError('brierScore: expected risks between 0 and 1');
  const weights = ipcWeights(followUp, t);
  if (weights === null) return { score: null, reference: null, ipa: null };
  const known = followUp.event.map((code, row) => (code === 1 && followUp.days[row]! <= t ? 1 : 0));
  const meanSquare = (predicted: (row: number) => number) =>
    weights.reduce((sum, weight, row) => sum + weight * (known[row]! - predicted(row)) ** 2, 0) /
    weights.length;
  const average = incidenceAt(aalenJohansen(followUp), t);
  const score = meanSquare((row) => risk[row]!);
  const reference = meanSquare(() => average);
  return { score, reference, ipa: reference > 0 ? 1 - score / reference : null };
}

/**
 * Integrated Brier score: the area under the Brier scores at k days by the trapezoid
 * rule, over the length from the first to the last; null where one of them is.
 *
 * @param risks [k] of [n] predicted risks by each of the days
 * @param days [k] ascending, at least two
 * @throws RangeError as brierScore, or when there are fewer than two days or they do not ascend
 */
export function integratedBrierScore(
  risks: readonly Float64Array[],
  followUp: FollowUp,
  days: readonly number[],
): number | null {
  if (days.length < 2 || risks.length !== days.length)
    throw new RangeError(
      `integratedBrierScore: expected risks on at least 2 days, got ${risks.length} on ${days.length}`,
    );
  let area = 0;
  let previous: number | null = null;
  for (const [k, day] of days.entries()) {
    const { score } = brierScore(risks[k]!, followUp, day);
    if (score === null) return null;
    if (previous !== null) {
      const width = day - days[k - 1]!;
      if (!(width > 0)) throw new RangeError('integratedBrierScore: expected days in ascending order');
      area += (width * (previous + score)) / 2;
    }
    previous = score;
  }
  return area / (days.at(-1)! - days[0]!);
}

/**
 * Inverse probability of censoring weights at day t, [n]; they add up to n. Null when t is
 * beyond the last time and the last subject was censored: then nothing is known at t.
 */
export function ipcWeights(followUp: FollowUp, t: number): Float64Array | null {
  const { days, survival } = censoringSurvival(followUp);
  const atHorizon = stepAt(days, survival, t, 1, 'before');
  if (atHorizon === 0) return null;
  return followUp.days.map((time, row) => {
    if (time > t) return 1 / atHorizon;
    if (followUp.event[row] === 0) return time === t ? 1 / atHorizon : 0;
    return 1 / stepAt(days, survival, time, 1, 'before');
  });
}
