import { ascendingOrder, denseRanks } from '../numerics/ascending-order.ts';
import type { FollowUp } from '../follow-up.ts';
import { type DayGroups, dayGroups } from './day-groups.ts';

/** Subjects by day, with the ranks of their risks and the order of their entries. */
export interface RankedCohort extends DayGroups {
  /** [n] by place, equal risks have equal ranks */
  readonly rank: Int32Array;
  readonly ranks: number;
  /** Places by ascending entry, and the entries by place; empty where all are there from time zero */
  readonly entry: { readonly order: Int32Array; readonly days: Float64Array };
}

export function rankedCohort(risk: Float64Array, followUp: FollowUp, among?: Int32Array): RankedCohort {
  const groups = dayGroups(followUp, among);
  const { rows } = groups;
  const { rank, ranks } = denseRanks(inOrderOf(rows, risk));
  const { entryDays } = followUp;
  const days = entryDays ? inOrderOf(rows, entryDays) : new Float64Array();
  return { ...groups, rank, ranks, entry: { order: ascendingOrder(days), days } };
}

/** As takeRows, ten times as fast: a callback for each row is what costs there. */
function inOrderOf(rows: Int32Array, values: Float64Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) taken[place] = values[rows[place]!]!;
  return taken;
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
   * day without the event. 'before': the follower's day is before the leader's; all are there from time zero.
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
  const { rank, entry } = cohort;
  const outlasting = follower === 'outlasting';
  let waiting = entry.order.length;
  tree.clear();
  for (let step = 0; step < cohort.days.length; step++) {
    const day = outlasting ? cohort.days.length - 1 - step : step;
    if (outlasting) enter(cohort, follow, tree, day, false);
    while (waiting > 0 && entry.days[entry.order[waiting - 1]!]! >= cohort.days[day]!) {
      const gone = entry.order[--waiting]!;
      tree.add(rank[gone]!, -follow[gone]!);
    }
    countDay(cohort, lead, tree, day, totals, shares);
    enter(cohort, follow, tree, day, true);
    if (!outlasting) enter(cohort, follow, tree, day, false);
  }
}

/** Adds those of a day to the tree: with the event, or without it. */
function enter(
  { starts, event, rank }: RankedCohort,
  weights: Float64Array,
  tree: RankTree,
  day: number,
  withEvent: boolean,
): void {
  for (let place = starts[day]!; place < starts[day + 1]!; place++)
    if ((event[place] === 1) === withEvent && weights[place] !== 0) tree.add(rank[place]!, weights[place]!);
}

function countDay(
  { starts, rank }: RankedCohort,
  lead: Float64Array,
  tree: RankTree,
  day: number,
  totals: PairTotals,
  shares: PairShares | null,
): void {
  for (let place = starts[day]!; place < starts[day + 1]!; place++) {
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
}

/** The shares of the followers in the same pairs: the leaders enter the tree, in the other direction. */
export function countFollowers(
  cohort: RankedCohort,
  { lead, follow, follower }: PairWeights,
  tree: RankTree,
  shares: PairShares,
): void {
  const { starts, event, rank, entry } = cohort;
  const outlasting = follower === 'outlasting';
  let entered = 0;
  const take = (place: number, sign: number) => {
    const weight = sign * follow[place]!;
    if (weight === 0) return;
    shares.pairs[place]! += weight * tree.total;
    shares.right[place]! += weight * (tree.total - tree.below(rank[place]!) - tree.at(rank[place]!) / 2);
  };
  const takeDay = (day: number, withEvent: boolean) => {
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      if ((event[place] === 1) === withEvent) take(place, 1);
  };
  tree.clear();
  for (let step = 0; step < cohort.days.length; step++) {
    const day = outlasting ? step : cohort.days.length - 1 - step;
    while (entered < entry.order.length && entry.days[entry.order[entered]!]! < cohort.days[day]!)
      take(entry.order[entered++]!, -1);
    takeDay(day, true);
    if (!outlasting) takeDay(day, false);
    enter(cohort, lead, tree, day, true);
    if (outlasting) takeDay(day, false);
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
