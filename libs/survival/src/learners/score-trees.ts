import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Forest } from './forest.ts';
import { terminalRisks } from './forest-prediction.ts';
import { checkNodes, numbers, wholeNumbers } from './stored-nodes.ts';
import type { TreeNodes } from './trees.ts';

/** What of a forest gives its risk and nothing more: the tests, and one number in each node. No day is in it. */
export interface ScoreTrees extends TreeNodes {
  /** Columns of a row. */
  readonly columns: number;
  /** [nodes] share of the subjects at the node that go to the left; 0 in a terminal node */
  readonly left: Float64Array;
  /** [terminal nodes] mortality as a share of the subjects */
  readonly share: Float64Array;
}

/** What a file of trees needs of a number; a cut lies halfway between two values, and may as well lie beside. */
const fiveDigits = (value: number) => Number(value.toPrecision(5));

const twoDigits = (value: number) => Math.round(100 * value) / 100;

/**
 * The trees of a forest of one cause: cuts and scores of five digits, shares that go to the left of two.
 *
 * @param predictors [n, p] the rows that the forest was grown on
 * @throws RangeError when causes compete in the forest: days lost are no score of one event
 */
export function scoreTrees(forest: Forest, predictors: Float64Array): ScoreTrees {
  if (forest.causes !== 1) throw new RangeError(`scoreTrees: expected one cause, got ${forest.causes}`);
  const { count, nodeStart, column, cut, next } = forest.trees;
  const reached = reachedBy(forest, predictors);
  return {
    columns: forest.names.length,
    count,
    nodeStart,
    column,
    cut: cut.map(fiveDigits),
    next,
    left: reached.map((subjects, node) =>
      column[node]! < 0 ? 0 : twoDigits(reached[next[node]!]! / Math.max(1, subjects)),
    ),
    share: terminalRisks(forest)[0]!.map((risk) => fiveDigits(risk / forest.subjects)),
  };
}

/** [nodes] how many of the rows come by each node */
function reachedBy({ trees, names }: Forest, predictors: Float64Array): Float64Array {
  const { column, cut, next, nodeStart, count } = trees;
  const reached = new Float64Array(column.length);
  for (let tree = 0; tree < count; tree++)
    for (let row = 0; row < predictors.length; row += names.length) {
      let node = nodeStart[tree]!;
      reached[node]!++;
      for (let tested = column[node]!; tested >= 0; tested = column[node]!) {
        node = next[node]! + (predictors[row + tested]! > cut[node]! ? 1 : 0);
        reached[node]!++;
      }
    }
  return reached;
}

/**
 * The mortality of each row, as a share of the subjects that the forest was grown on: their expected number of events
 * a head if all had this row's hazard. The mean over the trees; it may exceed 1. Where a value is missing a row
 * goes both ways, by the shares of the subjects that did, so that a row of which nothing is known has their mean.
 *
 * @param predictors [n, p]
 * @param observed [n, p] 0 where missing
 * @throws RangeError when the values do not make rows of p, or the masks are not as many
 *
 * Source: ishwaran2008 (docs/references.bib).
 * Agrees with: `predictForest` where nothing is missing, whose `risk` it is over the number of subjects, to four digits.
 */
export function treeShares(
  trees: ScoreTrees,
  predictors: Float64Array,
  observed: ArrayLike<number>,
): Float64Array {
  const { columns, count, nodeStart } = trees;
  if (predictors.length % columns !== 0 || observed.length !== predictors.length)
    throw new RangeError(
      `treeShares: expected rows of ${columns} values and masks, got ${predictors.length} values, ${observed.length} masks`,
    );
  return Float64Array.from({ length: predictors.length / columns }, (_, row) => {
    let sum = 0;
    for (let tree = 0; tree < count; tree++)
      sum += shareFrom(trees, nodeStart[tree]!, predictors, observed, row * columns);
    return sum / count;
  });
}

function shareFrom(
  trees: ScoreTrees,
  node: number,
  predictors: Float64Array,
  observed: ArrayLike<number>,
  offset: number,
): number {
  const tested = trees.column[node]!;
  const next = trees.next[node]!;
  if (tested < 0) return trees.share[next]!;
  const onward = (to: number) => shareFrom(trees, to, predictors, observed, offset);
  if (observed[offset + tested])
    return onward(next + (predictors[offset + tested]! > trees.cut[node]! ? 1 : 0));
  const left = trees.left[node]!;
  return left * onward(next) + (1 - left) * onward(next + 1);
}

const format = 'myocast score trees 1';
const ints = ['nodeStart', 'column', 'next'] as const;
const floats = ['cut', 'left', 'share'] as const;

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
  const [cut, left, share] = floats.map((name) => Float64Array.from(numbers(stored[name], name)));
  const trees = {
    columns,
    count,
    nodeStart: nodeStart!,
    column: column!,
    cut: cut!,
    next: next!,
    left: left!,
    share: share!,
  };
  checkNodes(trees, columns, trees.share.length);
  if (trees.left.length !== trees.column.length) throw new RangeError('lists of unequal lengths');
  if (trees.left.some((value) => !(value >= 0 && value <= 1)) || trees.share.some((value) => value < 0))
    throw new RangeError('a share below 0 or above 1');
  return trees;
}
