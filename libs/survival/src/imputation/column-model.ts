import type { Random } from '@myocast/base';
import {
  type CategoryModel,
  categoryPosterior,
  categoryProbabilities,
  drawCategoryModel,
} from './category-model.ts';
import { categoryCount, type ImputationColumn } from './column.ts';
import { drawLinear, type LinearCoefficients, linearPosterior, linearValue } from './linear-model.ts';
import { type Donors, donorsOf, matchedValue } from './predictive-mean-matching.ts';
import { type PredictorMatrix, type Standardised, standardise } from './predictor-matrix.ts';

/** How to draw a missing value from the predictors of its row: parameters are drawn already. */
export type ColumnModel =
  | { readonly method: 'constant'; readonly value: number }
  | {
      readonly method: 'norm';
      readonly coefficients: LinearCoefficients;
      readonly sigma: number;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly method: 'pmm';
      readonly coefficients: LinearCoefficients;
      readonly donors: Donors;
      readonly donorCount: number;
    }
  | CategoryModel;

/** What a fit had to do without, or could not. */
export type FitNote =
  | { readonly what: 'constant' | 'collinear'; readonly predictor: string }
  | { readonly what: 'ridge' | 'perfectly-predicted' | 'few-rows' | 'no-variation' | 'no-maximum' };

/**
 * Fits a column to its predictors over the rows where it is observed, and draws the parameters.
 *
 * Predictive mean matching is of type 1: observed rows by the estimate, rows to be imputed by the draw.
 *
 * Source: vanbuuren2011 (docs/references.bib).
 */
export function drawColumnModel(
  column: ImputationColumn,
  matrix: PredictorMatrix,
  rows: Int32Array,
  donorCount: number,
  random: Random,
  note: (found: FitNote) => void,
): ColumnModel {
  const first = column.values[rows[0]!]!;
  if (rows.every((row) => column.values[row] === first)) {
    note({ what: 'no-variation' });
    return { method: 'constant', value: first };
  }
  return column.kind === 'numeric'
    ? drawNumeric(column, matrix, rows, donorCount, random, note)
    : drawCategories(column, matrix, rows, random, note);
}

function drawNumeric(
  {
    values,
    method = 'pmm',
    low = Number.NEGATIVE_INFINITY,
    high = Number.POSITIVE_INFINITY,
  }: ImputationColumn,
  matrix: PredictorMatrix,
  rows: Int32Array,
  donorCount: number,
  random: Random,
  note: (found: FitNote) => void,
): ColumnModel {
  const posterior = linearPosterior(values, matrix, rows);
  noteLeftOut(posterior.standardised, matrix, note);
  if (posterior.isRidged) note({ what: 'ridge' });
  if (rows.length - posterior.slopes.length - 1 < 1) note({ what: 'few-rows' });
  if (posterior.residualSquares <= 1e-12 * totalSquares(values, rows)) note({ what: 'perfectly-predicted' });
  const { coefficients, sigma } = drawLinear(posterior, random);
  if (method === 'norm') return { method, coefficients, sigma, low, high };
  const fitted = Float64Array.from(rows, (row) => linearValue(posterior.estimate, matrix.columns, row));
  const observed = Float64Array.from(rows, (row) => values[row]!);
  return { method, coefficients, donors: donorsOf(fitted, observed, random), donorCount };
}

function drawCategories(
  column: ImputationColumn,
  matrix: PredictorMatrix,
  rows: Int32Array,
  random: Random,
  note: (found: FitNote) => void,
): ColumnModel {
  const { values, kind } = column;
  const categories = categoryCount(column);
  const fit = (predictors: PredictorMatrix) =>
    categoryPosterior(values, categories, kind === 'ordered', predictors, rows);
  const posterior = fit(matrix);
  noteLeftOut(posterior?.standardised ?? standardise(matrix, rows), matrix, note);
  if (posterior) return drawCategoryModel(posterior, random);
  note({ what: 'no-maximum' });
  const alone = fit({ names: [], columns: [] });
  if (!alone) throw new RangeError(`drawColumnModel: expected every category of ${column.name} to occur`);
  return drawCategoryModel(alone, random);
}

/** A value for one row, and whether a limit cut it. */
export function drawValue(
  model: ColumnModel,
  columns: readonly Float64Array[],
  row: number,
  random: Random,
): { readonly value: number; readonly isLimited: boolean } {
  if (model.method === 'constant') return { value: model.value, isLimited: false };
  if (model.method === 'norm') {
    const free = linearValue(model.coefficients, columns, row) + model.sigma * random.normal();
    const value = Math.min(model.high, Math.max(model.low, free));
    return { value, isLimited: value !== free };
  }
  if (model.method === 'pmm') {
    const target = linearValue(model.coefficients, columns, row);
    return { value: matchedValue(model.donors, target, model.donorCount, random), isLimited: false };
  }
  const shares = categoryProbabilities(model, columns, row);
  let rest = random.uniform();
  let code = 0;
  while (code < shares.length - 1 && rest >= shares[code]!) rest -= shares[code++]!;
  return { value: code, isLimited: false };
}

function noteLeftOut(
  { leftOut }: Standardised,
  { names }: PredictorMatrix,
  note: (found: FitNote) => void,
): void {
  for (const { place, why } of leftOut) note({ what: why, predictor: names[place]! });
}

function totalSquares(values: Float64Array, rows: Int32Array): number {
  let [mean, sum] = [0, 0];
  for (const row of rows) mean += values[row]! / rows.length;
  for (const row of rows) sum += (values[row]! - mean) ** 2;
  return sum;
}
