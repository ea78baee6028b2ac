import type { Random } from '@myocast/base';
import { takeRows } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';

/** Observed values by ascending fitted value. */
export interface Donors {
  readonly fitted: Float64Array;
  readonly values: Float64Array;
}

/** Donors in the order of their fitted values; those of one fitted value in random order. */
export function donorsOf(fitted: Float64Array, values: Float64Array, random: Random): Donors {
  const shuffled = Int32Array.from(random.permutation(fitted.length));
  const order = ascendingOrder(takeRows(fitted, shuffled)).map((at) => shuffled[at]!);
  return { fitted: takeRows(fitted, order), values: takeRows(values, order) };
}

/**
 * The places of the k donors whose fitted values are nearest to the target: from, to (excluded).
 * Of two as far away the lower one is taken first.
 *
 * Agrees with: R mice `matchindex` in the set it draws from, where no two are as far away.
 */
export function nearestDonors(fitted: Float64Array, target: number, k: number): [from: number, to: number] {
  let low = 0;
  let high = fitted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fitted[middle]! < target) low = middle + 1;
    else high = middle;
  }
  let [from, to] = [low, low];
  while (to - from < Math.min(k, fitted.length)) {
    const below = from > 0 ? target - fitted[from - 1]! : Number.POSITIVE_INFINITY;
    const above = to < fitted.length ? fitted[to]! - target : Number.POSITIVE_INFINITY;
    if (below <= above) from--;
    else to++;
  }
  return [from, to];
}

/** One of the k nearest donors' values, each as likely. */
export function matchedValue({ fitted, values }: Donors, target: number, k: number, random: Random): number {
  const [from, to] = nearestDonors(fitted, target, k);
  return values[from + random.integer(to - from)]!;
}
