import { fillOrder, type NodeOrders, nodeOrders, part } from './node-orders.ts';
import { cutBetween, type RankedColumns } from './ranked-columns.ts';
import type { RegressionTrees } from './regression-trees.ts';

/** What a regression tree may be. */
export interface RegressionTreeLimits {
  /** Most tests on the way to a terminal node. */
  readonly depth: number;
  /** Fewest subjects in a terminal node. */
  readonly nodeSize: number;
}

/** Memory for the trees on one table. */
export interface RegressionSpace {
  readonly columns: RankedColumns;
  readonly orders: NodeOrders;
  /** [n] the terminal node, counted within the tree, of each subject in the sample */
  readonly node: Int32Array;
}

export function regressionSpace(columns: RankedColumns): RegressionSpace {
  return { columns, orders: nodeOrders(columns.n, columns.p), node: new Int32Array(columns.n) };
}

interface GrowingTree {
  readonly column: number[];
  readonly cut: number[];
  readonly next: number[];
  readonly value: number[];
}

interface OpenNode {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

interface Cut {
  readonly column: number;
  readonly place: number;
  /** How much the weighted sum of squares falls */
  readonly gain: number;
}

/** Gains below this share of the node's weighted sum of squares are rounding. */
const smallestGain = 1e-12;

/**
 * Least squares regression tree on a response: at each node the cut of any column after which the sum of
 * squares within the two parts is smallest; of equal ones the first column, the lowest cut.
 *
 * The value of a terminal node is the weighted mean of the response.
 *
 * @param weights [n] 0 for who is not in the sample
 * @param influence [p] the gain of every cut is added to its column
 * @returns one tree; `space.node` tells the terminal node of those in the sample
 */
export function growRegressionTree(
  space: RegressionSpace,
  response: Float64Array,
  weights: Float64Array,
  limits: RegressionTreeLimits,
  influence: Float64Array,
): RegressionTrees {
  const { columns, orders, node: nodeOf } = space;
  const size = fillOrders(space, weights);
  const growing: GrowingTree = { column: [], cut: [], next: [], value: [] };
  const open: OpenNode[] = [{ node: addNode(growing), start: 0, end: size, depth: 0 }];
  for (let own = open.pop(); own; own = open.pop()) {
    const { start, end, depth } = own;
    const cut = depth < limits.depth ? bestCut(space, response, weights, limits.nodeSize, own) : null;
    if (!cut) {
      const order = orders.orders[0]!;
      for (let at = start; at < end; at++) nodeOf[order[at]!] = growing.value.length;
      growing.next[own.node] = growing.value.length;
      growing.value.push(meanOf(order, response, weights, own));
      continue;
    }
    influence[cut.column]! += cut.gain;
    partNode(space, own, cut);
    growing.column[own.node] = cut.column;
    growing.cut[own.node] = valueOfCut(columns, orders, cut);
    const left = addNode(growing);
    const right = addNode(growing);
    growing.next[own.node] = left;
    open.push({ node: right, start: cut.place + 1, end, depth: depth + 1 });
    open.push({ node: left, start, end: cut.place + 1, depth: depth + 1 });
  }
  return {
    count: 1,
    nodeStart: Int32Array.of(0, growing.column.length),
    column: Int32Array.from(growing.column),
    cut: Float64Array.from(growing.cut),
    next: Int32Array.from(growing.next),
    value: Float64Array.from(growing.value),
  };
}

function fillOrders({ columns, orders }: RegressionSpace, weights: Float64Array): number {
  let size = 0;
  for (let column = 0; column < columns.p; column++)
    size = fillOrder(orders.orders[column]!, columns.orders[column]!, weights);
  return size;
}

function addNode({ column, cut, next }: GrowingTree): number {
  column.push(-1);
  cut.push(0);
  next.push(0);
  return column.length - 1;
}

function meanOf(
  order: Int32Array,
  response: Float64Array,
  weights: Float64Array,
  { start, end }: OpenNode,
): number {
  let [sum, weight] = [0, 0];
  for (let at = start; at < end; at++) {
    sum += weights[order[at]!]! * response[order[at]!]!;
    weight += weights[order[at]!]!;
  }
  return weight > 0 ? sum / weight : 0;
}

function bestCut(
  { columns, orders }: RegressionSpace,
  response: Float64Array,
  weights: Float64Array,
  nodeSize: number,
  node: OpenNode,
): Cut | null {
  const { start, end } = node;
  const anyOrder = orders.orders[0]!;
  let [sum, weight, squares] = [0, 0, 0];
  for (let at = start; at < end; at++) {
    const subject = anyOrder[at]!;
    sum += weights[subject]! * response[subject]!;
    squares += weights[subject]! * response[subject]! ** 2;
    weight += weights[subject]!;
  }
  let best: Cut = { column: -1, place: 0, gain: smallestGain * squares };
  for (const column of columns.varying) {
    const order = orders.orders[column]!;
    const ranks = columns.ranks[column]!;
    let [left, leftWeight] = [0, 0];
    for (let at = start; at < end - nodeSize; at++) {
      const subject = order[at]!;
      left += weights[subject]! * response[subject]!;
      leftWeight += weights[subject]!;
      if (at - start + 1 < nodeSize || ranks[subject] === ranks[order[at + 1]!]) continue;
      const right = sum - left;
      // Σ w (y − mean)² falls by W_l W_r / W (mean_l − mean_r)².
      const difference = left / leftWeight - right / (weight - leftWeight);
      const gain = ((leftWeight * (weight - leftWeight)) / weight) * difference ** 2;
      if (gain > best.gain) best = { column, place: at, gain };
    }
  }
  return best.column < 0 ? null : best;
}

function partNode(
  { columns, orders }: RegressionSpace,
  { start, end }: OpenNode,
  { column, place }: Cut,
): void {
  const own = orders.orders[column]!;
  for (let at = start; at < end; at++) orders.isLeft[own[at]!] = at <= place ? 1 : 0;
  for (let other = 0; other < columns.p; other++)
    if (other !== column) part(orders, orders.orders[other]!, start, end);
}

function valueOfCut(
  { ranks, values }: RankedColumns,
  { orders }: NodeOrders,
  { column, place }: Cut,
): number {
  const order = orders[column]!;
  const valueAt = (at: number) => values[column]![ranks[column]![order[at]!]!]!;
  return cutBetween(valueAt(place), valueAt(place + 1));
}
