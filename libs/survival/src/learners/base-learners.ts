import type { BoostingConfig } from './boosting-config.ts';
import type { BreslowRows } from './breslow-likelihood.ts';
import { newtonStep } from './newton-step.ts';
import type { RankedColumns } from './ranked-columns.ts';
import { growRegressionTree, regressionSpace } from './regression-tree.ts';
import { joinRegressionTrees, type RegressionTrees } from './regression-trees.ts';
import { terminalNode } from './trees.ts';

/** One column times a slope at each stage. */
export interface LinearStages {
  /** [p] by which a column is standardised (divisor n) */
  readonly means: Float64Array;
  /** [p] 0 for a constant column, which is never chosen */
  readonly scales: Float64Array;
  /** [stages] -1 where no column was left to choose */
  readonly column: Int32Array;
  /** [stages] of the standardised column, the learning rate included */
  readonly slope: Float64Array;
}

/** What the stages of a boosted model are made of. */
export type Stages =
  | { readonly base: 'tree'; readonly trees: RegressionTrees }
  | { readonly base: 'linear'; readonly linear: LinearStages };

/** Fits one stage after the other. */
export interface BaseLearner {
  /** Fits a stage to the residuals of those with weight, and adds what it says to the scores of all. */
  readonly addStage: (residual: Float64Array, weights: Float64Array, score: Float64Array) => void;
  /** The first stages, as many as `count`. */
  readonly stages: (count: number) => Stages;
  /** [p] by how much each column has lowered the sum of squares of the residuals */
  readonly influence: Float64Array;
}

/** A stage is a regression tree. */
export function treeLearner(
  predictors: Float64Array,
  columns: RankedColumns,
  rows: BreslowRows,
  config: BoostingConfig,
): BaseLearner {
  const { n, p } = columns;
  const space = regressionSpace(columns);
  const trees: RegressionTrees[] = [];
  const influence = new Float64Array(p);
  return {
    influence,
    addStage: (residual, weights, score) => {
      const tree = growRegressionTree(space, residual, weights, config, influence);
      const step =
        config.leaf === 'newton'
          ? newtonStep(rows, score, weights, space.node, tree.value.length)
          : tree.value;
      const value = step.map((own) => config.rate * own);
      trees.push({ ...tree, value });
      for (let row = 0; row < n; row++) score[row]! += value[terminalNode(tree, 0, predictors, row * p)]!;
    },
    stages: (count) => ({ base: 'tree', trees: joinRegressionTrees(trees.slice(0, count)) }),
  };
}

/** A stage is the least squares line through the origin of one standardised column. */
export function linearLearner(predictors: Float64Array, p: number, { rate }: BoostingConfig): BaseLearner {
  const n = predictors.length / p;
  const { means, scales, standardised } = standardise(predictors, n, p);
  const chosen: number[] = [];
  const slopes: number[] = [];
  const influence = new Float64Array(p);
  return {
    influence,
    addStage: (residual, weights, score) => {
      const { column, slope, gain } = bestLine(standardised, residual, weights);
      chosen.push(column);
      slopes.push(rate * slope);
      if (column < 0) return;
      influence[column]! += gain;
      const values = standardised[column]!;
      for (let row = 0; row < n; row++) score[row]! += rate * slope * values[row]!;
    },
    stages: (count) => ({
      base: 'linear',
      linear: {
        means,
        scales,
        column: Int32Array.from(chosen.slice(0, count)),
        slope: Float64Array.from(slopes.slice(0, count)),
      },
    }),
  };
}

/** The column whose line lowers the sum of squares most; of equal ones the first. */
function bestLine(columns: readonly Float64Array[], residual: Float64Array, weights: Float64Array) {
  let best = { column: -1, slope: 0, gain: 0 };
  for (const [column, values] of columns.entries()) {
    let [product, squares] = [0, 0];
    for (let row = 0; row < values.length; row++) {
      product += weights[row]! * values[row]! * residual[row]!;
      squares += weights[row]! * values[row]! ** 2;
    }
    const gain = squares > 0 ? product ** 2 / squares : 0;
    if (gain > best.gain) best = { column, slope: product / squares, gain };
  }
  return best;
}

function standardise(predictors: Float64Array, n: number, p: number) {
  const means = new Float64Array(p);
  const scales = new Float64Array(p);
  const standardised = Array.from({ length: p }, (_, column) => {
    const values = Float64Array.from({ length: n }, (__, row) => predictors[row * p + column]!);
    const mean = values.reduce((sum, value) => sum + value / n, 0);
    const scale = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0));
    means[column] = mean;
    scales[column] = scale > 1e-12 * Math.abs(mean) ? scale : 0;
    return values.map((value) => (scales[column]! > 0 ? (value - mean) / scale : 0));
  });
  return { means, scales, standardised };
}
