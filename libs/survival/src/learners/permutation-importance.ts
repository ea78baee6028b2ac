import { resampledConcordance } from '../performance/concordance.ts';
import { takeFollowUp } from '../follow-up.ts';
import type { Forest } from './forest.ts';
import { terminalRisks } from './forest-prediction.ts';
import type { LearnerInput } from './learner-input.ts';
import { checkSame, ofCause } from './out-of-bag.ts';
import { treeSample, treeStream } from './tree-sample.ts';
import { terminalNode } from './trees.ts';

export interface ImportanceOptions {
  /** Whose concordance; default 1. */
  readonly cause?: number;
  /** Permutations of a column in each tree; default 1. */
  readonly repeats?: number;
}

/** How much worse the trees rank the subjects they were grown without, once a column says nothing. */
export interface Importance {
  readonly name: string;
  /** Mean over the trees of the loss of concordance; 0 is none, below 0 happens by chance */
  readonly loss: number;
  /** Standard deviation over the trees, over the root of their number; null for less than two trees */
  readonly standardError: number | null;
}

export interface PermutationImportance {
  /** By column, in the order of the names. */
  readonly columns: readonly Importance[];
  /** Trees with comparable pairs among those out of bag; the others are left out. */
  readonly trees: number;
}

/**
 * Permutation importance of Breiman and Cutler: the values of a column are shuffled among the subjects out of
 * a tree's bag, and the tree's concordance with the shuffled values is taken from the one without. It is
 * in units of concordance (of the error 1 − C). A column that a tree does not test loses nothing there.
 *
 * The standard error tells how far the mean over the trees of a larger forest on the same data may be, not
 * what another sample of subjects would give. A column whose content another one carries too shows less
 * than it would alone.
 *
 * @throws RangeError when the input is not that of the forest, or the cause is not one of its causes
 *
 * Source: breiman2001; survival ishwaran2008 (docs/references.bib).
 */
export function permutationImportance(
  forest: Forest,
  input: LearnerInput,
  { cause = 1, repeats = 1 }: ImportanceOptions = {},
): PermutationImportance {
  checkSame('permutationImportance', forest, input);
  if (!(cause >= 1 && cause <= forest.causes))
    throw new RangeError(`permutationImportance: expected a cause from 1 to ${forest.causes}, got ${cause}`);
  if (!(repeats >= 1)) throw new RangeError(`permutationImportance: expected repeats, got ${repeats}`);
  const risks = terminalRisks(forest)[cause - 1]!;
  const sums = new Float64Array(forest.names.length);
  const squares = new Float64Array(forest.names.length);
  let trees = 0;
  for (let tree = 0; tree < forest.trees.count; tree++) {
    const losses = lossesOfTree(forest, input, { cause, repeats, risks }, tree);
    if (!losses) continue;
    trees++;
    for (const [column, loss] of losses.entries()) {
      sums[column]! += loss;
      squares[column]! += loss ** 2;
    }
  }
  const columns = forest.names.map((name, column) => {
    const loss = trees === 0 ? 0 : sums[column]! / trees;
    const variance = trees < 2 ? null : Math.max(0, squares[column]! - trees * loss ** 2) / (trees - 1);
    return { name, loss, standardError: variance === null ? null : Math.sqrt(variance / trees) };
  });
  return { columns, trees };
}

type Shuffling = Required<ImportanceOptions> & { readonly risks: Float64Array };

/** [p] of one tree; null where no pair out of its bag is comparable. */
function lossesOfTree(
  forest: Forest,
  input: LearnerInput,
  { cause, repeats, risks }: Shuffling,
  tree: number,
): Float64Array | null {
  const p = forest.names.length;
  const drawn = treeSample(forest.config, tree, forest.subjects, input.followUp.weights);
  const rows = Int32Array.from(drawn.keys()).filter((row) => drawn[row] === 0);
  if (rows.length < 2) return null;
  const values = new Float64Array(rows.length * p);
  for (const [at, row] of rows.entries())
    values.set(input.predictors.subarray(row * p, (row + 1) * p), at * p);
  const followUp = takeFollowUp(ofCause(forest, input.followUp, cause), rows);
  const everybody = Int32Array.from(rows.keys());
  const indexNow = () => {
    const risk = everybody.reduce((own, row) => {
      own[row] = risks[terminalNode(forest.trees, tree, values, row * p)]!;
      return own;
    }, new Float64Array(rows.length));
    const competing = forest.causes > 1 ? 'event-free' : 'censoring';
    return resampledConcordance('harrell', risk, followUp, { competing })(everybody);
  };
  const before = indexNow();
  if (before === null) return null;
  const losses = new Float64Array(p);
  const random = treeStream(forest.config, tree).fork('importance');
  for (const column of testedColumns(forest, tree))
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = random.fork(column).fork(repeat).permutation(rows.length);
      shuffle(
        values,
        p,
        column,
        order.map((row) => input.predictors[rows[row]! * p + column]!),
      );
      losses[column]! += (before - indexNow()!) / repeats;
      shuffle(
        values,
        p,
        column,
        Array.from(rows, (row) => input.predictors[row * p + column]!),
      );
    }
  return losses;
}

function shuffle(values: Float64Array, p: number, column: number, given: readonly number[]): void {
  for (const [at, value] of given.entries()) values[at * p + column] = value;
}

function testedColumns({ trees }: Forest, tree: number): Set<number> {
  const columns = trees.column.subarray(trees.nodeStart[tree], trees.nodeStart[tree + 1]);
  return new Set(columns.filter((column) => column >= 0));
}
