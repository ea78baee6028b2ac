import { ascendingOrder, denseRanks } from '../numerics/ascending-order.ts';
import type { FollowUp } from '../follow-up.ts';
import { type DayGroups, dayGroups } from './day-groups.ts';

/** Subjects by day, with the ranks of their risks and the order of their entries. */
export interface RankedCohort extends DayGroups {
  /** [n] by place, equal risks have equal ranks */
  readonly rank: Int32Array;
  readonly ranks: number;
  /** Places by ascending entry, and the entries by place; null where all are there from time zero */
  readonly entry: { readonly order: Int32Array; readonly days: Float64Array } | null;
}

export function rankedCohort(risk: Float64Array, followUp: FollowUp, among?: Int32Array): RankedCohort {
  const groups = dayGroups(followUp, among);
  const { rows } = groups;
  const { rank, ranks } = denseRanks(Float64Array.from(rows, (row) => risk[row]!));
  const { entryDays } = followUp;
  if (!entryDays) return { ...groups, rank, ranks, entry: null };
  const days = Float64Array.from(rows, (row) => entryDays[row]!);
  return { ...groups, rank, ranks, entry: { order: ascendingOrder(days), days } };
}

/**
 * One sort of pairs: a subject that leads (its event is the earlier one) with a subject that follows.
 * A pair weighs the product of the two; either is 0 for a subject that takes no such part.
 */
export interface PairWeights {
  /** [n] by place */
  readonly lead: Float64Array;
  readonly follow: Float64Array;
  /**
   * 'outlasting': the follower is under observation at the leader's event, and beyond it, or on its
   * day without the event. 'before': the follower's day is before the leader's.
   */
  readonly follower: 'outlasting' | 'before';
}

export interface PairTotals {
  concordant: number;
  discordant: number;
  tiedRisk: number;
}

/** By place, the weight of the pairs of each subject. */
export interface PairShares {
  readonly pairs: Float64Array;
  /** concordant pairs and half of the ties */
  readonly right: Float64Array;
}

export function pairShares(n: number): PairShares {
  return { pairs: new Float64Array(n), right: new Float64Array(n) };
}

/**
 * Counts pairs from the side of the leaders, in O(n log n): the followers of each day enter a tree
 * of ranks, from the last day to the first (from the first for followers before).
 */
export function countLeaders(
  cohort: RankedCohort,
  { lead, follow, follower }: PairWeights,
  tree: RankTree,
  totals: PairTotals,
  shares: PairShares | null,
): void {
  const { starts, event, rank } = cohort;
  const days = starts.length - 1;
  const outlasting = follower === 'outlasting';
  const entries = outlasting ? cohort.entry : null;
  let waiting = cohort.rows.length;
  tree.clear();
  for (let step = 0; step < days; step++) {
    const day = outlasting ? days - 1 - step : step;
    const from = starts[day]!;
    const to = starts[day + 1]!;
    if (outlasting)
      for (let place = from; place < to; place++)
        if (event[place] !== 1 && follow[place] !== 0) tree.add(rank[place]!, follow[place]!);
    if (entries)
      while (waiting > 0 && entries.days[entries.order[waiting - 1]!]! >= cohort.days[day]!) {
        const gone = entries.order[--waiting]!;
        tree.add(rank[gone]!, -follow[gone]!);
      }
    for (let place = from; place < to; place++) {
      const weight = lead[place]!;
      if (weight === 0) continue;
      const below = weight * tree.below(rank[place]!);
      const same = weight * tree.at(rank[place]!);
      const all = weight * tree.total;
      totals.concordant += below;
      totals.tiedRisk += same;
      totals.discordant += Math.max(0, all - below - same);
      if (shares === null) continue;
      shares.pairs[place]! += all;
      shares.right[place]! += below + same / 2;
    }
    for (let place = from; place < to; place++)
      if ((!outlasting || event[place] === 1) && follow[place] !== 0) tree.add(rank[place]!, follow[place]!);
  }
}

/** The shares of the followers in the same pairs: the leaders enter the tree, in the other direction. */
export function countFollowers(
  cohort: RankedCohort,
  { lead, follow, follower }: PairWeights,
  tree: RankTree,
  shares: PairShares,
): void {
  const { starts, event, rank } = cohort;
  const days = starts.length - 1;
  const outlasting = follower === 'outlasting';
  const entries = outlasting ? cohort.entry : null;
  let entered = 0;
  const take = (place: number, sign: number) => {
    const weight = sign * follow[place]!;
    if (weight === 0) return;
    shares.pairs[place]! += weight * tree.total;
    shares.right[place]! += weight * (tree.total - tree.below(rank[place]!) - tree.at(rank[place]!) / 2);
  };
  tree.clear();
  for (let step = 0; step < days; step++) {
    const day = outlasting ? step : days - 1 - step;
    const from = starts[day]!;
    const to = starts[day + 1]!;
    if (entries)
      while (entered < entries.order.length && entries.days[entries.order[entered]!]! < cohort.days[day]!)
        take(entries.order[entered++]!, -1);
    for (let place = from; place < to; place++) if (!outlasting || event[place] === 1) take(place, 1);
    for (let place = from; place < to; place++)
      if (lead[place] !== 0) tree.add(rank[place]!, lead[place]!);
    if (outlasting) for (let place = from; place < to; place++) if (event[place] !== 1) take(place, 1);
  }
}

/** Weights by rank with prefix sums in O(log n) (a Fenwick tree). */
export class RankTree {
  total = 0;
  readonly #sums: Float64Array;
  readonly #own: Float64Array;
  constructor(ranks: number) {
    this.#sums = new Float64Array(ranks + 1);
    this.#own = new Float64Array(ranks);
  }
  clear(): void {
    this.total = 0;
    this.#sums.fill(0);
    this.#own.fill(0);
  }
  add(rank: number, weight: number): void {
    const sums = this.#sums;
    this.total += weight;
    this.#own[rank]! += weight;
    for (let at = rank + 1; at < sums.length; at += at & -at) sums[at]! += weight;
  }
  at(rank: number): number {
    return this.#own[rank]!;
  }
  below(rank: number): number {
    const sums = this.#sums;
    let sum = 0;
    for (let at = rank; at > 0; at -= at & -at) sum += sums[at]!;
    return sum;
  }
}
