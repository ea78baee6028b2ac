import { denseRanks } from '../numerics/ascending-order.ts';

/** The rows of each stratum; one entry, undefined for all rows, where there are no strata. */
export function rowsByStratum(
  n: number,
  strata: ArrayLike<number> | undefined,
): readonly (Int32Array | undefined)[] {
  if (!strata) return [undefined];
  const { rank, ranks } = denseRanks(Float64Array.from(strata));
  const sizes = new Int32Array(ranks);
  for (let row = 0; row < n; row++) sizes[rank[row]!]!++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let row = 0; row < n; row++) rows[rank[row]!]![sizes[rank[row]!]!++] = row;
  return rows;
}
