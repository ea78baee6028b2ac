import { accepted, type Checked, issue, refused } from '@myocast/base';
import { checkFollowUp, checkValues, type FollowUp, refuseLateEntry, stepAt } from '../follow-up.ts';
import { invertCholesky } from '../numerics/cholesky.ts';
import { type ChiSquareTest, chiSquareTest } from './cox.ts';
import { fineGrayCovariance } from './fine-gray-covariance.ts';
import {
  type FineGrayRows,
  fineGrayDays,
  fineGrayDerivatives,
  fineGrayRows,
} from './fine-gray-likelihood.ts';
import { maximise, quadraticForm } from './maximise.ts';

export interface FineGrayInput {
  /** p column names, for the issues */
  readonly names: readonly string[];
  /** [n, p] one row a subject, nothing missing */
  readonly predictors: Float64Array;
  /** Event 1 is the cause, 2 and more compete */
  readonly followUp: FollowUp;
}

export interface FineGrayConfig {
  /**
   * Ridge penalty λ: λ/2 times the square of the coefficient of each standardised predictor is taken off the
   * log-likelihood; 0 where absent. Such estimates are biased by intent, so their standard errors are those
   * of the penalised information in the sandwich.
   */
  readonly ridge?: number;
}

/** A fitted proportional subdistribution hazards model. */
export interface FineGrayFit {
  readonly names: readonly string[];
  /** [p] log subdistribution hazard ratio of one unit */
  readonly coefficients: Float64Array;
  /** [p] robust, with the estimation of the censoring distribution */
  readonly standardErrors: Float64Array;
  /** [p, p] */
  readonly covariance: Float64Array;
  /** [p] the subject to whom the baseline belongs */
  readonly means: Float64Array;
  /** Of the weighted partial likelihood */
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  readonly wald: ChiSquareTest;
  /** Cumulative subdistribution hazard at the means on the days with events of the cause */
  readonly baseline: { readonly days: Float64Array; readonly cumulativeHazard: Float64Array };
  readonly events: number;
  readonly iterations: number;
}

/**
 * Fine-Gray regression of the cumulative incidence of one cause: after a competing event
 * a subject stays at risk with weight G(t-) / G(T-), G the Kaplan-Meier curve of censoring.
 * Breslow's ties.
 *
 * A table without events of the cause, a constant or collinear predictor and one that
 * separates the events are refused by name; with a ridge penalty it gets its finite, penalised
 * estimate. Without competing events it is Cox regression with robust errors.
 *
 * @throws RangeError when lengths differ, a value is not finite, the penalty is negative, or there are
 * entry days or case weights
 *
 * Source: fine1999 (docs/references.bib).
 * Agrees with: R cmprsk `crr`; with a ridge penalty R survival `finegray` and `coxph(ties = "breslow")` with `ridge()`
 * where no day is shared (of ties `finegray` takes another censoring weight than `crr`).
 */
export function fitFineGray(
  { names, predictors, followUp }: FineGrayInput,
  { ridge = 0 }: FineGrayConfig = {},
): Checked<FineGrayFit> {
  const n = followUp.days.length;
  const p = names.length;
  checkFollowUp('fitFineGray', followUp);
  refuseLateEntry('fitFineGray', followUp);
  if (followUp.weights) throw new RangeError('fitFineGray: expected no case weights');
  if (p === 0) throw new RangeError('fitFineGray: expected at least one predictor, got none');
  checkValues('fitFineGray', 'predictor values', predictors, n * p);
  if (!(ridge >= 0 && ridge < Infinity))
    throw new RangeError(`fitFineGray: expected a finite ridge penalty of 0 or more, got ${ridge}`);
  const events = followUp.event.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0);
  if (events === 0)
    return refused(
      issue('too-few-events', 'Fine-Gray regression', 'expected an event of the cause, found none'),
    );

  const { means, scales } = scaling(predictors, n, p);
  const standardised = predictors.map((value, at) => (value - means[at % p]!) / scales[at % p]!);
  const rows = fineGrayRows(standardised, followUp);
  const found = maximise((beta) => fineGrayDerivatives(rows, beta), new Float64Array(p).fill(ridge), names);
  if (!found.ok) return found;
  const { beta, factor, nullLogLikelihood, logLikelihood, iterations } = found.value;
  const covariance = fineGrayCovariance(rows, beta, invertCholesky(factor)).map(
    (value, at) => value / (scales[Math.floor(at / p)]! * scales[at % p]!),
  );
  const coefficients = beta.map((value, j) => value / scales[j]!);
  return accepted({
    names,
    coefficients,
    standardErrors: coefficients.map((_, j) => Math.sqrt(covariance[j * p + j]!)),
    covariance,
    means,
    logLikelihood: { null: nullLogLikelihood, fitted: logLikelihood },
    wald: chiSquareTest(quadraticForm(covariance, coefficients), p),
    baseline: baselineOf(rows, beta),
    events,
    iterations,
  });
}

/** Linear predictor relative to the means, [n]: higher is worse. */
export function fineGrayLinearPredictor(fit: FineGrayFit, predictors: Float64Array): Float64Array {
  const p = fit.names.length;
  const n = predictors.length / p;
  checkValues('fineGrayLinearPredictor', 'predictor values', predictors, Math.floor(n) * p);
  return Float64Array.from({ length: n }, (_, row) =>
    fit.coefficients.reduce((sum, value, j) => sum + value * (predictors[row * p + j]! - fit.means[j]!), 0),
  );
}

/** Cumulative incidence of the cause by day t, [n]. */
export function fineGrayIncidence(fit: FineGrayFit, linearPredictor: Float64Array, t: number): Float64Array {
  const hazard = stepAt(fit.baseline.days, fit.baseline.cumulativeHazard, t, 0);
  return linearPredictor.map((value) => -Math.expm1(-hazard * Math.exp(value)));
}

function baselineOf(rows: FineGrayRows, beta: Float64Array): FineGrayFit['baseline'] {
  const steps = fineGrayDays(rows, beta).days;
  let sum = 0;
  return {
    days: Float64Array.from(steps, ({ day }) => day),
    cumulativeHazard: Float64Array.from(steps, ({ hazard }) => (sum += hazard)),
  };
}

/** Means and standard deviations (divisor n); 1 for a constant column. */
function scaling(predictors: Float64Array, n: number, p: number) {
  const means = new Float64Array(p);
  const scales = new Float64Array(p);
  for (let at = 0; at < predictors.length; at++) means[at % p]! += predictors[at]! / n;
  for (let at = 0; at < predictors.length; at++)
    scales[at % p]! += (predictors[at]! - means[at % p]!) ** 2 / n;
  for (let j = 0; j < p; j++) {
    const scale = Math.sqrt(scales[j]!);
    scales[j] = scale > 1e-12 * Math.abs(means[j]!) ? scale : 1;
  }
  return { means, scales };
}
