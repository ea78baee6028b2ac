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
}

function growTree({ search, times, config, drawn, growing }: Growth, tree: number): void {
  const { orders, columns } = search;
  const random = treeStream(config, tree).fork('nodes');
  search.candidates.set(columns.varying);
  const byTime = orders.orders[columns.p]!;
  const size = fillOrder(byTime, times.byTime, drawn);
  for (const column of columns.varying) fillOrder(orders.orders[column]!, columns.orders[column]!, drawn);
  growing.nodeStart.push(growing.column.length);
  const open: OpenNode[] = [{ node: addNode(growing), start: 0, end: size, depth: 0 }];
  for (let own = open.pop(); own; own = open.pop()) {
    const { start, end, depth } = own;
    const members: Members = { ...times, byTime, start, end, drawn };
    const split = mayPart(members, depth, config) ? bestSplit(search, members, random) : null;
    if (!split) {
      addTerminalNode(growing, own.node, members, times.causes);
      continue;
    }
    const middle = split.place + 1;
    partNode(orders, columns, own, split);
    growing.column.set(own.node, split.column);
    growing.cut.set(own.node, cutOf(columns, orders, split));
    const left = addNode(growing);
    const right = addNode(growing);
    growing.next.set(own.node, left);
    open.push({ node: right, start: middle, end, depth: depth + 1 });
    open.push({ node: left, start, end: middle, depth: depth + 1 });
  }
}

/** Enough subjects, counted as often as drawn, and not yet at the greatest depth. */
function mayPart({ byTime, start, end, drawn }: Members, depth: number, config: ForestConfig): boolean {
  if (config.depth !== null && depth >= config.depth) return false;
  let size = 0;
  for (let at = start; at < end; at++) size += drawn[byTime[at]!]!;
  return end - start >= 2 && size >= Math.max(config.splitSize, 2 * config.nodeSize);
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

/** Parts all orders but that of the column itself, which is parted already. */
function partNode(
  orders: NodeOrders,
  { varying, p }: RankedColumns,
  { start, end }: OpenNode,
  { column, place }: Split,
): void {
  const own = orders.orders[column]!;
  for (let at = start; at < end; at++) orders.isLeft[own[at]!] = at <= place ? 1 : 0;
  part(orders, orders.orders[p]!, start, end);
  for (const other of varying) if (other !== column) part(orders, orders.orders[other]!, start, end);
}
