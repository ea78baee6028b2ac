import type { Random } from '@myocast/base';

/** A percentile interval and how it came about. */
export interface BootstrapInterval {
  /** 2.5 % and 97.5 % points of the resampled statistic; null when more than half of the resamples gave none */
  readonly low: number | null;
  readonly high: number | null;
  readonly standardError: number | null;
  readonly resamples: number;
  /** Resamples for which the statistic does not exist, such as one without a comparable pair */
  readonly skipped: number;
}

/**
 * Percentile bootstrap: subjects are drawn with replacement, n of n, and the statistic is
 * computed anew. A resample without the statistic is counted and left out.
 *
 * @param statistic of the drawn rows; null when it does not exist
 * @throws RangeError when there are no subjects or no resamples
 *
 * Source: efron1993 (docs/references.bib). Quantiles interpolate linearly (R's type 7).
 */
export function bootstrapInterval(
  n: number,
  statistic: (rows: Int32Array) => number | null,
  { resamples, random }: { resamples: number; random: Random },
): BootstrapInterval {
  if (n < 1 || resamples < 1)
    throw new RangeError(`bootstrapInterval: expected subjects and resamples, got ${n} and ${resamples}`);
  const values: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const stream = random.fork(resample);
    const value = statistic(Int32Array.from({ length: n }, () => stream.integer(n)));
    if (value !== null) values.push(value);
  }
  const skipped = resamples - values.length;
  if (values.length < 2 || skipped > resamples / 2)
    return { low: null, high: null, standardError: null, resamples, skipped };
  values.sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return {
    low: quantile(values, 0.025),
    high: quantile(values, 0.975),
    standardError: Math.sqrt(variance),
    resamples,
    skipped,
  };
}

/** Quantile of ascending values, interpolated linearly between order statistics (R's type 7). */
export function quantile(ascending: ArrayLike<number>, probability: number): number {
  if (ascending.length === 0) throw new RangeError('quantile: expected at least one value, got none');
  const at = (ascending.length - 1) * probability;
  const low = ascending[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * (ascending[Math.ceil(at)]! - low);
}
