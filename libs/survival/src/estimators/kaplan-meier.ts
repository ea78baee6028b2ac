import { checkFollowUp, type FollowUp, normalQuantile, stepAt } from '../follow-up.ts';
import { riskTable } from './risk-table.ts';

/** A survival curve on the k distinct days of the follow-up; it is 1 before the first. */
export interface KaplanMeier {
  /** [k] ascending */
  readonly days: Float64Array;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  /** [k] probability of no event up to and including this day */
  readonly survival: Float64Array;
  /** [k] Greenwood's standard error of the survival; 0 once the survival is 0 */
  readonly standardError: Float64Array;
  /** [k] 95 % interval of the survival */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Scale on which the 95 % interval is symmetric. R's default is 'log'; 'log-log' stays within 0 and 1. */
export type IntervalScale = 'log' | 'log-log';

/**
 * Kaplan-Meier estimate of the survival function, with Greenwood's variance.
 *
 * Competing events count as censorings. On one day events precede censorings.
 * Where the survival is 1 or 0 the interval shrinks to that value.
 *
 * @throws RangeError when the lengths differ or a time is negative
 *
 * Source: kaplan1958, greenwood1926 (docs/references.bib).
 * Agrees with: R survival `survfit(Surv(days, event) ~ 1, conf.type = scale)`.
 */
export function kaplanMeier(followUp: FollowUp, scale: IntervalScale = 'log-log'): KaplanMeier {
  checkFollowUp('kaplanMeier', followUp);
  const { days, atRisk, events, censored, anyEvents } = riskTable(followUp);
  const curve = {
    days,
    atRisk,
    events,
    censored: censored.map((count, k) => count + anyEvents[k]! - events[k]!),
    survival: new Float64Array(days.length),
    standardError: new Float64Array(days.length),
    low: new Float64Array(days.length),
    high: new Float64Array(days.length),
  };
  let survival = 1;
  let greenwood = 0;
  for (let k = 0; k < days.length; k++) {
    const n = atRisk[k]!;
    const d = events[k]!;
    survival *= 1 - d / n;
    if (n > d) greenwood += d / (n * (n - d));
    curve.survival[k] = survival;
    curve.standardError[k] = survival * Math.sqrt(greenwood);
    [curve.low[k], curve.high[k]] = probabilityInterval(survival, curve.standardError[k]!, scale);
  }
  return curve;
}

/** The survival at day t. */
export function survivalAt(curve: KaplanMeier, t: number): number {
  return stepAt(curve.days, curve.survival, t, 1);
}

/** First day on which the survival is one half or less; null when it stays above. */
export function medianSurvival(curve: KaplanMeier): number | null {
  const at = curve.survival.findIndex((survival) => survival <= 0.5 + 1e-12);
  return at < 0 ? null : curve.days[at]!;
}

/**
 * Median follow-up by the reverse Kaplan-Meier method: the median time to
 * censoring, where an event hides how long the subject would have been followed.
 *
 * Source: schemper1996 (docs/references.bib).
 */
export function medianFollowUp({ days, event }: FollowUp): number | null {
  return medianSurvival(kaplanMeier({ days, event: event.map((code) => (code === 0 ? 1 : 0)) }));
}

/**
 * Survival function G of the censoring time, for inverse-probability weights. Events
 * of any kind precede censorings on one day, so they are no longer at risk of being
 * censored. Take it at 'before' t for a subject whose event is at t.
 */
export function censoringSurvival(followUp: FollowUp): { days: Float64Array; survival: Float64Array } {
  checkFollowUp('censoringSurvival', followUp);
  const { days, atRisk, anyEvents, censored } = riskTable(followUp);
  let survival = 1;
  return {
    days,
    survival: days.map((_, k) => {
      if (censored[k]! > 0) survival *= 1 - censored[k]! / (atRisk[k]! - anyEvents[k]!);
      return survival;
    }),
  };
}

/** 95 % interval of a probability by the delta method on the log or log(-log) scale. */
export function probabilityInterval(
  probability: number,
  standardError: number,
  scale: IntervalScale,
): [low: number, high: number] {
  if (probability <= 0 || probability >= 1 || standardError === 0) return [probability, probability];
  const relative = (normalQuantile * standardError) / probability;
  if (scale === 'log')
    return [probability * Math.exp(-relative), Math.min(1, probability * Math.exp(relative))];
  const factor = Math.exp(relative / -Math.log(probability));
  return [probability ** factor, probability ** (1 / factor)];
}
