import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { checkFollowUp, type FollowUp, normalQuantile } from '../follow-up.ts';
import { twoSidedP } from '../numerics/normal.ts';
import { influenceVariance } from './influence-variance.ts';
import { checkCluster, defaultVariance } from './kaplan-meier.ts';
import { type RiskTable, riskTable } from './risk-table.ts';

/** A mean time up to a horizon, in the unit of the days. */
export interface RestrictedMean {
  readonly tau: number;
  readonly mean: number;
  readonly standardError: number;
  /** 95 % interval, symmetric */
  readonly low: number;
  readonly high: number;
  /** That of the standard error. */
  readonly variance: 'greenwood' | 'robust';
}

export interface RestrictedMeanOptions {
  /** Where absent 'robust' with clusters or with weights that are not whole numbers, else 'greenwood'. */
  readonly variance?: 'greenwood' | 'robust' | undefined;
  /** [n] code of the cluster to which a row belongs, for the robust variance; each row its own where absent */
  readonly cluster?: ArrayLike<number> | undefined;
}

/**
 * Restricted mean survival time: the mean time free of any event up to day tau, the area under the
 * Kaplan-Meier curve of any event. Competing events end the time as the event does; what each cause takes of
 * it is `restrictedTimeLost`.
 *
 * @returns refused when nobody is followed to tau: the last day is before it and somebody is censored then
 * @throws RangeError when the lengths differ, a time or weight is negative, or tau is not positive
 *
 * Source: royston2013, uno2014 (docs/references.bib).
 * Agrees with: R survival `print(survfit(…), rmean = tau)` and R survRM2 `rmst2` ('greenwood').
 */
export function restrictedMean(
  followUp: FollowUp,
  tau: number,
  options: RestrictedMeanOptions = {},
): Checked<RestrictedMean> {
  check('restrictedMean', followUp, tau, options);
  const any = { ...followUp, event: followUp.event.map((code) => Math.min(code, 1)) };
  const table = riskTable(any);
  const wrong = tooShort(table, tau);
  if (wrong !== null) return refused(wrong);
  const { days, atRisk, events } = upTo(table, tau);
  const survival = survivalAfter(atRisk, events);
  const areas = areasAfter(days, survival, tau);
  const mean = days.length === 0 ? tau : days[0]! + areas[0]!;
  const cluster = options.cluster;
  const kind = options.variance ?? defaultVariance(followUp, cluster);
  const perSurvivor = atRisk.map((n, k) => (n > events[k]! ? 1 / (n - events[k]!) : 0));
  const weighed = perSurvivor.map((value, k) => (events[k]! / atRisk[k]!) * value);
  const variance =
    kind === 'robust'
      ? influenceVariance(
          { followUp: any, days, cause: 1, cluster },
          {
            exposure: summed(weighed.map((value, k) => -value * areas[k]!)),
            jump: perSurvivor.map((value, k) => value * areas[k]!),
          },
        ).at(-1)
      : summed(weighed.map((value, k) => value * areas[k]! ** 2)).at(-1);
  return accepted(withInterval(tau, mean, variance ?? 0, kind));
}

/**
 * Restricted mean time lost to one cause up to day tau: the area under its cumulative incidence. With the
 * restricted mean free of any event the times lost to all causes add up to tau.
 *
 * @param cause the code in `event`
 * @returns refused when nobody is followed to tau; `mean` is the time lost, its variance the infinitesimal
 *   jackknife
 * @throws RangeError when the lengths differ, a time or weight is negative, tau is not positive or the cause is 0
 *
 * Source: andersen2013 (docs/references.bib).
 * Agrees with: R survival `print(survfit(…, factor(event), influence = TRUE), rmean = tau)`.
 */
export function restrictedTimeLost(
  followUp: FollowUp,
  tau: number,
  cause = 1,
  { cluster }: Pick<RestrictedMeanOptions, 'cluster'> = {},
): Checked<RestrictedMean> {
  check('restrictedTimeLost', followUp, tau, { cluster });
  if (!(cause >= 1)) throw new RangeError(`restrictedTimeLost: expected a cause of 1 or more, got ${cause}`);
  const table = riskTable(followUp, cause);
  const wrong = tooShort(table, tau);
  if (wrong !== null) return refused(wrong);
  const { days, atRisk, events, anyEvents } = upTo(table, tau);
  const survival = survivalAfter(atRisk, anyEvents);
  // Of each row at risk on a day: the time still to come, and what an event of the cause now takes of it.
  const taken = days.map((day, k) => ((k === 0 ? 1 : survival[k - 1]!) * (tau - day)) / atRisk[k]!);
  const lost = taken.map((value, k) => value * events[k]!);
  const toLose = fromBehind(lost);
  const perSurvivor = atRisk.map((n, k) => (n > anyEvents[k]! ? toLose[k]! / (n - anyEvents[k]!) : 0));
  const variance = influenceVariance(
    { followUp, days, cause, cluster },
    {
      exposure: summed(days.map((_, k) => (anyEvents[k]! * perSurvivor[k]! - lost[k]!) / atRisk[k]!)),
      jump: days.map((_, k) => taken[k]! - perSurvivor[k]!),
      competingJump: perSurvivor.map((value) => -value),
    },
  ).at(-1);
  return accepted(
    withInterval(tau, lost[0] === undefined ? 0 : lost[0] + toLose[0]!, variance ?? 0, 'robust'),
  );
}

/** Two means or times lost beside each other. */
export interface RestrictedMeanContrast {
  readonly difference: Contrast;
  /** Null when a mean is 0. Interval and test on the log scale. */
  readonly ratio: Contrast | null;
}

export interface Contrast {
  readonly estimate: number;
  /** Of the difference; of the log of the ratio */
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided; null when the standard error is 0 */
  readonly p: number | null;
}

/**
 * The mean of one group less, and over, that of an independent other, with the same tau.
 *
 * @throws RangeError when the horizons differ
 *
 * Source: royston2013 (docs/references.bib).
 */
export function compareRestrictedMeans(one: RestrictedMean, other: RestrictedMean): RestrictedMeanContrast {
  if (one.tau !== other.tau)
    throw new RangeError(`compareRestrictedMeans: expected one tau, got ${one.tau} and ${other.tau}`);
  const difference = contrast(one.mean - other.mean, Math.hypot(one.standardError, other.standardError));
  if (!(one.mean > 0 && other.mean > 0)) return { difference, ratio: null };
  const log = contrast(
    Math.log(one.mean / other.mean),
    Math.hypot(one.standardError / one.mean, other.standardError / other.mean),
  );
  const ratio = {
    ...log,
    estimate: one.mean / other.mean,
    low: Math.exp(log.low),
    high: Math.exp(log.high),
  };
  return { difference, ratio };
}

function contrast(estimate: number, standardError: number): Contrast {
  const half = normalQuantile * standardError;
  return {
    estimate,
    standardError,
    low: estimate - half,
    high: estimate + half,
    p: standardError > 0 ? twoSidedP(estimate / standardError) : null,
  };
}

function check(caller: string, followUp: FollowUp, tau: number, { cluster }: RestrictedMeanOptions): void {
  checkFollowUp(caller, followUp);
  checkCluster(caller, cluster, followUp);
  if (!(tau > 0 && Number.isFinite(tau)))
    throw new RangeError(`${caller}: expected a tau above 0, got ${tau}`);
}

/** The mean is known to the last day, and beyond it when everyone who was at risk then had an event. */
function tooShort({ days, atRisk, anyEvents }: RiskTable, tau: number): Issue | null {
  const last = days.at(-1);
  if (last === undefined)
    return issue('empty-input', 'tau', 'expected a row with a weight above 0, found none');
  if (tau <= last || atRisk.at(-1) === anyEvents.at(-1)) return null;
  return issue('not-estimable', 'tau', `expected at most ${last}, the last day of follow-up, found ${tau}`);
}

function upTo({ days, atRisk, events, anyEvents }: RiskTable, tau: number) {
  const after = days.findIndex((day) => day > tau);
  const size = after < 0 ? days.length : after;
  return {
    days: days.subarray(0, size),
    atRisk: atRisk.subarray(0, size),
    events: events.subarray(0, size),
    anyEvents: anyEvents.subarray(0, size),
  };
}

/** [k] survival just after each day */
function survivalAfter(atRisk: Float64Array, events: Float64Array): Float64Array {
  let survival = 1;
  return atRisk.map((n, k) => (survival *= 1 - events[k]! / n));
}

/** [k] area under the survival from each day to tau */
function areasAfter(days: Float64Array, survival: Float64Array, tau: number): Float64Array {
  const areas = new Float64Array(days.length);
  let area = 0;
  for (let k = days.length - 1; k >= 0; k--) {
    area += survival[k]! * ((k === days.length - 1 ? tau : days[k + 1]!) - days[k]!);
    areas[k] = area;
  }
  return areas;
}

/** [k] sum of the values after each place */
function fromBehind(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length);
  for (let k = values.length - 2; k >= 0; k--) sums[k] = sums[k + 1]! + values[k + 1]!;
  return sums;
}

function summed(steps: Float64Array): Float64Array {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

function withInterval(
  tau: number,
  mean: number,
  squared: number,
  variance: RestrictedMean['variance'],
): RestrictedMean {
  const standardError = Math.sqrt(squared);
  const half = normalQuantile * standardError;
  return { tau, mean, standardError, low: mean - half, high: mean + half, variance };
}
