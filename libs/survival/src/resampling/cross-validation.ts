import { meanOf, standardDeviation } from '../numerics/mean.ts';
import { crossValidationFolds, type FoldConfig, foldRows } from './folds.ts';
import type { Measures } from './optimism.ts';
import type { Pipeline } from './pipeline.ts';

/** A measure over folds that were held out. */
export interface CrossValidatedMeasure {
  /** Mean over the repeats of the mean over the folds */
  readonly mean: number | null;
  /** Standard deviation of the repeats' means: how much the division into folds matters; null for one repeat */
  readonly betweenRepeats: number | null;
  /** Standard deviation over all folds; not the standard error of the mean, for the folds share their training subjects */
  readonly betweenFolds: number | null;
  /** Folds without the measure, those without a model among them */
  readonly skipped: number;
}

export interface CrossValidation<Name extends string> {
  readonly measures: { readonly [name in Name]: CrossValidatedMeasure };
  readonly folds: number;
  readonly repeats: number;
  readonly withoutModel: number;
}

/**
 * Repeated cross-validation: the whole pipeline is repeated without each fold, and its model measured in it.
 *
 * Measures that compare subjects with each other (C) are within a fold, never between the models of two. A fold without the
 * measure is counted and left out; a repeat is the mean of the folds that have it.
 *
 * @param names of the measures
 * @throws RangeError as `crossValidationFolds`
 */
export function crossValidate<Prediction, Name extends string>(
  n: number,
  pipeline: Pipeline<Prediction>,
  measure: (prediction: Prediction, rows: Int32Array) => Measures<Name>,
  names: readonly Name[],
  config: FoldConfig,
): CrossValidation<Name> {
  const repeats = crossValidationFolds(n, config);
  const found = new Map<Name, number[][]>(names.map((name) => [name, repeats.map(() => [])]));
  let withoutModel = 0;
  for (const [repeat, folds] of repeats.entries())
    for (const { test, train } of foldRows(folds)) {
      const predictor = pipeline(train);
      if (predictor === null) {
        withoutModel++;
        continue;
      }
      const measured = measure(predictor(test), test);
      for (const name of names) {
        const value = measured[name];
        if (value !== null) found.get(name)![repeat]!.push(value);
      }
    }
  const total = repeats.length * config.folds;
  const measures = Object.fromEntries(names.map((name) => [name, summary(found.get(name)!, total)])) as {
    [name in Name]: CrossValidatedMeasure;
  };
  return { measures, folds: config.folds, repeats: repeats.length, withoutModel };
}

/**
 * The prediction of each row by the model that was fitted without its fold, [repeats] of [n]; null where
 * there was none.
 *
 * @throws RangeError as `crossValidationFolds`
 */
export function outOfFold(
  n: number,
  pipeline: Pipeline<Float64Array>,
  config: FoldConfig,
): (number | null)[][] {
  return crossValidationFolds(n, config).map((folds) => {
    const values: (number | null)[] = Array.from({ length: n }, () => null);
    for (const { test, train } of foldRows(folds)) {
      const prediction = pipeline(train)?.(test);
      if (prediction) for (const [at, row] of test.entries()) values[row] = prediction[at]!;
    }
    return values;
  });
}

function summary(byRepeat: readonly (readonly number[])[], total: number): CrossValidatedMeasure {
  const all = byRepeat.flat();
  const means = byRepeat.flatMap((values) => meanOf(values) ?? []);
  return {
    mean: meanOf(means),
    betweenRepeats: standardDeviation(means),
    betweenFolds: standardDeviation(all),
    skipped: total - all.length,
  };
}
