/** Sums over the rows in which both of two features are observed, from which a row can be taken away. */
export interface PairwiseMoments {
  readonly p: number;
  /** [p, p] rows with both features */
  readonly counts: Float64Array;
  /** [p, p] sum of the first feature over those rows; the diagonal is its own sum */
  readonly sums: Float64Array;
  /** [p, p] sum of the products */
  readonly products: Float64Array;
}

export function pairwiseMoments(
  values: readonly Float64Array[],
  observed: readonly Uint8Array[],
  p: number,
): PairwiseMoments {
  const moments = {
    p,
    counts: new Float64Array(p * p),
    sums: new Float64Array(p * p),
    products: new Float64Array(p * p),
  };
  for (const [row, own] of values.entries()) addRow(moments, own, observed[row]!, 1);
  return moments;
}

/** Adds a row to the sums, or with sign -1 takes it away. */
export function addRow(
  { p, counts, sums, products }: PairwiseMoments,
  values: Float64Array,
  observed: Uint8Array,
  sign: 1 | -1,
) {
  for (let a = 0; a < p; a++) {
    if (!observed[a]) continue;
    for (let b = 0; b < p; b++) {
      if (!observed[b]) continue;
      counts[a * p + b]! += sign;
      sums[a * p + b]! += sign * values[a]!;
      products[a * p + b]! += sign * values[a]! * values[b]!;
    }
  }
}

/** Mean and standard deviation of each feature over the rows that have it; 0 and 1 where that is no number or none varies. */
export function momentsOf({ p, counts, sums, products }: PairwiseMoments): {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
} {
  const mean = new Float64Array(p);
  const sd = new Float64Array(p).fill(1);
  for (let a = 0; a < p; a++) {
    const cell = a * p + a;
    if (counts[cell]! < 2) continue;
    mean[a] = sums[cell]! / counts[cell]!;
    const variance = products[cell]! / counts[cell]! - mean[a]! ** 2;
    if (variance > 1e-10) sd[a] = Math.sqrt(variance);
  }
  return { mean, sd };
}

/** A correlation of fewer rows is not looked at. */
const fewestRows = 10;

/** [p, p] correlations over the rows that have both features, about the means of all that have one; 0 with fewer than 10 rows, which would tell nothing but noise. */
export function pairwiseCorrelation(moments: PairwiseMoments): Float64Array {
  const { p, counts, sums, products } = moments;
  const { mean, sd } = momentsOf(moments);
  const correlation = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    correlation[a * p + a] = 1;
    for (let b = 0; b < a; b++) {
      const n = counts[a * p + b]!;
      if (n < fewestRows) continue;
      const covariance =
        (products[a * p + b]! - mean[a]! * sums[b * p + a]! - mean[b]! * sums[a * p + b]!) / n +
        mean[a]! * mean[b]!;
      const r = Math.max(-1, Math.min(1, covariance / (sd[a]! * sd[b]!)));
      correlation[a * p + b] = r;
      correlation[b * p + a] = r;
    }
  }
  return correlation;
}

/**
 * How much of the correlations is noise: the share by which all of them are drawn to 0,
 * Σ (1 - r²)² / (n - 1) over Σ r², at least 0.02, and more where they could not be those of any distribution.
 *
 * Source: schafer2005 (docs/references.bib), with the variance of r in normal data.
 */
export function shrinkageOf(correlation: Float64Array, { p, counts }: PairwiseMoments): number {
  let noise = 0;
  let size = 0;
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < a; b++) {
      if (counts[a * p + b]! < fewestRows) continue;
      const r = correlation[a * p + b]!;
      noise += (1 - r * r) ** 2 / (counts[a * p + b]! - 1);
      size += r * r;
    }
  }
  let share = Math.max(0.02, size > 0 ? Math.min(1, noise / size) : 1);
  while (share < 1 && smallestPivot(shrunk(correlation, p, share), p) < 0.01)
    share += 0.05 * (1 - share) + 1e-3;
  return Math.min(1, share);
}

/** Correlations drawn to 0 by a share; the diagonal stays 1. */
export function shrunk(correlation: Float64Array, p: number, share: number): Float64Array {
  return correlation.map((r, cell) => (cell % (p + 1) === 0 ? 1 : (1 - share) * r));
}

/** Least square on the diagonal of the Cholesky factor: what of a feature those before it do not tell. */
function smallestPivot(matrix: Float64Array, p: number): number {
  const lower = matrix.slice();
  let least = Infinity;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let total = lower[i * p + j]!;
      for (let k = 0; k < j; k++) total -= lower[i * p + k]! * lower[j * p + k]!;
      if (i === j) {
        least = Math.min(least, total);
        if (total <= 0) return total;
        lower[i * p + i] = Math.sqrt(total);
      } else lower[i * p + j] = total / lower[j * p + j]!;
    }
  }
  return least;
}
