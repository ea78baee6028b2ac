import type { Random } from '@myocast/base';
import { cholesky } from '../numerics/cholesky.ts';
import { solveCholesky } from '../numerics/cholesky.ts';
import { type PredictorMatrix, type Standardised, standardise } from './predictor-matrix.ts';
import { chiSquareDraw, normalDraw } from './random-draws.ts';

/** A constant and [q] coefficients of predictors as they are; 0 for one that was left out. */
export interface LinearCoefficients {
  readonly constant: number;
  readonly slopes: Float64Array;
}

/** Least squares of a column on the predictors, and what a draw from its posterior needs. */
export interface LinearPosterior {
  readonly estimate: LinearCoefficients;
  readonly residualSquares: number;
  /** Rows less parameters, at least 1 */
  readonly degreesOfFreedom: number;
  readonly mean: number;
  readonly slopes: Float64Array;
  readonly factor: { readonly lower: Float64Array; readonly size: number };
  readonly standardised: Standardised;
  readonly rows: number;
  readonly isRidged: boolean;
}

/** Share of its diagonal that is added to the cross-products of nearly collinear predictors. */
const ridge = 1e-5;

/**
 * Linear regression of y on predictors, over the rows where y is observed. Under the prior that is flat in the coefficients and
 * in log σ, σ² is the residual sum of squares over a chi-square variable, and given σ the coefficients are normal around the estimate
 * with covariance σ² (XᵀX)⁻¹. Predictors so near to collinear that one is explained to 99.99 % by the others get a ridge.
 *
 * Source: rubin1987, p. 167; vanbuuren2011 (docs/references.bib).
 * Agrees with: R mice `estimice` where no ridge is needed.
 */
export function linearPosterior(y: Float64Array, matrix: PredictorMatrix, rows: Int32Array): LinearPosterior {
  const standardised = standardise(matrix, rows);
  const { kept, means, scales, correlations, isNearCollinear } = standardised;
  const q = kept.length;
  const n = rows.length;
  const cross = correlations.map(
    (value, at) => (n - 1) * (value + (isNearCollinear && at % (q + 1) === 0 ? ridge : 0)),
  );
  const factor = cholesky(cross, new Float64Array(q));
  if (!factor.ok) throw new RangeError('linearPosterior: expected independent predictors');
  let mean = 0;
  for (const row of rows) mean += y[row]! / n;
  const right = new Float64Array(q);
  for (const [j, place] of kept.entries()) {
    const [x, centre] = [matrix.columns[place]!, means[j]!];
    let sum = 0;
    for (let at = 0; at < n; at++) sum += (x[rows[at]!]! - centre) * (y[rows[at]!]! - mean);
    right[j] = sum / scales[j]!;
  }
  const slopes = solveCholesky(factor, right);
  const estimate = asTheyAre(mean, slopes, standardised, matrix.columns.length);
  let residualSquares = 0;
  for (const row of rows) residualSquares += (y[row]! - linearValue(estimate, matrix.columns, row)) ** 2;
  return {
    estimate,
    residualSquares,
    degreesOfFreedom: Math.max(n - q - 1, 1),
    mean,
    slopes,
    factor,
    standardised,
    rows: n,
    isRidged: isNearCollinear,
  };
}

/** Coefficients and residual standard deviation from the posterior. */
export function drawLinear(
  posterior: LinearPosterior,
  random: Random,
): { coefficients: LinearCoefficients; sigma: number } {
  const { residualSquares, degreesOfFreedom, mean, slopes, factor, standardised, rows, estimate } = posterior;
  const sigma = Math.sqrt(residualSquares / chiSquareDraw(random, degreesOfFreedom));
  const constant = mean + (sigma / Math.sqrt(rows)) * random.normal();
  const noise = normalDraw(random, factor);
  const drawn = slopes.map((slope, j) => slope + sigma * noise[j]!);
  return { sigma, coefficients: asTheyAre(constant, drawn, standardised, estimate.slopes.length) };
}

/** Constant + Σ slope · predictor of a row. */
export function linearValue(
  { constant, slopes }: LinearCoefficients,
  columns: readonly Float64Array[],
  row: number,
): number {
  let sum = constant;
  for (let j = 0; j < slopes.length; j++) sum += slopes[j]! * columns[j]![row]!;
  return sum;
}

/** From predictors with mean 0 and standard deviation 1 to predictors as they are. */
export function asTheyAre(
  constant: number,
  slopes: ArrayLike<number>,
  { kept, means, scales }: Standardised,
  q: number,
): LinearCoefficients {
  const plain = new Float64Array(q);
  let shifted = constant;
  for (const [j, place] of kept.entries()) {
    plain[place] = slopes[j]! / scales[j]!;
    shifted -= plain[place]! * means[j]!;
  }
  return { constant: shifted, slopes: plain };
}
