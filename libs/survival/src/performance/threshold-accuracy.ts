import { checkValues, type FollowUp, takeFollowUp } from '../follow-up.ts';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { logitInterval } from './concordance.ts';
import { type Controls, knownAtHorizon } from './known-at-horizon.ts';

/** A share with its error; all null where nobody is there to count. */
export interface Share {
  readonly share: number | null;
  readonly standardError: number | null;
  /** 95 % interval on the scale of log odds; the share itself where it is 0 or 1 */
  readonly low: number | null;
  readonly high: number | null;
}

/** What a threshold of risk does at a horizon: positive is a risk of the threshold or more. */
export interface ThresholdAccuracy {
  /** Positive among those with the event by t */
  readonly sensitivity: Share;
  /** Negative among the controls */
  readonly specificity: Share;
  /** With the event by t among the positive */
  readonly positivePredictiveValue: Share;
  /** Controls among the negative */
  readonly negativePredictiveValue: Share;
}

/**
 * Sensitivity, specificity and predictive values of a threshold for the event by day t under censoring, with the weights,
 * controls and errors of `timeDependentAuc`. All is null where its area would be for want of knowledge at t.
 *
 * @throws RangeError when the lengths differ, a risk is not finite, or there are entry days
 *
 * Source: blanche2013 (docs/references.bib).
 * Agrees with: the definitions of R timeROC `SeSpPPVNPV` and their infinitesimal jackknife, written out in R.
 */
export function thresholdAccuracy(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  threshold: number,
  { controls = 'without-event' }: { readonly controls?: Controls } = {},
): ThresholdAccuracy {
  checkValues('thresholdAccuracy', 'risks', risk, followUp.days.length);
  const known = knownAtHorizon('thresholdAccuracy', followUp, t, controls);
  if (known === null) return noAccuracy;
  const { cases, controls: others, known: all } = known;
  const [positive, negative] = [true, false].map(
    (side) => (weights: Float64Array) =>
      weights.map((weight, row) => (risk[row]! >= threshold === side ? weight : 0)),
  ) as [Restrict, Restrict];
  const shareOf = (part: Float64Array, whole: Float64Array): Share => {
    const total = sum(whole);
    if (!(total > 0)) return noShare;
    const share = sum(part) / total;
    const influence = known.withG(part.map((weight, row) => (weight - share * whole[row]!) / total));
    return withInterval(share, Math.sqrt(influence.reduce((all, value) => all + value ** 2, 0)));
  };
  return {
    sensitivity: shareOf(positive(cases), cases),
    specificity: shareOf(negative(others), others),
    positivePredictiveValue: shareOf(positive(cases), positive(all)),
    negativePredictiveValue: shareOf(negative(others), negative(all)),
  };
}

/** Leaves the weights on one side of the threshold. */
type Restrict = (weights: Float64Array) => Float64Array;

const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0);

/**
 * The same from the cumulative incidences F of the positive and of the negative by day t (Aalen-Johansen; one minus
 * Kaplan-Meier without competing events): the predictive values are F+ and 1 - F-, sensitivity
 * and specificity follow by Bayes' rule from the share of positives. It needs censoring to be independent only
 * within each group. Controls are all those without the event. Errors by the delta method on the log odds.
 * All is null where one of the groups is empty; case weights and late entry are refused.
 *
 * @throws RangeError when the lengths differ, a risk is not finite, there are entry days or weights
 *
 * Source: heagerty2000 (docs/references.bib). Agrees with: R survival `survfit` by group, and Bayes' rule.
 */
export function thresholdAccuracyByIncidence(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  threshold: number,
): ThresholdAccuracy {
  checkValues('thresholdAccuracyByIncidence', 'risks', risk, followUp.days.length);
  if (followUp.entryDays || followUp.weights)
    throw new RangeError('thresholdAccuracyByIncidence: expected no entry days and no weights');
  const side = (wanted: boolean) => [...risk.keys()].filter((row) => risk[row]! >= threshold === wanted);
  const [positive, negative] = [side(true), side(false)];
  if (positive.length === 0 || negative.length === 0) return noAccuracy;
  const [above, below] = [positive, negative].map((rows) => incidenceIn(takeFollowUp(followUp, rows), t));
  const share = positive.length / risk.length;
  const shareError = 1 / (risk.length * share * (1 - share)); // variance of its log odds
  return {
    positivePredictiveValue: withInterval(above!.incidence, above!.standardError),
    negativePredictiveValue: withInterval(1 - below!.incidence, below!.standardError),
    sensitivity: byBayes(share, above!.incidence, below!.incidence, above!, below!, shareError),
    specificity: byBayes(1 - share, 1 - below!.incidence, 1 - above!.incidence, below!, above!, shareError),
  };
}

interface Incidence {
  readonly incidence: number;
  readonly standardError: number;
}

function incidenceIn(followUp: FollowUp, t: number): Incidence {
  const curve = aalenJohansen(followUp);
  const at = curve.days.findLastIndex((day) => day <= t);
  return { incidence: incidenceAt(curve, t), standardError: at < 0 ? 0 : curve.standardError[at]! };
}

/** share · own / (share · own + (1 - share) · other), whose log odds are a difference of logs */
function byBayes(
  share: number,
  own: number,
  other: number,
  { standardError: ownError }: Incidence,
  { standardError: otherError }: Incidence,
  shareError: number,
): Share {
  const whole = share * own + (1 - share) * other;
  if (!(whole > 0)) return noShare;
  const value = (share * own) / whole;
  if (own === 0 || other === 0) return withInterval(value, 0);
  const onLogOdds = Math.sqrt((ownError / own) ** 2 + (otherError / other) ** 2 + shareError);
  return withInterval(value, value * (1 - value) * onLogOdds);
}

const noShare: Share = { share: null, standardError: null, low: null, high: null };
const noAccuracy: ThresholdAccuracy = {
  sensitivity: noShare,
  specificity: noShare,
  positivePredictiveValue: noShare,
  negativePredictiveValue: noShare,
};

function withInterval(share: number, standardError: number): Share {
  return { share, standardError, ...logitInterval(share, standardError) };
}
