import type { Checked } from '@myocast/base';
import { takeFollowUp } from '../follow-up.ts';
import { type CoxConfig, type CoxInput, coxLinearPredictor, coxSurvival, fitCox } from '../regression/cox.ts';
import {
  type FineGrayInput,
  fineGrayIncidence,
  fineGrayLinearPredictor,
  fitFineGray,
} from '../regression/fine-gray.ts';

/**
 * Everything that makes a model from subjects: imputation, selection of predictors, tuning, the fit.
 *
 * It is given row numbers, a row drawn twice being two subjects, and gives the prediction of any rows, or null
 * where these rows determine no model. Whatever happens outside of it is not validated.
 */
export type Pipeline<Prediction> = (rows: Int32Array) => Predictor<Prediction> | null;

/** Predicts rows, in the order given, from their predictors alone. */
export type Predictor<Prediction> = (rows: Int32Array) => Prediction;

/** What a survival model says of m rows. */
export interface RiskPrediction {
  /** [m] higher is worse */
  readonly score: Float64Array;
  /** [k] of [m] probability of the event by each of the days */
  readonly risks: readonly Float64Array[];
}

/**
 * Cox regression as a pipeline that predicts the risk by these days. With competing events it is the risk of
 * the event where the others are done away with; for the cumulative incidence use `fineGrayPipeline`.
 */
export function coxPipeline(
  { names, predictors, followUp }: Pick<CoxInput, 'names' | 'predictors' | 'followUp'>,
  config: CoxConfig,
  days: readonly number[],
): Pipeline<RiskPrediction> {
  const taken = rowsOfMatrix(predictors, names.length);
  return (rows) => {
    const fit = fitOrNull(
      fitCox({ names, predictors: taken(rows), followUp: takeFollowUp(followUp, rows) }, config),
    );
    if (fit === null) return null;
    return (others) => {
      const score = coxLinearPredictor(fit, taken(others));
      return { score, risks: days.map((t) => coxSurvival(fit, score, t).map((survival) => 1 - survival)) };
    };
  };
}

/** Fine-Gray regression as a pipeline that predicts the cumulative incidence by these days. */
export function fineGrayPipeline(
  { names, predictors, followUp }: FineGrayInput,
  days: readonly number[],
): Pipeline<RiskPrediction> {
  const taken = rowsOfMatrix(predictors, names.length);
  return (rows) => {
    const fit = fitOrNull(
      fitFineGray({ names, predictors: taken(rows), followUp: takeFollowUp(followUp, rows) }),
    );
    if (fit === null) return null;
    return (others) => {
      const score = fineGrayLinearPredictor(fit, taken(others));
      return { score, risks: days.map((t) => fineGrayIncidence(fit, score, t)) };
    };
  };
}

/** A model that the rows do not determine is none. */
function fitOrNull<Fit>(checked: Checked<Fit>): Fit | null {
  return checked.ok ? checked.value : null;
}

/** Rows of an [n, p] matrix. */
function rowsOfMatrix(matrix: Float64Array, p: number): (rows: Int32Array) => Float64Array {
  return (rows) => {
    const taken = new Float64Array(rows.length * p);
    for (let at = 0; at < rows.length; at++)
      taken.set(matrix.subarray(rows[at]! * p, (rows[at]! + 1) * p), at * p);
    return taken;
  };
}
