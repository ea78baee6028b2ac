import { aalenJohansen } from '../estimators/aalen-johansen.ts';
import { checkFollowUp, type FollowUp, normalQuantile, refuseLateEntry, stepAt } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { knownAt } from './pseudo-values.ts';

/** The risk by a day that came true, with its 95 % interval on the log(-log) scale. */
export interface ObservedRisk {
  /** One minus Kaplan-Meier, with competing events Aalen-Johansen; null when nobody was followed so long */
  readonly observed: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Calibration in the large: observed over mean predicted risk. */
export interface ObservedExpected extends ObservedRisk {
  /** Mean predicted risk */
  readonly expected: number;
  /** Above 1: more events than predicted; null when nothing is observed or 0 predicted */
  readonly ratio: number | null;
  /** 95 % interval by the delta method on the log scale; null when the ratio is null or 0 */
  readonly ratioLow: number | null;
  readonly ratioHigh: number | null;
}

/**
 * Observed over expected risk of the event by day t. The prediction is taken as it is; the interval is that
 * of the observed risk. Late entry is refused, because those who entered are not those who were at
 * risk on day 0, to whom the mean prediction belongs.
 *
 * @param risk [n] predicted probability of the event by day t, 0 to 1
 * @throws RangeError when lengths differ, a risk is not a probability, or there is late entry
 *
 * Source: vangeloven2022 (docs/references.bib).
 * Agrees with: R `1 - summary(survfit(...), times = t)$surv` over `mean(risk)`.
 */
export function observedExpected(risk: Float64Array, followUp: FollowUp, t: number): ObservedExpected {
  checkFollowUp('observedExpected', followUp);
  refuseLateEntry('observedExpected', followUp);
  checkRisks('observedExpected', risk, followUp.days.length);
  const there = observedRisk(followUp, t);
  const expected = weightedMean(risk, followUp.weights);
  if (there.observed === null || expected === 0)
    return { ...there, expected, ratio: null, ratioLow: null, ratioHigh: null };
  const ratio = there.observed / expected;
  const factor =
    there.observed > 0 ? Math.exp((normalQuantile * there.standardError!) / there.observed) : null;
  return {
    ...there,
    expected,
    ratio,
    ratioLow: factor === null ? null : ratio / factor,
    ratioHigh: factor === null ? null : ratio * factor,
  };
}

/** The cumulative incidence at day t, or nulls when t is beyond the last time, which was a censoring. */
export function observedRisk(followUp: FollowUp, t: number): ObservedRisk {
  if (!knownAt(followUp, t)) return { observed: null, standardError: null, low: null, high: null };
  const curve = aalenJohansen(followUp);
  const at = (values: Float64Array) => stepAt(curve.days, values, t, 0);
  return {
    observed: at(curve.incidence),
    standardError: at(curve.standardError),
    low: at(curve.low),
    high: at(curve.high),
  };
}

/** Mean of n values; null weights count all alike. */
export function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    sum += (weights?.[row] ?? 1) * values[row]!;
    total += weights?.[row] ?? 1;
  }
  return sum / total;
}
