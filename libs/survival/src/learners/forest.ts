import { accepted, type Checked, type Issue, refused } from '@myocast/base';
import { checkFollowUp } from '../follow-up.ts';
import { type ForestConfig, forestConfig } from './forest-config.ts';
import { atRiskOn, forestTimes } from './forest-times.ts';
import { growRange } from './grow-tree.ts';
import { issuesOfInput, type LearnerInput } from './learner-input.ts';
import { joinTrees, type Trees } from './trees.ts';

/** A random survival forest. */
export interface Forest {
  readonly names: readonly string[];
  readonly config: ForestConfig;
  readonly subjects: number;
  readonly causes: number;
  /** [k] ascending, the distinct days with an event of any of the causes */
  readonly days: Float64Array;
  /** [k] subjects of the data, by their case weights, whose time is this day or later */
  readonly atRisk: Float64Array;
  readonly trees: Trees;
}

/**
 * Random survival forest: trees on samples of the subjects, each node parted where a log-rank test between
 * its two parts is largest, among the cuts of columns drawn at random.
 *
 * A terminal node holds the Nelson-Aalen and the Kaplan-Meier (Aalen-Johansen) estimate of its subjects, a
 * subject drawn twice counting twice; the forest gives their mean over the trees. Events precede censorings
 * on one day. A value equal to a cut, which lies halfway between two values, goes to the left. A category
 * is a number or columns of 0 and 1. A column without variation is never tested. With case weights a
 * subject is drawn in proportion; they are refused for subsamples, where a row of weight 2 could be left
 * out by half. Late entry is refused.
 *
 * Missing or infinite values are refused by column and row, and so is a table without an event.
 *
 * @throws RangeError when lengths differ, the config is out of range, or there are entry days
 *
 * Source: ishwaran2008; competing risks ishwaran2014 (docs/references.bib).
 * Agrees with: scikit-survival `SurvivalTree`, node by node, where the sample is everybody and all columns
 * are tried; its forest counts a subject once however often drawn, ranger as here.
 */
export function fitForest(input: LearnerInput, given: Partial<ForestConfig> = {}): Checked<Forest> {
  const config = forestConfig(given, input.names.length);
  const trees = growTrees(input, config, 0, config.trees);
  return trees.ok ? accepted(forestOf(input, config, [trees.value])) : trees;
}

/**
 * The trees numbered from `from` to before `to`: a worker's part of a forest. The parts of all trees, in
 * whatever way the numbers were dealt out, make the forest of `fitForest` to the byte.
 */
export function growTrees(
  input: LearnerInput,
  given: Partial<ForestConfig>,
  from: number,
  to: number,
): Checked<Trees> {
  const config = forestConfig(given, input.names.length);
  if (!(from >= 0 && from < to && to <= config.trees))
    throw new RangeError(`growTrees: expected numbers from 0 to ${config.trees}, got ${from} to ${to}`);
  if (config.sample === 'subsample' && input.followUp.weights)
    throw new RangeError('growTrees: expected no case weights with subsamples');
  checkFollowUp('fitForest', input.followUp);
  const times = forestTimes(input.followUp, config);
  const issues = issuesOfInput('fitForest', input, isSplitEvent(config));
  if (issues.length > 0) return refused(...(issues as [Issue, ...Issue[]]));
  return accepted(growRange(input, times, config, [from, to]));
}

/** The forest of these parts, given in the order of their trees. */
export function forestOf(input: LearnerInput, given: Partial<ForestConfig>, parts: readonly Trees[]): Forest {
  const config = forestConfig(given, input.names.length);
  const trees = parts.length === 1 ? parts[0]! : joinTrees(parts);
  if (trees.count !== config.trees)
    throw new RangeError(`forestOf: expected ${config.trees} trees, got ${trees.count}`);
  const { days, causes } = forestTimes(input.followUp, config);
  return {
    names: input.names,
    config,
    subjects: input.followUp.days.length,
    causes,
    days,
    atRisk: atRiskOn(days, input.followUp),
    trees,
  };
}

/** Whether a code is an event that trees can be parted by. */
const isSplitEvent =
  ({ competing, splitCause }: ForestConfig) =>
  (code: number) => {
    if (competing === 'censoring') return code === 1;
    return splitCause === 'all' ? code > 0 : code === splitCause;
  };
