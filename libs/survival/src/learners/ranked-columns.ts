import { ascendingOrder, denseRanks } from '../numerics/ascending-order.ts';

/** The predictors by column, ranked and sorted once for all trees. */
export interface RankedColumns {
  readonly n: number;
  readonly p: number;
  /** p columns [n]: equal values have equal ranks, from 0 without gaps */
  readonly ranks: readonly Int32Array[];
  /** p columns: the values in ascending order, one a rank */
  readonly values: readonly Float64Array[];
  /** p columns [n]: the subjects by ascending value */
  readonly orders: readonly Int32Array[];
  /** Columns with more than one value. */
  readonly varying: Int32Array;
}

/** @param predictors [n, p], finite */
export function rankedColumns(predictors: Float64Array, p: number): RankedColumns {
  const n = predictors.length / p;
  const ranks: Int32Array[] = [];
  const values: Float64Array[] = [];
  const orders: Int32Array[] = [];
  for (let column = 0; column < p; column++) {
    const own = new Float64Array(n);
    for (let row = 0; row < n; row++) own[row] = predictors[row * p + column]!;
    const { rank, ranks: count } = denseRanks(own);
    const distinct = new Float64Array(count);
    for (let row = 0; row < n; row++) distinct[rank[row]!] = own[row]!;
    ranks.push(rank);
    values.push(distinct);
    orders.push(ascendingOrder(own));
  }
  const varying = Int32Array.from(ranks.keys()).filter((column) => values[column]!.length > 1);
  return { n, p, ranks, values, orders, varying };
}

/** Where subjects with values up to `low` part from those from `high` on: halfway between them. */
export function cutBetween(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle < high ? middle : low;
}
