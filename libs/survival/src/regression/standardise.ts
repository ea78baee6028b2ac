export interface Standardised {
  /** [n, p] */
  readonly values: Float64Array;
  /** [p] */
  readonly means: Float64Array;
  /** [p] standard deviations (divisor: the sum of weights); 1 for a constant column */
  readonly scales: Float64Array;
  /** [p] 1 where a column is constant: its values are then exactly 0 */
  readonly isConstant: Uint8Array;
}

/**
 * Columns with mean 0 and standard deviation 1.
 *
 * @param predictors [n, p]
 * @param weights [n] 0 or more, their sum positive; all 1 where absent
 */
export function standardise(predictors: Float64Array, p: number, weights?: Float64Array): Standardised {
  const n = predictors.length / p;
  const values = new Float64Array(n * p);
  const means = columnSums(predictors, p, weights);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : n;
  for (let j = 0; j < p; j++) means[j]! /= total;
  for (let at = 0; at < n * p; ) for (let j = 0; j < p; j++, at++) values[at] = predictors[at]! - means[j]!;
  const scales = columnSums(
    values.map((value) => value * value),
    p,
    weights,
  );
  const isConstant = new Uint8Array(p);
  for (let j = 0; j < p; j++) {
    scales[j] = Math.sqrt(scales[j]! / total);
    isConstant[j] = scales[j]! <= 1e-12 * Math.abs(means[j]!) ? 1 : 0;
    if (isConstant[j] === 1) scales[j] = 1;
  }
  const factors = scales.map((scale, j) => (isConstant[j] === 1 ? 0 : 1 / scale));
  for (let at = 0; at < n * p; ) for (let j = 0; j < p; j++, at++) values[at]! *= factors[j]!;
  return { values, means, scales, isConstant };
}

function columnSums(values: Float64Array, p: number, weights?: Float64Array): Float64Array {
  const sums = new Float64Array(p);
  for (let row = 0, at = 0; at < values.length; row++) {
    const weight = weights ? weights[row]! : 1;
    for (let j = 0; j < p; j++, at++) sums[j]! += weight * values[at]!;
  }
  return sums;
}
