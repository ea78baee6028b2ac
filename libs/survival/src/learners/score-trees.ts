import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Forest } from './forest.ts';
import { terminalRisks } from './forest-prediction.ts';
import { checkNodes, numbers, wholeNumbers } from './stored-nodes.ts';
import { terminalNode, type TreeNodes } from './trees.ts';

/**
 * What of a forest gives its risk and nothing more: the tests, and one number in each terminal node. Neither days
 * nor numbers of events are in it.
 */
export interface ScoreTrees extends TreeNodes {
  /** Columns of a row. */
  readonly columns: number;
  /** [terminal nodes] mortality as a share of the subjects */
  readonly share: Float64Array;
}

/** What a file of trees needs of a number; a cut lies halfway between two values, and may as well lie beside. */
const fiveDigits = (value: number) => Number(value.toPrecision(5));

/**
 * The trees of a forest of one cause, their numbers of five digits.
 *
 * @throws RangeError when causes compete in the forest: days lost are no score of one event
 */
export function scoreTrees(forest: Forest): ScoreTrees {
  if (forest.causes !== 1) throw new RangeError(`scoreTrees: expected one cause, got ${forest.causes}`);
  const { count, nodeStart, column, cut, next } = forest.trees;
  return {
    columns: forest.names.length,
    count,
    nodeStart,
    column,
    cut: cut.map(fiveDigits),
    next,
    share: terminalRisks(forest)[0]!.map((risk) => fiveDigits(risk / forest.subjects)),
  };
}

/**
 * The mortality of each row, as a share of the subjects that the forest was grown on: their expected number of events
 * a head if all had this row's hazard. The mean over the trees; it may exceed 1.
 *
 * @param predictors [n, p]
 * @throws RangeError when the values do not make rows of p
 *
 * Source: ishwaran2008 (docs/references.bib).
 * Agrees with: `predictForest`, whose `risk` it is over the number of subjects, to four digits.
 */
export function treeShares(trees: ScoreTrees, predictors: Float64Array): Float64Array {
  const { columns, count, share } = trees;
  if (predictors.length % columns !== 0)
    throw new RangeError(`treeShares: expected rows of ${columns} values, got ${predictors.length} values`);
  return Float64Array.from({ length: predictors.length / columns }, (_, row) => {
    let sum = 0;
    for (let tree = 0; tree < count; tree++)
      sum += share[terminalNode(trees, tree, predictors, row * columns)]!;
    return sum / count;
  });
}

const format = 'myocast score trees 1';
const ints = ['nodeStart', 'column', 'next'] as const;
const floats = ['cut', 'share'] as const;

/** The trees as plain numbers and lists: what JSON can hold. They read back to the same bytes. */
export function storedTrees(trees: ScoreTrees): object {
  return {
    format,
    columns: trees.columns,
    count: trees.count,
    ...Object.fromEntries([...ints, ...floats].map((name) => [name, [...trees[name]]])),
  };
}

/** The trees that were stored. What they were not stored as is an issue: trees are never half read. */
export function readTrees(stored: unknown): Checked<ScoreTrees> {
  try {
    return accepted(treesFrom(stored as Stored));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return refused(issue('not-readable', 'trees', `expected ${format}, found: ${error.message}`));
  }
}

/** As it should be; every part is looked at before it is used. */
type Stored = { readonly [Name in keyof ScoreTrees]: unknown } & { readonly format: unknown };

function treesFrom(stored: Stored): ScoreTrees {
  if (stored.format !== format) throw new RangeError(`format ${String(stored.format)}`);
  const [columns, count] = wholeNumbers([stored.columns, stored.count], 'columns, count') as [number, number];
  if (columns < 1 || count < 1) throw new RangeError(`${count} trees of ${columns} columns`);
  const [nodeStart, column, next] = ints.map((name) => Int32Array.from(wholeNumbers(stored[name], name)));
  const [cut, share] = floats.map((name) => Float64Array.from(numbers(stored[name], name)));
  const trees = {
    columns,
    count,
    nodeStart: nodeStart!,
    column: column!,
    cut: cut!,
    next: next!,
    share: share!,
  };
  checkNodes(trees, columns, trees.share.length);
  if (trees.share.some((value) => value < 0)) throw new RangeError('a share below 0');
  return trees;
}
