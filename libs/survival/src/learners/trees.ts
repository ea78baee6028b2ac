import { type GrowingArray, growingFloats, growingInts } from './growing-arrays.ts';

/** Nodes of trees in flat arrays: those of one tree after those of the other, its root first. */
export interface TreeNodes {
  /** How many trees. */
  readonly count: number;
  /** [trees + 1] */
  readonly nodeStart: Int32Array;
  /** [nodes] the column that is tested; -1 in a terminal node */
  readonly column: Int32Array;
  /** [nodes] subjects with this value or less go to the left */
  readonly cut: Float64Array;
  /** [nodes] the node to the left, the right one following it; in a terminal node its number among these */
  readonly next: Int32Array;
}

/**
 * The trees of a forest: what happens in each terminal node on its days with events (most days of
 * the data have none there).
 */
export interface Trees extends TreeNodes {
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
export function terminalNode(
  trees: TreeNodes,
  tree: number,
  predictors: Float64Array,
  offset: number,
): number {
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
  const entries = starts(parts.map(({ day }) => day.length));
  return {
    ...joinNodes(
      parts,
      parts.map(({ entryStart }) => entryStart.length - 1),
    ),
    entryStart: joinStarts(
      parts.map(({ entryStart }) => entryStart),
      entries,
    ),
    day: joinInts(parts.map(({ day }) => day)),
    hazard: joinFloats(parts.map(({ hazard }) => hazard)),
    incidence: joinFloats(parts.map(({ incidence }) => incidence)),
  };
}

/** @param terminals how many terminal nodes each part has */
export function joinNodes(parts: readonly TreeNodes[], terminals: readonly number[]): TreeNodes {
  const nodes = starts(parts.map(({ column }) => column.length));
  const firstTerminal = starts(terminals);
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    nodeStart: joinStarts(
      parts.map(({ nodeStart }) => nodeStart),
      nodes,
    ),
    column: joinInts(parts.map(({ column }) => column)),
    cut: joinFloats(parts.map(({ cut }) => cut)),
    next: joinInts(
      parts.map(({ next, column }, at) =>
        next.map((target, node) => target + (column[node]! < 0 ? firstTerminal : nodes)[at]!),
      ),
    ),
  };
}

/** Where each part begins, and the end. */
function starts(sizes: readonly number[]): Int32Array {
  let sum = 0;
  return Int32Array.of(0, ...sizes.map((size) => (sum += size)));
}

/** Starts within parts that begin at `first`, the end of all last. */
function joinStarts(parts: readonly Int32Array[], first: Int32Array): Int32Array {
  const moved = parts.map((own, at) => own.slice(0, -1).map((start) => start + first[at]!));
  return joinInts([...moved, first.slice(-1)]);
}

const totalLength = (parts: readonly { readonly length: number }[]) =>
  parts.reduce((sum, { length }) => sum + length, 0);

function joinInts(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(totalLength(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function joinFloats(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(totalLength(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
