import { accepted, type Checked, type Issue, issue, Random, refused } from '@myocast/base';
import { stepAt } from '../follow-up.ts';
import { linearLearner, type Stages, treeLearner } from './base-learners.ts';
import { type BoostingConfig, boostingConfig } from './boosting-config.ts';
import { type BoostingTrace, fitStages } from './boosting-stages.ts';
import { breslowBaseline, breslowRows } from './breslow-likelihood.ts';
import { issuesOfInput, issuesOfPredictors, type LearnerInput } from './learner-input.ts';
import { rankedColumns } from './ranked-columns.ts';
import { terminalNode } from './trees.ts';

/** A boosted proportional hazards model. */
export interface BoostedCox {
  readonly names: readonly string[];
  readonly config: BoostingConfig;
  /** Stages in the model, after early stopping. */
  readonly count: number;
  readonly stages: Stages;
  /** Taken off every score, so that those of the subjects have mean 0. */
  readonly offset: number;
  /** Breslow's cumulative hazard at score 0, on the days with events. */
  readonly baseline: { readonly days: Float64Array; readonly cumulativeHazard: Float64Array };
  /** [p] share of the fall in the sum of squares of the residuals that came by each column; 0 without any fall */
  readonly influence: Float64Array;
  readonly trace: BoostingTrace;
}

/**
 * Gradient boosting of the Cox model: each stage fits a small regression tree (or a line in one column) to the
 * martingale residuals of the scores so far, the negative gradient of Breslow's partial likelihood,
 * and adds a share of it.
 *
 * Competing events count as censorings; ties of events share their risk set. A subject of weight 2
 * counts as two. Scores have mean 0 over the subjects. Missing or infinite values are refused by column and row,
 * and so is a table without an event; where no column varies every score is 0. Held-out subjects are drawn apart
 * among those with and without the event; without an event on both sides early stopping is refused.
 *
 * @throws RangeError when lengths differ, the config is out of range, or there are entry days
 *
 * Source: friedman2001, ridgeway1999; samples friedman2002 (docs/references.bib).
 * Agrees with: scikit-survival `GradientBoostingSurvivalAnalysis(subsample=1)` with leaf 'gradient', and
 * `ComponentwiseGradientBoostingSurvivalAnalysis` on standardised columns; R gbm `coxph`, `bag.fraction = 1`,
 * `interaction.depth = 1`, with leaf 'newton' and no tied days (there gbm lets tied events precede each
 * other), but for a constant. A deeper gbm tree is another one: it counts cuts, not levels.
 */
export function fitBoostedCox(input: LearnerInput, given: Partial<BoostingConfig> = {}): Checked<BoostedCox> {
  const config = boostingConfig(given);
  const issues = issuesOfInput('fitBoostedCox', input, (code) => code === 1);
  if (issues.length > 0) return refused(...(issues as [Issue, ...Issue[]]));
  const n = input.followUp.days.length;
  const weights = input.followUp.weights ?? new Float64Array(n).fill(1);
  if (config.stopping !== 'held-out') return accepted(boost(input, config, weights, null));
  const heldOut = drawHeldOut(input, config);
  const isEvent = (held: boolean) =>
    input.followUp.event.some(
      (code, row) => code === 1 && weights[row]! > 0 && heldOut[row] === (held ? 1 : 0),
    );
  if (!isEvent(true) || !isEvent(false))
    return refused(
      issue('too-few-events', 'fitBoostedCox', 'expected events among those held out and the others'),
    );
  const search = boost(input, config, weights, heldOut);
  const final = boost(input, { ...config, stages: search.count, stopping: 'never' }, weights, null);
  return accepted({ ...final, config, trace: search.trace });
}

/** [n] 1 for a share of those with the event and of those without, rounded. */
function drawHeldOut({ followUp }: LearnerInput, { seed, heldOutShare }: BoostingConfig): Uint8Array {
  const stream = new Random(seed).fork('held out');
  const heldOut = new Uint8Array(followUp.days.length);
  for (const withEvent of [true, false]) {
    const rows = Int32Array.from(followUp.event.keys()).filter(
      (row) => (followUp.event[row] === 1) === withEvent,
    );
    const order = stream.fork(String(withEvent)).permutation(rows.length);
    for (const at of order.slice(0, Math.round(heldOutShare * rows.length))) heldOut[rows[at]!] = 1;
  }
  return heldOut;
}

function boost(
  { names, predictors, followUp }: LearnerInput,
  config: BoostingConfig,
  weights: Float64Array,
  heldOut: Uint8Array | null,
): BoostedCox {
  const p = names.length;
  const rows = breslowRows(followUp);
  const learner =
    config.base === 'tree'
      ? treeLearner(predictors, rankedColumns(predictors, p), rows, config)
      : linearLearner(predictors, p, config);
  const weightsWhere = (held: number) =>
    weights.map((weight, row) => ((heldOut?.[row] ?? 0) === held ? weight : 0));
  const roles = { rows, training: weightsWhere(0), heldOut: heldOut ? weightsWhere(1) : null };
  const { count, trace } = fitStages(learner, roles, config);
  const stages = learner.stages(count);
  const raw = new Float64Array(weights.length);
  for (let stage = 0; stage < count; stage++) addStage(stages, stage, predictors, raw);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const offset = raw.reduce((sum, value, row) => sum + (weights[row]! / total) * value, 0);
  const fall = learner.influence.reduce((sum, gain) => sum + gain, 0);
  return {
    names,
    config,
    count,
    stages,
    offset,
    baseline: breslowBaseline(
      rows,
      raw.map((value) => value - offset),
      weights,
    ),
    influence: learner.influence.map((gain) => (fall > 0 ? gain / fall : 0)),
    trace,
  };
}

/** Adds what one stage says to the scores of rows. */
function addStage(stages: Stages, stage: number, predictors: Float64Array, score: Float64Array): void {
  const p = predictors.length / score.length;
  if (stages.base === 'tree') {
    const { trees } = stages;
    for (let row = 0; row < score.length; row++)
      score[row]! += trees.value[terminalNode(trees, stage, predictors, row * p)]!;
    return;
  }
  const { means, scales, column, slope } = stages.linear;
  const tested = column[stage]!;
  if (tested < 0) return;
  for (let row = 0; row < score.length; row++)
    score[row]! += (slope[stage]! * (predictors[row * p + tested]! - means[tested]!)) / scales[tested]!;
}

/**
 * Scores (log hazard ratios against the baseline), [n], higher is worse.
 *
 * @param predictors [n, p]
 * @param stages the first stages alone, as many as this; default all
 * @throws RangeError when the values do not make rows of p, or there are not so many stages
 */
export function boostedScore(
  fit: BoostedCox,
  predictors: Float64Array,
  stages = fit.count,
): Checked<Float64Array> {
  const staged = boostedScores(fit, predictors, [stages]);
  return staged.ok ? accepted(staged.value[0]!) : staged;
}

/** Scores after several numbers of stages, ascending: one [n] each. */
export function boostedScores(
  fit: BoostedCox,
  predictors: Float64Array,
  stages: readonly number[],
): Checked<readonly Float64Array[]> {
  const wrong = stages.find((count, at) => !(count >= (stages[at - 1] ?? 0) && count <= fit.count));
  if (wrong !== undefined)
    throw new RangeError(`boostedScores: expected ascending stages up to ${fit.count}, got ${wrong}`);
  const issues = issuesOfPredictors('boostedScores', fit.names, predictors);
  if (issues.length > 0) return refused(...(issues as [Issue, ...Issue[]]));
  const score = new Float64Array(predictors.length / fit.names.length).fill(-fit.offset);
  let done = 0;
  return accepted(
    stages.map((count) => {
      for (; done < count; done++) addStage(fit.stages, done, predictors, score);
      return score.slice();
    }),
  );
}

/** Survival at day t, [n], of subjects with these scores (of all stages). */
export function boostedSurvival({ baseline }: BoostedCox, score: Float64Array, t: number): Float64Array {
  const hazard = stepAt(baseline.days, baseline.cumulativeHazard, t, 0);
  return score.map((value) => Math.exp(-hazard * Math.exp(value)));
}

/**
 * Of a model of lines: the log hazard ratio of one unit of each column, [p], after its stages.
 *
 * @throws RangeError when the model is one of trees
 */
export function boostedCoefficients({ names, stages }: BoostedCox): Float64Array {
  if (stages.base !== 'linear')
    throw new RangeError('boostedCoefficients: expected a linear base, got trees');
  const coefficients = new Float64Array(names.length);
  const { column, slope, scales } = stages.linear;
  for (const [stage, tested] of column.entries())
    if (tested >= 0) coefficients[tested]! += slope[stage]! / scales[tested]!;
  return coefficients;
}
