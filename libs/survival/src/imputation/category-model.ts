import type { Random } from '@myocast/base';
import { climbByNewton } from '../regression/newton.ts';
import { augmentedRows, type CategoryRows } from './augmented-rows.ts';
import { asTheyAre, type LinearCoefficients, linearValue } from './linear-model.ts';
import { multinomialDerivatives } from './multinomial-likelihood.ts';
import { ordinalDerivatives } from './ordinal-likelihood.ts';
import { type PredictorMatrix, type Standardised, standardise } from './predictor-matrix.ts';
import { normalDraw } from './random-draws.ts';

/** Maximum of a likelihood of categories, and the factor of the information there. */
export interface CategoryPosterior {
  readonly isOrdered: boolean;
  readonly categories: number;
  readonly parameters: Float64Array;
  readonly factor: { readonly lower: Float64Array; readonly size: number };
  readonly standardised: Standardised;
  /** Predictors before any was left out */
  readonly predictors: number;
}

/** Probabilities of categories. */
export type CategoryModel =
  | { readonly method: 'nominal'; readonly scores: readonly LinearCoefficients[] }
  | { readonly method: 'ordinal'; readonly thresholds: Float64Array; readonly score: LinearCoefficients };

/**
 * Logistic regression of a category: binary, polytomous, or with proportional odds where the categories are ordered.
 * The parameters are drawn from the normal distribution around the estimate whose covariance is the inverse of the information.
 * mice draws so for binary columns, and takes the estimate as it stands for more categories, which leaves out its uncertainty.
 *
 * @param rows where y is observed; each code of 0 to categories - 1 occurs
 * @returns null where the likelihood has no maximum
 *
 * Agrees with: R `glm` on the rows of mice `augment`; for more categories nnet `multinom` and rms `lrm` on such rows.
 */
export function categoryPosterior(
  y: Float64Array,
  categories: number,
  isOrdered: boolean,
  matrix: PredictorMatrix,
  rows: Int32Array,
): CategoryPosterior | null {
  const standardised = standardise(matrix, rows);
  const data = augmentedRows(y, categories, matrix, rows, standardised);
  const likelihood = isOrdered ? ordinalDerivatives : multinomialDerivatives;
  const found = climbByNewton((at) => likelihood(data, at), startOf(data, isOrdered));
  if (!found.ok) return null;
  const { parameters, factor } = found;
  return { isOrdered, categories, parameters, factor, standardised, predictors: matrix.columns.length };
}

const mostRedraws = 100;

/** Parameters from the posterior. Thresholds that do not ascend are drawn again. */
export function drawCategoryModel(posterior: CategoryPosterior, random: Random): CategoryModel {
  const { parameters, factor, isOrdered, categories } = posterior;
  let drawn = parameters;
  for (let attempt = 0; attempt < mostRedraws; attempt++) {
    const noise = normalDraw(random, factor);
    drawn = parameters.map((value, j) => value + noise[j]!);
    if (!isOrdered || ascends(drawn.subarray(0, categories - 1))) return modelOf(posterior, drawn);
  }
  return modelOf(posterior, parameters);
}

/** The model of these parameters, for predictors as they are. */
export function modelOf(posterior: CategoryPosterior, parameters: Float64Array): CategoryModel {
  const { isOrdered, categories, standardised, predictors } = posterior;
  if (isOrdered) {
    const score = asTheyAre(0, parameters.subarray(categories - 1), standardised, predictors);
    return {
      method: 'ordinal',
      thresholds: parameters.slice(0, categories - 1).map((cut) => cut - score.constant),
      score: { ...score, constant: 0 },
    };
  }
  const width = standardised.kept.length + 1;
  return {
    method: 'nominal',
    scores: Array.from({ length: categories - 1 }, (_, a) => {
      const own = parameters.subarray(a * width, (a + 1) * width);
      return asTheyAre(own[0]!, own.subarray(1), standardised, predictors);
    }),
  };
}

/** [categories] of one row. */
export function categoryProbabilities(
  model: CategoryModel,
  columns: readonly Float64Array[],
  row: number,
): Float64Array {
  if (model.method === 'ordinal') {
    const eta = linearValue(model.score, columns, row);
    const below = [0, ...Array.from(model.thresholds, (cut) => 1 / (1 + Math.exp(eta - cut))), 1];
    return Float64Array.from({ length: below.length - 1 }, (_, k) => below[k + 1]! - below[k]!);
  }
  const scores = [0, ...model.scores.map((score) => linearValue(score, columns, row))];
  const most = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - most));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return Float64Array.from(parts, (part) => part / total);
}

/** Frequencies, half a row more each, and no effects. */
function startOf({ codes, weights, categories, q }: CategoryRows, isOrdered: boolean): Float64Array {
  const counts = new Float64Array(categories).fill(0.5);
  for (const [row, code] of codes.entries()) counts[code]! += weights[row]!;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!isOrdered) {
    const start = new Float64Array((categories - 1) * (q + 1));
    for (let a = 1; a < categories; a++) start[(a - 1) * (q + 1)] = Math.log(counts[a]! / counts[0]!);
    return start;
  }
  const start = new Float64Array(categories - 1 + q);
  let below = 0;
  for (let k = 0; k < categories - 1; k++) {
    below += counts[k]!;
    start[k] = Math.log(below / (total - below));
  }
  return start;
}

function ascends(values: Float64Array): boolean {
  return values.every((value, k) => k === 0 || value > values[k - 1]!);
}
