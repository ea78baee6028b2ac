import { aalenJohansen } from '../estimators/aalen-johansen.ts';
import { checkFollowUp, type FollowUp, normalQuantile, refuseLateEntry, stepAt } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { knownAt } from './pseudo-values.ts';

/**
 * The risk by a day that came true, with its 95 % interval on the log(-log) scale.
 *
 * Without an event by the day the estimate has no spread, its standard error is 0, and the interval goes from 0 to
 * the exact binomial limit 1 - 0.025^(1/m) of no event among the m subjects followed to the day (0.025 in
 * each tail, so at large m about 3.69 / m); subjects who were followed for less are not counted on. Where the risk is
 * 1, because the last subjects had the event, there is no interval.
 */
export interface ObservedRisk {
  /** One minus Kaplan-Meier, with competing events Aalen-Johansen; null when nobody was followed so long */
  readonly observed: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** In each tail of a 95 % interval. */
const tail = 0.025;
/** What a standard error of 0 may come to. */
const roundOff = 1e-12;

/** Calibration in the large: observed over mean predicted risk. */
export interface ObservedExpected extends ObservedRisk {
  /** Mean predicted risk */
  readonly expected: number;
  /** Above 1: more events than predicted; null when nothing is observed or 0 predicted */
  readonly ratio: number | null;
  /** 95 % interval by the delta method on the log scale; without an event that of the observed risk over the expected; null when the ratio is, or everybody had the event */
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
  if (there.observed === 0)
    return { ...there, expected, ratio, ratioLow: 0, ratioHigh: there.high! / expected };
  if (there.high === null) return { ...there, expected, ratio, ratioLow: null, ratioHigh: null };
  const factor = Math.exp((normalQuantile * there.standardError!) / there.observed);
  return { ...there, expected, ratio, ratioLow: ratio / factor, ratioHigh: ratio * factor };
}

/** The cumulative incidence at day t, or nulls when t is beyond the last time, which was a censoring. */
export function observedRisk(followUp: FollowUp, t: number): ObservedRisk {
  if (!knownAt(followUp, t)) return { observed: null, standardError: null, low: null, high: null };
  const curve = aalenJohansen(followUp);
  const at = (values: Float64Array) => stepAt(curve.days, values, t, 0);
  const [observed, standardError] = [at(curve.incidence), at(curve.standardError)];
  if (observed > 0 && standardError > roundOff)
    return { observed, standardError, low: at(curve.low), high: at(curve.high) };
  if (observed > 0) return { observed, standardError, low: null, high: null };
  return { observed, standardError, low: 0, high: limitWithoutEvents(followUp, t) };
}

/** With competing events those who had one are not counted on either: how long they would have been followed is unknown. */
function limitWithoutEvents({ days, weights }: FollowUp, t: number): number {
  const followed = days.reduce((sum, day, row) => sum + (day >= t ? (weights?.[row] ?? 1) : 0), 0);
  return followed > 0 ? 1 - tail ** (1 / followed) : 1;
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
