import { meanOf } from '../numerics/mean.ts';
import { allRows, bootstrapDraws, type Draws, leftOut, type Resampling } from './draws.ts';
import type { Pipeline } from './pipeline.ts';
import type { PredictionError } from './prediction-error.ts';

/** The error of a pipeline's model for new subjects, by resampling. */
export interface Bootstrap632 {
  /** On the subjects that made the model */
  readonly apparent: number | null;
  /** Of models on subjects that their resample left out; too high, as a resample holds 63.2 % of the subjects */
  readonly leftOut: number | null;
  /** If outcomes had nothing to do with predictions */
  readonly withoutInformation: number | null;
  /** 0.368 apparent + 0.632 left out */
  readonly error632: number | null;
  /** The weight of the left out grows with overfitting, from 0.632 to 1 */
  readonly error632Plus: number | null;
  /** Relative overfitting rate, 0 to 1 */
  readonly overfitting: number | null;
  readonly resamples: number;
  /** Resamples that determined no model, or left out nobody in whom the error exists */
  readonly skipped: number;
  /** Subjects that no resample with a model left out; they add nothing where the average is by subject */
  readonly neverLeftOut: number;
}

export interface Bootstrap632Config {
  /**
   * 'subjects' (where absent, if the error is a mean over subjects): first over the resamples that left a subject out, then over the
   * subjects, as Efron and Tibshirani have it. 'resamples': the error among those left out, over the resamples, as R pec has it.
   */
  readonly average?: 'subjects' | 'resamples';
}

/**
 * The .632 and .632+ estimates of the prediction error of a whole pipeline. Null when all subjects determine no model.
 *
 * @throws RangeError as `bootstrapDraws`, or when an average over subjects is asked of an error that is none
 *
 * Source: efron1997; with censoring gerds2007 (docs/references.bib).
 * Agrees with: R pec `pec(splitMethod = "Boot632plus")` for the average over resamples, and its written formula over
 * subjects, given the same resamples.
 */
export function bootstrap632<Prediction>(
  n: number,
  pipeline: Pipeline<Prediction>,
  error: PredictionError<Prediction>,
  resampling: Resampling,
  config: Bootstrap632Config = {},
): Bootstrap632 | null {
  const average = config.average ?? (error.bySubject ? 'subjects' : 'resamples');
  if (average === 'subjects' && !error.bySubject)
    throw new RangeError(
      'bootstrap632: expected an error that is a mean over subjects for an average over them',
    );
  const predictor = pipeline(allRows(n));
  if (predictor === null) return null;
  const whole = predictor(allRows(n));
  const draws = bootstrapDraws(n, resampling);
  const { errors, sums, times } = errorsOfLeftOut(draws, pipeline, error);
  const left = average === 'subjects' ? overSubjects(sums, times) : meanOf(errors);
  const apparent = error.among(whole, allRows(n));
  const withoutInformation = error.withoutInformation(whole);
  return {
    apparent,
    leftOut: left,
    withoutInformation,
    ...combined(apparent, left, withoutInformation),
    resamples: draws.resamples,
    skipped: draws.resamples - errors.length,
    neverLeftOut: times.filter((count) => count === 0).length,
  };
}

interface LeftOutErrors {
  /** Of the resamples that have one */
  readonly errors: readonly number[];
  /** [n] what each subject added, over the resamples that left it out, and how many they were */
  readonly sums: Float64Array;
  readonly times: Int32Array;
}

function errorsOfLeftOut<Prediction>(
  draws: Draws,
  pipeline: Pipeline<Prediction>,
  error: PredictionError<Prediction>,
): LeftOutErrors {
  const errors: number[] = [];
  const sums = new Float64Array(draws.n);
  const times = new Int32Array(draws.n);
  for (let resample = 0; resample < draws.resamples; resample++) {
    const rows = draws.rows(resample);
    const out = leftOut(draws.n, rows);
    const prediction = out.length > 0 ? pipeline(rows)?.(out) : undefined;
    const value = prediction === undefined ? null : error.among(prediction, out);
    if (value === null) continue;
    errors.push(value);
    const own = error.bySubject?.(prediction!, out);
    for (const [at, row] of out.entries()) {
      times[row]!++;
      sums[row]! += own?.[at] ?? 0;
    }
  }
  return { errors, sums, times };
}

function overSubjects(sums: Float64Array, times: Int32Array): number | null {
  const means: number[] = [];
  for (const [row, count] of times.entries()) if (count > 0) means.push(sums[row]! / count);
  return meanOf(means);
}

/**
 * With the error of the left out cut at that without information: R = (left out - apparent) / (without - apparent),
 * 0 unless both are above the apparent; w = 0.632 / (1 - 0.368 R); (1 - w) apparent + w left out.
 */
function combined(
  apparent: number | null,
  left: number | null,
  without: number | null,
): Pick<Bootstrap632, 'error632' | 'error632Plus' | 'overfitting'> {
  if (apparent === null || left === null) return { error632: null, error632Plus: null, overfitting: null };
  const error632 = 0.368 * apparent + 0.632 * left;
  if (without === null) return { error632, error632Plus: null, overfitting: null };
  const cut = Math.min(left, without);
  const overfitting = cut > apparent ? (cut - apparent) / (without - apparent) : 0;
  const weight = 0.632 / (1 - 0.368 * overfitting);
  return { error632, error632Plus: (1 - weight) * apparent + weight * cut, overfitting };
}
