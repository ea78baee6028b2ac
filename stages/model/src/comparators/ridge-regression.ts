import type { FollowUp } from '@myocast/survival';
import { coxLinearPredictor, fitCox } from '@myocast/survival/regression';
import { ridgeLogistic } from '../ridge-logistic.ts';
import { type IncidenceOf, incidenceBeside } from './cumulative-incidence.ts';
import { estimate } from './estimate.ts';

/** Training rows of a regression. */
export interface RegressionRows {
  readonly names: readonly string[];
  /** [p] what each predictor comes from */
  readonly sources: readonly string[];
  /** [n, p] standardised */
  readonly matrix: Float64Array;
  readonly followUp: FollowUp;
  /** False for an outcome without times, whose days mean nothing. */
  readonly timed: boolean;
}

export interface RidgeRegression {
  /** [m] log hazard ratio, or log odds, of the rows of a matrix [m, p] */
  readonly linearPredictor: (matrix: Float64Array) => Float64Array;
  readonly incidence: IncidenceOf;
}

/**
 * The penalties [p] that stand for a Gaussian prior by which the standardised predictors spread the log hazard (log
 * odds) by this variance in all, each source an equal part of it: sources times predictors of the source / variance.
 */
export function penaltiesOf(variance: number, sources: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const source of sources) counts.set(source, (counts.get(source) ?? 0) + 1);
  return sources.map((source) => (counts.size * counts.get(source)!) / variance);
}

/**
 * Ridge regression of the composite: Cox (Efron's ties) with times, logistic without. Competing events are
 * censorings in the fit and lower the incidence.
 *
 * @param penalties [p] λ: λ/2 times the square of the coefficient is taken off the log-likelihood
 * @throws RangeError with what the rows do not allow
 */
export function fitRidge(rows: RegressionRows, penalties: readonly number[]): RidgeRegression {
  return rows.timed ? ridgeCox(rows, penalties) : logistic(rows, penalties);
}

function ridgeCox({ names, matrix, followUp }: RegressionRows, ridge: readonly number[]): RidgeRegression {
  const model = estimate(fitCox({ names, predictors: matrix, followUp }, { ties: 'efron', ridge }));
  return {
    linearPredictor: (others) => coxLinearPredictor(model, others),
    incidence: incidenceBeside(model.baselines[0]!, followUp),
  };
}

function logistic({ names, matrix, followUp }: RegressionRows, ridge: readonly number[]): RidgeRegression {
  const p = names.length;
  const n = followUp.event.length;
  const design = withIntercept(matrix, n, p);
  const coefficients = ridgeLogistic({
    design,
    target: Float64Array.from(followUp.event, (code) => (code === 1 ? 1 : 0)),
    weight: new Float64Array(n).fill(1),
    penalty: Float64Array.of(0, ...ridge),
  });
  return {
    linearPredictor: (others) =>
      Float64Array.from({ length: others.length / p }, (_, row) => {
        let eta = coefficients[0]!;
        for (let j = 0; j < p; j++) eta += coefficients[j + 1]! * others[row * p + j]!;
        return eta;
      }),
    incidence: (linearPredictor) => linearPredictor.map((eta) => 1 / (1 + Math.exp(-eta))),
  };
}

function withIntercept(matrix: Float64Array, n: number, p: number): Float64Array {
  const design = new Float64Array(n * (p + 1));
  for (let row = 0; row < n; row++) {
    design[row * (p + 1)] = 1;
    design.set(matrix.subarray(row * p, (row + 1) * p), row * (p + 1) + 1);
  }
  return design;
}
