import { momentsOf, type PredictorMatrix, type Standardised } from './predictor-matrix.ts';

/** Rows of a regression of a category. */
export interface CategoryRows {
  /** [n, q] */
  readonly x: Float64Array;
  /** [n] codes from 0 on */
  readonly codes: Uint8Array;
  readonly weights: Float64Array;
  readonly categories: number;
  readonly q: number;
}

/**
 * The observed rows, and a few light ones that keep every estimate finite: for each predictor and
 * category two rows half a standard deviation above and below the mean of that predictor, the others at their
 * means, all together of weight q + 1. A category that a predictor tells perfectly thereby gets a large, not an infinite coefficient.
 *
 * Means and standard deviations are over all n rows, to be imputed or not.
 *
 * Source: white2010 (docs/references.bib). Agrees with: R mice `augment`.
 */
export function augmentedRows(
  y: Float64Array,
  categories: number,
  { columns }: PredictorMatrix,
  rows: Int32Array,
  { kept, means, scales }: Standardised,
): CategoryRows {
  const q = kept.length;
  const added = 2 * q * categories;
  const x = new Float64Array((rows.length + added) * q);
  const codes = new Uint8Array(rows.length + added);
  const weights = new Float64Array(rows.length + added).fill(1);
  for (let at = 0; at < rows.length; at++) codes[at] = y[rows[at]!]!;
  for (const [j, place] of kept.entries()) {
    const [column, mean, scale] = [columns[place]!, means[j]!, scales[j]!];
    for (let at = 0; at < rows.length; at++) x[at * q + j] = (column[rows[at]!]! - mean) / scale;
  }
  const all = Int32Array.from(y.keys());
  const spreads = kept.map((place, j) => spreadOf(columns[place]!, all, means[j]!, scales[j]!));
  let at = rows.length;
  for (let own = 0; own < q; own++)
    for (let code = 0; code < categories; code++)
      for (const side of [0.5, -0.5]) {
        codes[at] = code;
        weights[at] = (q + 1) / added;
        for (const [j, { mean, scale, low, high }] of spreads.entries())
          x[at * q + j] = Math.min(high, Math.max(low, mean + (j === own ? side * scale : 0)));
        at++;
      }
  return { x, codes, weights, categories, q };
}

/** Of all rows, in the units of the standardised predictor. */
function spreadOf(column: Float64Array, all: Int32Array, mean: number, scale: number) {
  const own = momentsOf(column, all);
  let [low, high] = [column[0]!, column[0]!];
  for (let row = 1; row < column.length; row++) {
    low = Math.min(low, column[row]!);
    high = Math.max(high, column[row]!);
  }
  return {
    mean: (own.mean - mean) / scale,
    scale: own.scale / scale,
    low: (low - mean) / scale,
    high: (high - mean) / scale,
  };
}
