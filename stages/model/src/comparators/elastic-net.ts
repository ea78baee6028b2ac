import {
  type CoxInput,
  type CoxModel,
  coxLinearPredictor,
  crossValidateElasticNet,
  elasticNetModel,
} from '@myocast/survival/regression';
import { everyColumn } from './column-sets.ts';
import { comparator, type ForecastCompetitor } from './competitor.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { incidenceBeside } from './cumulative-incidence.ts';
import { columnFeatures, fitDesign } from './design.ts';
import { estimate } from './estimate.ts';
import { innerFolds } from './inner-folds.ts';

/** Shares of the absolute values in the penalty that are tried; 1 is the lasso. */
const alphas = [0.1, 0.5, 1];
/** Penalties of a path. */
const lambdaCount = 50;

/**
 * Elastic-net Cox regression on all columns.
 *
 * Mixture and penalty are those with the least cross-validated partial-likelihood deviance over the inner folds.
 * Source: simon2011, verweij1993 (docs/references.bib).
 */
export function elasticNetCox(horizonDays: number): ForecastCompetitor {
  return comparator('elastic-net-cox', 'Elastic-net Cox, all columns', horizonDays, (input) => {
    const design = fitDesign(columnFeatures(input.table, everyColumn), input);
    const followUp = trainingFollowUp(input.outcome, input.train);
    const folds = innerFolds(followUp, input.random.fork('inner folds'));
    const rows = { names: design.names, predictors: design.matrix(input.train), followUp };
    const { model, chosen } = chooseModel(rows, folds);
    const risk = coxLinearPredictor(model, design.matrix(input.test));
    const incidence = incidenceBeside(model.baselines[0]!, followUp);
    return { risk, incidence: (days) => incidence(risk, days), fit: design.record(chosen) };
  });
}

function chooseModel(rows: CoxInput, folds: Int32Array): { model: CoxModel; chosen: Record<string, number> } {
  const tried = alphas.map((alpha) => {
    const { path, deviance } = estimate(crossValidateElasticNet(rows, { alpha, lambdaCount }, folds));
    return { alpha, path, place: deviance.best, deviance: deviance.mean[deviance.best]! };
  });
  const best = tried.reduce((least, entry) => (entry.deviance < least.deviance ? entry : least));
  return {
    model: elasticNetModel(rows, best.path, best.place),
    chosen: {
      alpha: best.alpha,
      lambda: best.path.lambdas[best.place]!,
      coefficients: best.path.nonZero[best.place]!,
    },
  };
}
