import { takeFollowUp } from '@myocast/survival';
import { foldRows } from '@myocast/survival/resampling';
import { matrixRows } from './inner-folds.ts';
import { heldOutLogLikelihood } from './partial-likelihood.ts';
import { fitRidge, penaltiesOf, type RegressionRows, type RidgeRegression } from './ridge-regression.ts';

/** A-priori variances of the log hazard that are tried; with the least of them the predictors say next to nothing. */
const variances = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3];

/**
 * The a-priori variance of the log hazard (log odds) whose ridge regression gives the rows of the inner folds the
 * highest likelihood, each held out in turn; of equally good ones the smallest. With times the likelihood is
 * the cross-validated partial one, without times the Bernoulli one.
 */
export function chooseVariance(rows: RegressionRows, folds: Int32Array): number {
  const likelihoods = variances.map((variance) =>
    foldRows(folds).reduce((sum, fold) => sum + foldLikelihood(rows, fold, variance), 0),
  );
  return variances[likelihoods.indexOf(Math.max(...likelihoods))]!;
}

function foldLikelihood(
  rows: RegressionRows,
  { train, test }: { readonly train: Int32Array; readonly test: Int32Array },
  variance: number,
): number {
  const fitted = fitToRows(rows, train, variance);
  const score = fitted.linearPredictor(rows.matrix);
  if (rows.timed) return heldOutLogLikelihood(score, rows.followUp, train);
  return test.reduce((sum, row) => sum + bernoulli(score[row]!, rows.followUp.event[row] === 1), 0);
}

/** The ridge regression of some of the rows, with the penalty of this variance. */
export function fitToRows(rows: RegressionRows, chosen: Int32Array, variance: number): RidgeRegression {
  const p = rows.names.length;
  return fitRidge(
    {
      ...rows,
      matrix: matrixRows(rows.matrix, p, chosen),
      followUp: takeFollowUp(rows.followUp, chosen),
    },
    penaltiesOf(variance, rows.sources),
  );
}

/** ln p or ln (1 - p) of log odds, without overflow. */
function bernoulli(logOdds: number, isEvent: boolean): number {
  const margin = isEvent ? logOdds : -logOdds;
  return Math.min(margin, 0) - Math.log1p(Math.exp(-Math.abs(margin)));
}
