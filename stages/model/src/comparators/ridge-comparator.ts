import { type ColumnSet, everyColumn } from './column-sets.ts';
import {
  comparator,
  type FitPredictInput,
  type FittedComparator,
  type ForecastCompetitor,
} from './competitor.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { columnFeatures, type Design, type Features, fitDesign } from './design.ts';
import { innerFolds } from './inner-folds.ts';
import { chooseVariance } from './ridge-choice.ts';
import { fitRidge, penaltiesOf, type RegressionRows, type RidgeRegression } from './ridge-regression.ts';

/** A priori the prespecified predictors spread the log hazard by a standard deviation of 0.7. */
export const prespecifiedVariance = 0.5;

/** Ridge Cox, or logistic, regression on a prespecified set of columns with a prespecified penalty. */
export function prespecifiedRegression(
  name: string,
  what: string,
  choose: ColumnSet,
  horizonDays: number | null,
): ForecastCompetitor {
  return comparator(name, `${kindOf(horizonDays)}, ${what}`, horizonDays, (input) => {
    const { design, rows } = regressionRows(input, columnFeatures(input.table, choose));
    const fitted = fitRidge(rows, penaltiesOf(prespecifiedVariance, rows.sources));
    return predicted(fitted, design, input, {});
  });
}

/** Ridge regression on features whose penalty is chosen by inner cross-validation. */
export function tunedRegression(
  name: string,
  what: string,
  featuresOf: (input: FitPredictInput) => Features,
  horizonDays: number | null,
): ForecastCompetitor {
  return comparator(name, `${kindOf(horizonDays)}, ${what}`, horizonDays, (input) => {
    const { design, rows } = regressionRows(input, featuresOf(input));
    const variance = chooseVariance(rows, innerFolds(rows.followUp, input.random.fork('inner folds')));
    const fitted = fitRidge(rows, penaltiesOf(variance, rows.sources));
    return predicted(fitted, design, input, { variance });
  });
}

/** For an outcome without times: what stands for the elastic net there. */
export function everyColumnLogistic(): ForecastCompetitor {
  return tunedRegression(
    'all-columns-logistic',
    'all columns',
    ({ table }) => columnFeatures(table, everyColumn),
    null,
  );
}

const kindOf = (horizonDays: number | null) => (horizonDays === null ? 'Ridge logistic' : 'Ridge Cox');

/** Features of the training rows, ready for a regression. */
export function regressionRows(
  input: FitPredictInput,
  features: Features,
): { readonly design: Design; readonly rows: RegressionRows } {
  const design = fitDesign(features, input);
  return {
    design,
    rows: {
      names: design.names,
      sources: design.sources,
      matrix: design.matrix(input.train),
      followUp: trainingFollowUp(input.outcome, input.train),
      timed: input.outcome.days !== null,
    },
  };
}

function predicted(
  { linearPredictor, incidence }: RidgeRegression,
  design: Design,
  { test, outcome }: FitPredictInput,
  chosen: { readonly [name: string]: number },
): FittedComparator {
  const score = linearPredictor(design.matrix(test));
  return {
    // Without times the risk is the probability itself.
    risk: outcome.days === null ? incidence(score, 1) : score,
    incidence: (days) => incidence(score, days),
    fit: design.record(chosen),
  };
}
