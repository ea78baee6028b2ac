import { checkFollowUp, type FollowUp, stepAt } from '../follow-up.ts';
import { influenceVariance } from './influence-variance.ts';
import { type IntervalScale, probabilityInterval } from './probability-interval.ts';
import { type RiskTable, riskTable } from './risk-table.ts';

/** A survival curve on the k distinct days of the follow-up; it is 1 before the first. */
export interface KaplanMeier {
  /** [k] ascending */
  readonly days: Float64Array;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  /** [k] probability of no event up to and including this day */
  readonly survival: Float64Array;
  /** [k] standard error of the survival; 0 once the survival is 0 */
  readonly standardError: Float64Array;
  /** [k] 95 % interval of the survival */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** That of the standard error. */
  readonly variance: SurvivalVariance;
}

/**
 * 'greenwood': sum of d / (n (n - d)), by case weights as counts of subjects. 'aalen': sum of d / n²
 * (Tsiatis), smaller. 'robust': infinitesimal jackknife, where weights are no counts or rows are clustered.
 */
export type SurvivalVariance = 'greenwood' | 'aalen' | 'robust';

export interface SurvivalOptions {
  /** Where absent as R chooses: 'robust' with clusters or with weights that are not whole numbers, else 'greenwood'. */
  readonly variance?: SurvivalVariance | undefined;
  /** [n] code of the cluster to which a row belongs, for the robust variance; each row its own where absent */
  readonly cluster?: ArrayLike<number> | undefined;
}

/**
 * Kaplan-Meier estimate of the survival function.
 *
 * Competing events count as censorings. On one day events precede censorings. With late
 * entry the curve is the survival of those who have come to the first entry. Where
 * the survival is 1 or 0 the interval shrinks to that value.
 *
 * Where late entry leaves nobody at risk for a while (`riskSetGaps`) the curve stays level. Where
 * all of a few early subjects at risk have the event it falls to 0 and stays there, whoever enters later.
 *
 * @throws RangeError when the lengths differ, a time or weight is negative or an entry is not before its time
 *
 * Source: kaplan1958, greenwood1926 (docs/references.bib); the choice of the variance follows R.
 * Agrees with: R survival `survfit(Surv(entry, days, event) ~ 1, weights, cluster, conf.type = scale)`.
 */
export function kaplanMeier(
  followUp: FollowUp,
  scale: IntervalScale = 'log-log',
  options: SurvivalOptions = {},
): KaplanMeier {
  checkFollowUp('kaplanMeier', followUp);
  checkCluster('kaplanMeier', options.cluster, followUp);
  const table = riskTable(followUp);
  const { days, atRisk, events, censored, anyEvents } = table;
  const variance = options.variance ?? defaultVariance(followUp, options.cluster);
  const curve = {
    variance,
    days,
    atRisk,
    events,
    censored: censored.map((count, k) => count + anyEvents[k]! - events[k]!),
    survival: survivalOf(table),
    standardError: new Float64Array(days.length),
    low: new Float64Array(days.length),
    high: new Float64Array(days.length),
  };
  const ofLog = logVariance(table, followUp, variance, options.cluster);
  let [error, low, high] = [0, 1, 1];
  for (let k = 0; k < days.length; k++) {
    if (events[k]! > 0) {
      const survival = curve.survival[k]!;
      error = survival * Math.sqrt(ofLog[k]!);
      [low, high] = probabilityInterval(survival, error, scale);
    }
    curve.standardError[k] = error;
    curve.low[k] = low;
    curve.high[k] = high;
  }
  return curve;
}

function survivalOf({ atRisk, events }: RiskTable): Float64Array {
  let survival = 1;
  return atRisk.map((n, k) => (survival *= 1 - events[k]! / n));
}

/** [k] variance of the log survival; what a day adds on which all at risk have the event is left out. */
function logVariance(
  { days, atRisk, events }: RiskTable,
  followUp: FollowUp,
  variance: SurvivalVariance,
  cluster: ArrayLike<number> | undefined,
): Float64Array {
  let sum = 0;
  if (variance === 'aalen') return atRisk.map((n, k) => (sum += events[k]! / n ** 2));
  const greenwood = atRisk.map((n, k) => (sum += n > events[k]! ? events[k]! / (n * (n - events[k]!)) : 0));
  if (variance === 'greenwood') return greenwood;
  return influenceVariance(
    { followUp, days, cause: 1, cluster },
    {
      exposure: greenwood.map((value) => -value),
      jump: atRisk.map((n, k) => (n > events[k]! ? 1 / (n - events[k]!) : 0)),
    },
  );
}

/** R's choice: weights that are not whole numbers are no counts of subjects. */
export function defaultVariance(
  { weights }: FollowUp,
  cluster: ArrayLike<number> | undefined,
): 'greenwood' | 'robust' {
  const whole = weights?.every((weight) => Number.isInteger(weight)) ?? true;
  return cluster === undefined && whole ? 'greenwood' : 'robust';
}

/** @throws RangeError when there is not one cluster a subject */
export function checkCluster(
  caller: string,
  cluster: ArrayLike<number> | undefined,
  { days }: FollowUp,
): void {
  if (cluster !== undefined && cluster.length !== days.length)
    throw new RangeError(`${caller}: expected ${days.length} clusters, got ${cluster.length}`);
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
 * The follow-up seen the other way round: the end of observation is the event, an event hides how long
 * the subject would have been followed. Its Kaplan-Meier curve is that of the time under
 * follow-up (reverse Kaplan-Meier). On one day those with an event count as at risk of being censored.
 *
 * Source: schemper1996 (docs/references.bib).
 * Agrees with: R survival `survfit(Surv(days, event == 0) ~ 1)`.
 */
export function reversedFollowUp(followUp: FollowUp): FollowUp {
  return { ...followUp, event: followUp.event.map((code) => (code === 0 ? 1 : 0)) };
}

/** Median follow-up by the reverse Kaplan-Meier method. */
export function medianFollowUp(followUp: FollowUp): number | null {
  return medianSurvival(kaplanMeier(reversedFollowUp(followUp), 'log-log', { variance: 'greenwood' }));
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
