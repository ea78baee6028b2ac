import { type FollowUp, takeFollowUp } from '@myocast/survival';
import { boostedScore, boostedScores, fitBoostedCox } from '@myocast/survival/learners';
import { foldRows } from '@myocast/survival/resampling';
import { everyColumn } from './column-sets.ts';
import { comparator, type ForecastCompetitor } from './competitor.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { incidenceBeside } from './cumulative-incidence.ts';
import { columnFeatures, fitDesign } from './design.ts';
import { estimate } from './estimate.ts';
import { innerFolds, matrixRows } from './inner-folds.ts';
import { heldOutLogLikelihood } from './partial-likelihood.ts';

const depths = [1, 2, 3];
const stageCounts = [5, 10, 20, 40, 80, 160, 320];
const rate = 0.05;

interface BoostingRows {
  readonly names: readonly string[];
  readonly predictors: Float64Array;
  readonly followUp: FollowUp;
}

/**
 * Gradient boosting of the Cox model by regression trees on all columns.
 *
 * Depth and stages are those with the highest cross-validated partial likelihood over the inner folds.
 * Source: friedman2001, ridgeway1999, verweij1993 (docs/references.bib).
 */
export function boostedCox(horizonDays: number): ForecastCompetitor {
  return comparator('boosted-cox', 'Gradient boosting, all columns', horizonDays, (input) => {
    const design = fitDesign(columnFeatures(input.table, everyColumn), input);
    const followUp = trainingFollowUp(input.outcome, input.train);
    const rows = { names: design.names, predictors: design.matrix(input.train), followUp };
    const chosen = chooseSettings(rows, innerFolds(followUp, input.random.fork('inner folds')));
    const fitted = estimate(fitBoostedCox(rows, { ...chosen, rate }));
    const risk = estimate(boostedScore(fitted, design.matrix(input.test)));
    const incidence = incidenceBeside(fitted.baseline, followUp);
    return { risk, incidence: (days) => incidence(risk, days), fit: design.record({ ...chosen }) };
  });
}

/** Of equally good settings the first: fewer levels, fewer stages. */
function chooseSettings(rows: BoostingRows, folds: Int32Array): { depth: number; stages: number } {
  const tried = depths.flatMap((depth) => {
    const likelihoods = heldOutLikelihoods(rows, folds, depth);
    return stageCounts.map((stages, k) => ({ depth, stages, likelihood: likelihoods[k]! }));
  });
  const { depth, stages } = tried.reduce((best, entry) =>
    entry.likelihood > best.likelihood ? entry : best,
  );
  return { depth, stages };
}

/** Summed over the folds, after each number of stages. */
function heldOutLikelihoods(
  { names, predictors, followUp }: BoostingRows,
  folds: Int32Array,
  depth: number,
): Float64Array {
  const totals = new Float64Array(stageCounts.length);
  for (const { train } of foldRows(folds)) {
    const fitted = estimate(
      fitBoostedCox(
        {
          names,
          predictors: matrixRows(predictors, names.length, train),
          followUp: takeFollowUp(followUp, train),
        },
        { depth, stages: stageCounts.at(-1)!, rate },
      ),
    );
    const staged = estimate(boostedScores(fitted, predictors, stageCounts));
    for (const [k, score] of staged.entries())
      totals[k] = totals[k]! + heldOutLogLikelihood(score, followUp, train);
  }
  return totals;
}
