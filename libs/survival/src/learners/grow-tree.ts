import type { ForestConfig } from './forest-config.ts';
import type { ForestTimes } from './forest-times.ts';
import type { LearnerInput } from './learner-input.ts';
import { fillOrder, type NodeOrders, nodeOrders, part } from './node-orders.ts';
import { type Members, nodeTest } from './node-test.ts';
import { cutBetween, type RankedColumns, rankedColumns } from './ranked-columns.ts';
import { bestSplit, type Split, type SplitSearch, splitSearch } from './split-search.ts';
import { addTerminalNode } from './terminal-nodes.ts';
import { treeSample, treeStream } from './tree-sample.ts';
import { finishedTrees, type GrowingTrees, growingTrees, type Trees } from './trees.ts';

/** Grows the trees numbered from `from` to before `to`. Whoever grows a tree, it is the same to the byte. */
export function growRange(
  input: LearnerInput,
  times: ForestTimes,
  config: ForestConfig,
  [from, to]: readonly [number, number],
): Trees {
  const columns = rankedColumns(input.predictors, input.names.length);
  const { n, p } = columns;
  const orders = nodeOrders(n, p + 1);
  const causes = Array.from({ length: times.causes }, (_, at) => at + 1);
  const tests = causes
    .filter((cause) => config.splitCause === 'all' || cause === config.splitCause)
    .map((cause) => nodeTest(cause, config.splitRule === 'gray', n, times.days.length));
  const search = splitSearch(columns, orders, tests, config);
  const growing = growingTrees();
  for (let tree = from; tree < to; tree++) {
    const drawn = treeSample(config, tree, n, input.followUp.weights);
    growTree({ search, times, config, drawn, growing }, tree);
  }
  return finishedTrees(growing);
}

interface Growth {
  readonly search: SplitSearch;
  readonly times: ForestTimes;
  readonly config: ForestConfig;
  readonly drawn: Float64Array;
  readonly growing: GrowingTrees;
}

/** A node whose part of the tree is still to be grown. */
interface OpenNode {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Subjects, counted as often as drawn. */
  readonly size: number;
}

function growTree({ search, times, config, drawn, growing }: Growth, tree: number): void {
  const { orders, columns } = search;
  const random = treeStream(config, tree).fork('nodes');
  search.candidates.set(columns.varying);
  const byTime = orders.orders[columns.p]!;
  const places = fillOrder(byTime, times.byTime, drawn);
  for (const column of columns.varying) fillOrder(orders.orders[column]!, columns.orders[column]!, drawn);
  growing.nodeStart.push(growing.column.length);
  const members = { ...times, byTime, start: 0, end: places, drawn };
  const root = { node: addNode(growing), start: 0, end: places, depth: 0, size: sizeOf(members) };
  const open: OpenNode[] = [root];
  for (let own = open.pop(); own; own = open.pop()) {
    members.start = own.start;
    members.end = own.end;
    const split = mayPart(own, config) ? bestSplit(search, members, random) : null;
    if (!split) {
      addTerminalNode(growing, own.node, members, times.causes);
      continue;
    }
    growing.column.set(own.node, split.column);
    growing.cut.set(own.node, cutOf(columns, orders, split));
    const node = addNode(growing);
    growing.next.set(own.node, node);
    const { depth, start, end } = own;
    const middle = split.place + 1;
    const size = markLeft(orders, drawn, own, split);
    const left: OpenNode = { node, start, end: middle, depth: depth + 1, size };
    const right: OpenNode = {
      node: addNode(growing),
      start: middle,
      end,
      depth: depth + 1,
      size: own.size - size,
    };
    part(orders, byTime, start, end);
    if (mayPart(left, config) || mayPart(right, config)) partColumns(orders, columns, own, split);
    open.push(right, left);
  }
}

/** Subjects of a node, counted as often as drawn. */
function sizeOf({ byTime, start, end, drawn }: Members): number {
  let size = 0;
  for (let at = start; at < end; at++) size += drawn[byTime[at]!]!;
  return size;
}

/** Enough subjects, and not yet at the greatest depth. */
function mayPart({ start, end, depth, size }: OpenNode, config: ForestConfig): boolean {
  if (config.depth !== null && depth >= config.depth) return false;
  return end - start >= 2 && size >= config.splitSize && size >= 2 * config.nodeSize;
}

function addNode({ column, cut, next }: GrowingTrees): number {
  column.push(-1);
  cut.push(0);
  next.push(0);
  return column.length - 1;
}

function cutOf({ ranks, values }: RankedColumns, { orders }: NodeOrders, { column, place }: Split): number {
  const order = orders[column]!;
  const valueAt = (at: number) => values[column]![ranks[column]![order[at]!]!]!;
  return cutBetween(valueAt(place), valueAt(place + 1));
}

/** Notes who goes to the left, and counts them as often as drawn. */
function markLeft(
  { orders, isLeft }: NodeOrders,
  drawn: Float64Array,
  { start, end }: OpenNode,
  { column, place }: Split,
): number {
  const order = orders[column]!;
  let size = 0;
  for (let at = start; at <= place; at++) {
    isLeft[order[at]!] = 1;
    size += drawn[order[at]!]!;
  }
  for (let at = place + 1; at < end; at++) isLeft[order[at]!] = 0;
  return size;
}

/** Parts the orders of all columns but that of the split itself, which is parted already. */
function partColumns(
  orders: NodeOrders,
  { varying }: RankedColumns,
  { start, end }: OpenNode,
  { column }: Split,
): void {
  for (const other of varying) if (other !== column) part(orders, orders.orders[other]!, start, end);
}
