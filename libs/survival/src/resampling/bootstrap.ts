import { normalQuantileAt, normalTail } from '../numerics/normal.ts';
import { accelerationOf, jackknifeInfluence } from './acceleration.ts';
import { bootstrapQuantile } from './bootstrap-quantile.ts';
import { allRows, bootstrapDraws, type Draws, type Resampling } from './draws.ts';

/**
 * How an interval is made of the resampled statistic.
 * 'percentile': its 2.5 % and 97.5 % points. 'basic': these, mirrored at the estimate. 'normal': the estimate less the
 * bias, ± 1.96 standard errors. 'bca': percentiles moved for bias and for an error that depends on the estimate.
 */
export type IntervalKind = 'percentile' | 'basic' | 'normal' | 'bca';

/** A 95 % interval and how it came about. */
export interface BootstrapInterval {
  readonly kind: IntervalKind | 'studentised';
  /** Null where there is a reason */
  readonly low: number | null;
  readonly high: number | null;
  /** Of the resampled statistic; null when fewer than two resamples, or less than half of them, have it */
  readonly standardError: number | null;
  /** Mean of the resampled statistic less the estimate; null with the standard error, or without an estimate */
  readonly bias: number | null;
  readonly resamples: number;
  /** Resamples for which the statistic does not exist, such as one without a comparable pair */
  readonly skipped: number;
  /** An end is the lowest or the highest resampled value: more resamples are needed */
  readonly atExtreme: boolean;
  /** Why there is no interval; null where there is one */
  readonly reason: string | null;
  /** Of a BCa interval; null for the others */
  readonly correction: BcaCorrection | null;
}

export interface BcaCorrection {
  /** Normal quantile of the share of resamples below the estimate */
  readonly bias: number;
  readonly acceleration: number;
  readonly from: 'jackknife' | 'influence values';
}

export type IntervalConfig = Resampling & {
  /** 'percentile' where absent */
  readonly kind?: IntervalKind;
  /** For 'bca', [n] influence values of the subjects on the statistic, to any scale; by the jackknife where absent */
  readonly influence?: Float64Array;
  /** For 'bca', the most units or groups of units that the jackknife leaves out in turn */
  readonly jackknifeGroups?: number;
};

/**
 * Bootstrap interval: rows are drawn with replacement and the statistic is computed anew. A
 * resample without the statistic is counted and left out. There is no interval where more than half of the
 * resamples lack the statistic.
 *
 * The acceleration of 'bca' costs n evaluations more (the jackknife, or fewer in `jackknifeGroups`), or none with
 * influence values. 'bca' does not exist where no resample lies on one side of the estimate, as for a
 * constant statistic; resamples equal to the estimate count as above it, up to rounding.
 *
 * @param statistic of the drawn rows; null when it does not exist
 * @throws RangeError as `bootstrapDraws`
 *
 * Source: efron1993 chapters 12 to 14; quantiles davison1997 (docs/references.bib).
 * Agrees with: R boot `boot.ci` of all four types, given the same resamples.
 */
export function bootstrapInterval(
  n: number,
  statistic: (rows: Int32Array) => number | null,
  config: IntervalConfig,
): BootstrapInterval {
  const kind = config.kind ?? 'percentile';
  const draws = bootstrapDraws(n, config);
  const estimate = statistic(allRows(n));
  const values: number[] = [];
  for (let resample = 0; resample < draws.resamples; resample++) {
    const value = statistic(draws.rows(resample));
    if (value !== null) values.push(value);
  }
  const found = replicates(kind, values, estimate, draws.resamples);
  if (found.reason !== null) return found.interval;
  const { interval, ascending } = found;
  if (kind === 'percentile') return { ...interval, ...between(ascending, 0.025, 0.975) };
  if (estimate === null) return { ...interval, reason: 'the statistic does not exist for all subjects' };
  if (kind === 'basic') return { ...interval, ...mirrored(ascending, estimate) };
  if (kind === 'normal') return { ...interval, ...symmetric(interval, estimate) };
  return { ...interval, ...accelerated(ascending, estimate, draws, statistic, config) };
}

/** An estimate with the standard error that its own sample gives it. */
export interface EstimateWithError {
  readonly estimate: number;
  readonly standardError: number;
}

/**
 * Studentised bootstrap interval: percentiles of (resampled - estimate) / standard error of the resample, times the
 * standard error of the sample. For statistics whose own error is cheap, such as a concordance. A
 * resample whose error is 0 is counted with those that lack the statistic.
 *
 * @throws RangeError as `bootstrapDraws`
 *
 * Source: efron1993 chapter 12 (docs/references.bib). Agrees with: R boot `boot.ci(type = "stud")`.
 */
export function studentisedInterval(
  n: number,
  statistic: (rows: Int32Array) => EstimateWithError | null,
  resampling: Resampling,
): BootstrapInterval {
  const draws = bootstrapDraws(n, resampling);
  const whole = statistic(allRows(n));
  const values: number[] = [];
  const pivots: number[] = [];
  for (let resample = 0; resample < draws.resamples; resample++) {
    const found = statistic(draws.rows(resample));
    if (found === null || !(found.standardError > 0)) continue;
    values.push(found.estimate);
    if (whole !== null) pivots.push((found.estimate - whole.estimate) / found.standardError);
  }
  const found = replicates('studentised', values, whole?.estimate ?? null, draws.resamples);
  if (found.reason !== null) return found.interval;
  if (whole === null) return { ...found.interval, reason: 'the statistic does not exist for all subjects' };
  const { low, high, atExtreme } = between(pivots.sort(ascendingly), 0.025, 0.975);
  return {
    ...found.interval,
    low: whole.estimate - whole.standardError * high,
    high: whole.estimate - whole.standardError * low,
    atExtreme,
  };
}

interface Replicates {
  readonly ascending: readonly number[];
  readonly interval: BootstrapInterval;
  readonly reason: string | null;
}

/** What all kinds share; the values are sorted in place. */
function replicates(
  kind: BootstrapInterval['kind'],
  values: number[],
  estimate: number | null,
  resamples: number,
): Replicates {
  const skipped = resamples - values.length;
  const tooFew = values.length < 2 || skipped > resamples / 2;
  const reason = tooFew ? `${skipped} of ${resamples} resamples lack the statistic` : null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const interval = {
    kind,
    low: null,
    high: null,
    standardError: tooFew ? null : Math.sqrt(variance),
    bias: tooFew || estimate === null ? null : mean - estimate,
    resamples,
    skipped,
    atExtreme: false,
    reason,
    correction: null,
  };
  return { ascending: values.sort(ascendingly), interval, reason };
}

const ascendingly = (a: number, b: number) => a - b;

function between(ascending: readonly number[], from: number, to: number) {
  const [low, high] = [bootstrapQuantile(ascending, from), bootstrapQuantile(ascending, to)];
  return { low: low.value, high: high.value, atExtreme: low.atExtreme || high.atExtreme };
}

function mirrored(ascending: readonly number[], estimate: number) {
  const { low, high, atExtreme } = between(ascending, 0.025, 0.975);
  return { low: 2 * estimate - high, high: 2 * estimate - low, atExtreme };
}

function symmetric({ standardError, bias }: BootstrapInterval, estimate: number) {
  const centre = estimate - bias!;
  const half = normalQuantileAt(0.975) * standardError!;
  return { low: centre - half, high: centre + half };
}

/** Relative to the size of the estimate: what two ways of adding up may differ by. */
const rounding = 1e-12;

function accelerated(
  ascending: readonly number[],
  estimate: number,
  draws: Draws,
  statistic: (rows: Int32Array) => number | null,
  { influence, jackknifeGroups }: IntervalConfig,
): Partial<BootstrapInterval> {
  const edge = estimate - rounding * (1 + Math.abs(estimate));
  const below = ascending.filter((value) => value < edge).length;
  if (below === 0 || below === ascending.length)
    return { reason: `${below} of ${ascending.length} resampled values lie below the estimate` };
  const values = influence ?? jackknifeInfluence(draws.n, draws.units(), statistic, jackknifeGroups);
  if (values === null) return { reason: 'the statistic does not exist without one of the subjects' };
  const acceleration = accelerationOf(values);
  if (acceleration === null) return { reason: 'no subject has an influence on the statistic' };
  const bias = normalQuantileAt(below / ascending.length);
  const moved = (z: number) => normalTail(bias + (bias + z) / (1 - acceleration * (bias + z)));
  const z = normalQuantileAt(0.975);
  if (acceleration * (bias - z) >= 1 || acceleration * (bias + z) >= 1)
    return { reason: `an acceleration of ${acceleration} is beyond what the method allows` };
  return {
    ...between(ascending, moved(-z), moved(z)),
    correction: { bias, acceleration, from: influence ? 'influence values' : 'jackknife' },
  };
}

/** Quantile of ascending values, interpolated linearly between order statistics (R's type 7). */
export function quantile(ascending: ArrayLike<number>, probability: number): number {
  if (ascending.length === 0) throw new RangeError('quantile: expected at least one value, got none');
  const at = (ascending.length - 1) * probability;
  const low = ascending[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * (ascending[Math.ceil(at)]! - low);
}
