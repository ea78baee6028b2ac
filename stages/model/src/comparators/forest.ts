import { type FollowUp, takeFollowUp } from '@myocast/survival';
import {
  fitForest,
  type Forest,
  type ForestConfig,
  type ForestPrediction,
  predictForest,
} from '@myocast/survival/learners';
import { brierScores } from '@myocast/survival/performance';
import { foldRows } from '@myocast/survival/resampling';
import { everyColumn } from './column-sets.ts';
import { comparator, type ForecastCompetitor } from './competitor.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { columnFeatures, fitDesign } from './design.ts';
import { estimate } from './estimate.ts';
import { innerFolds, matrixRows } from './inner-folds.ts';

const nodeSizes = [5, 15, 40];
/** Trees of the forest, and of those that choose the settings. */
const trees = { final: 500, inner: 100 };

interface ForestRows {
  readonly names: readonly string[];
  readonly predictors: Float64Array;
  readonly followUp: FollowUp;
}

/**
 * Random survival forest on all columns. Competing events have an incidence of their own in the terminal nodes; nodes
 * are parted by the log-rank test of the composite. Without times it is a forest of probabilities.
 *
 * Node size and columns tried at a node are those with the least mean Brier score (IPCW) of the inner folds' incidences
 * on the deciles of the event days.
 * Source: ishwaran2008, ishwaran2014, graf1999 (docs/references.bib).
 */
export function randomSurvivalForest(horizonDays: number | null): ForecastCompetitor {
  const label = `Random ${horizonDays === null ? '' : 'survival '}forest, all columns`;
  return comparator('random-survival-forest', label, horizonDays, (input) => {
    const design = fitDesign(columnFeatures(input.table, everyColumn), input);
    const followUp = trainingFollowUp(input.outcome, input.train);
    const rows = { names: design.names, predictors: design.matrix(input.train), followUp };
    const folds = innerFolds(followUp, input.random.fork('inner folds'));
    const seed = input.random.fork('trees').integer(2 ** 31);
    const chosen = chooseSettings(rows, folds, seed);
    const forest = grow(rows, { ...chosen, trees: trees.final, seed });
    const others = design.matrix(input.test);
    const incidence = (days: number) => predict(forest, others, [days]).incidence[0]!;
    return {
      risk: input.outcome.days === null ? incidence(1) : predict(forest, others, []).risk[0]!,
      incidence,
      fit: design.record({ ...chosen }),
    };
  });
}

function grow(rows: ForestRows, config: Partial<ForestConfig>): Forest {
  // Without a competing event there is one cause, and the risk is the mortality.
  const competes = rows.followUp.event.includes(2);
  return estimate(
    fitForest(rows, { ...config, ...(competes ? { competing: 'incidence', splitCause: 1 } : {}) }),
  );
}

function predict(forest: Forest, predictors: Float64Array, days: readonly number[]): ForestPrediction {
  return estimate(predictForest(forest, predictors, Float64Array.from(days)));
}

type Settings = Pick<ForestConfig, 'nodeSize' | 'columnsPerNode'>;

function chooseSettings(rows: ForestRows, folds: Int32Array, seed: number): Settings {
  const p = rows.names.length;
  const columnCounts = [...new Set([Math.ceil(Math.sqrt(p)), Math.ceil(p / 3)])];
  const days = eventDeciles(rows.followUp);
  const tried = nodeSizes.flatMap((nodeSize) =>
    columnCounts.map((columnsPerNode) => {
      const settings = { nodeSize, columnsPerNode };
      return { settings, score: heldOutBrier(rows, folds, days, { ...settings, seed, trees: trees.inner }) };
    }),
  );
  return tried.reduce((least, entry) => (entry.score < least.score ? entry : least)).settings;
}

/** Mean over the days of the Brier score of all rows, each predicted by a forest without its fold. */
function heldOutBrier(
  rows: ForestRows,
  folds: Int32Array,
  days: readonly number[],
  config: Partial<ForestConfig>,
): number {
  const p = rows.names.length;
  const risks = days.map(() => new Float64Array(folds.length));
  for (const { train, test } of foldRows(folds)) {
    const forest = grow(
      {
        names: rows.names,
        predictors: matrixRows(rows.predictors, p, train),
        followUp: takeFollowUp(rows.followUp, train),
      },
      config,
    );
    const incidence = predict(forest, matrixRows(rows.predictors, p, test), days).incidence[0]!;
    for (const [place, row] of test.entries())
      for (const [k, risk] of risks.entries()) risk[row] = incidence[place * days.length + k]!;
  }
  const scores = brierScores(risks, rows.followUp, days).flatMap(({ score }) => score ?? []);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Distinct deciles, the first to the ninth, of the days with events of the composite. */
function eventDeciles({ days, event }: FollowUp): number[] {
  const sorted = days.filter((_, row) => event[row] === 1).sort();
  const deciles = Array.from({ length: 9 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / 10)]!);
  return [...new Set(deciles)];
}
