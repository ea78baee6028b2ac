import { type GrowingArray, growingFloats, growingInts } from './growing-arrays.ts';

/**
 * Trees in flat arrays: nodes of all trees one after the other, the root of each tree first, and what
 * happens in each terminal node on its days with events (most days of the data have none there).
 */
export interface Trees {
  readonly count: number;
  /** [trees + 1] */
  readonly nodeStart: Int32Array;
  /** [nodes] the column that is tested; -1 in a terminal node */
  readonly column: Int32Array;
  /** [nodes] subjects with this value or less go to the left */
  readonly cut: Float64Array;
  /** [nodes] the node to the left, the right one following it; in a terminal node its number among these */
  readonly next: Int32Array;
  /** [terminal nodes + 1] */
  readonly entryStart: Int32Array;
  /** [entries] place of the day among those of the forest */
  readonly day: Int32Array;
  /** [entries, causes] hazard of each cause on this day */
  readonly hazard: Float64Array;
  /** [entries, causes] what this day adds to the cumulative incidence of each cause */
  readonly incidence: Float64Array;
}

/** The number of the terminal node that a row falls into. @param offset of the row in the predictors */
export function terminalNode(trees: Trees, tree: number, predictors: Float64Array, offset: number): number {
  const { column, cut, next } = trees;
  let node = trees.nodeStart[tree]!;
  for (let tested = column[node]!; tested >= 0; tested = column[node]!)
    node = next[node]! + (predictors[offset + tested]! > cut[node]! ? 1 : 0);
  return next[node]!;
}

type Growing = {
  readonly [Name in Exclude<keyof Trees, 'count'>]: GrowingArray<Int32Array> | GrowingArray<Float64Array>;
};

/** Trees being written. */
export function growingTrees() {
  return {
    nodeStart: growingInts(),
    column: growingInts(),
    cut: growingFloats(),
    next: growingInts(),
    entryStart: growingInts(),
    day: growingInts(),
    hazard: growingFloats(),
    incidence: growingFloats(),
  } satisfies Growing;
}

export type GrowingTrees = ReturnType<typeof growingTrees>;

export function finishedTrees(growing: GrowingTrees): Trees {
  const count = growing.nodeStart.length;
  growing.nodeStart.push(growing.column.length);
  growing.entryStart.push(growing.day.length);
  return {
    count,
    nodeStart: growing.nodeStart.finished(),
    column: growing.column.finished(),
    cut: growing.cut.finished(),
    next: growing.next.finished(),
    entryStart: growing.entryStart.finished(),
    day: growing.day.finished(),
    hazard: growing.hazard.finished(),
    incidence: growing.incidence.finished(),
  };
}

/** The trees of several ranges, in the order given. */
export function joinTrees(parts: readonly Trees[]): Trees {
  const nodes = starts(parts.map(({ column }) => column.length));
  const terminals = starts(parts.map(({ entryStart }) => entryStart.length - 1));
  const entries = starts(parts.map(({ day }) => day.length));
  const ints = (arrays: readonly Int32Array[], last?: number) =>
    Int32Array.from([...arrays.flatMap((array) => [...array]), ...(last === undefined ? [] : [last])]);
  const floats = (of: (part: Trees) => Float64Array) =>
    Float64Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    nodeStart: ints(
      parts.map(({ nodeStart }, at) => nodeStart.slice(0, -1).map((start) => start + nodes[at]!)),
      nodes.at(-1)!,
    ),
    column: ints(parts.map(({ column }) => column)),
    cut: floats(({ cut }) => cut),
    next: ints(
      parts.map(({ next, column }, at) =>
        next.map((target, node) => target + (column[node]! < 0 ? terminals[at]! : nodes[at]!)),
      ),
    ),
    entryStart: ints(
      parts.map(({ entryStart }, at) => entryStart.slice(0, -1).map((start) => start + entries[at]!)),
      entries.at(-1)!,
    ),
    day: ints(parts.map(({ day }) => day)),
    hazard: floats(({ hazard }) => hazard),
    incidence: floats(({ incidence }) => incidence),
  };
}

/** Where each part begins, and the end. */
function starts(sizes: readonly number[]): number[] {
  let sum = 0;
  return [0, ...sizes.map((size) => (sum += size))];
}
