import { checkFollowUp, checkValues, type FollowUp, orderByDays, stepAt } from '../follow-up.ts';
import { censoringSurvival } from '../estimators/kaplan-meier.ts';

/** A concordance index and what it was counted from. */
export interface Concordance {
  /** 0.5 is chance, 1 perfect; null when no pair is comparable */
  readonly index: number | null;
  /** By the infinitesimal jackknife; null where the index is */
  readonly standardError: number | null;
  /** Pairs, or for Uno's index the weight of pairs */
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedRisk: number;
}

/**
 * Harrell's concordance: how often, of two subjects whose order of events is
 * known, the one who fails first has the higher predicted risk.
 *
 * A pair is comparable when the earlier time is an event; an event also precedes
 * a censoring on the same day. Pairs of events on one day are left out. Ties in
 * risk count one half. Competing events count as censorings.
 *
 * @param risk [n], any monotone scale, higher is worse (not a survival probability)
 * @param followUp n subjects, in any order
 * @throws RangeError when the lengths differ or a value is not finite
 *
 * Source: harrell1996 (docs/references.bib).
 * Agrees with: R survival `concordance(Surv(days, event) ~ risk, reverse = TRUE)`.
 */
export function concordance(risk: Float64Array, followUp: FollowUp): Concordance {
  checkFollowUp('concordance', followUp, risk.length);
  checkValues('concordance', 'risks', risk, risk.length);
  return count(risk, followUp, (row) => (followUp.event[row] === 1 ? 1 : 0));
}

/**
 * Uno's concordance: Harrell's pairs, each weighted by 1 / G(t-)² with G the survival
 * function of the censoring time and t the earlier time, so that the index does not
 * depend on how long the subjects happened to be followed. Competing events count as
 * censorings, in the pairs and in G.
 *
 * @param tau pairs whose earlier time is tau or later are left out; take one at which
 *   subjects are still under observation
 * @param censoring the follow-up G is estimated from; by default the same subjects
 * @throws RangeError when the lengths differ or a value is not finite
 *
 * Source: uno2011 (docs/references.bib).
 * Agrees with: R survival `concordance(..., timewt = "n/G2")`.
 */
export function unoConcordance(
  risk: Float64Array,
  followUp: FollowUp,
  { tau = Number.POSITIVE_INFINITY, censoring = followUp }: { tau?: number; censoring?: FollowUp } = {},
): Concordance {
  checkFollowUp('unoConcordance', followUp, risk.length);
  checkValues('unoConcordance', 'risks', risk, risk.length);
  // Cause-specific: a competing event hides what comes after it as a censoring does.
  const { days, survival } = censoringSurvival({
    days: censoring.days,
    event: censoring.event.map((code) => (code === 1 ? 1 : 0)),
  });
  return count(risk, followUp, (row) => {
    const t = followUp.days[row]!;
    if (followUp.event[row] !== 1 || t >= tau) return 0;
    const observed = stepAt(days, survival, t, 1, 'before');
    return observed > 0 ? 1 / observed ** 2 : 0; // nobody of the reference sample was followed so long
  });
}

/** Per subject, the weight of its pairs. */
interface Shares {
  readonly pairs: Float64Array;
  /** concordant pairs and half of the ties */
  readonly right: Float64Array;
}

/** Counts pairs in O(n log n): subjects enter a tree of ranks in the order of time. */
function count(risk: Float64Array, followUp: FollowUp, weightOf: (row: number) => number): Concordance {
  const n = risk.length;
  const rank = ranks(risk);
  const weight = Float64Array.from({ length: n }, (_, row) => weightOf(row));
  const shares = { pairs: new Float64Array(n), right: new Float64Array(n) };
  const totals = countAsEarlier(rank, weight, followUp, shares);
  countAsLater(rank, weight, followUp, shares);
  const pairs = totals.concordant + totals.discordant + totals.tiedRisk;
  if (pairs === 0) return { index: null, standardError: null, ...totals };
  const index = (totals.concordant + totals.tiedRisk / 2) / pairs;
  let variance = 0;
  for (let row = 0; row < n; row++)
    variance += ((shares.right[row]! - index * shares.pairs[row]!) / pairs) ** 2;
  return { index, standardError: Math.sqrt(variance), ...totals };
}

/** From the last day to the first: the event of a subject against all who are known to outlast it. */
function countAsEarlier(
  rank: Int32Array,
  weight: Float64Array,
  { days, event }: FollowUp,
  shares: Shares,
): { concordant: number; discordant: number; tiedRisk: number } {
  const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
  const later = new RankTree(rank.length);
  for (const day of daysOf(days).reverse()) {
    for (const row of day) if (event[row] !== 1) later.add(rank[row]!, 1);
    for (const row of day) {
      const w = weight[row]!;
      if (w === 0) continue;
      const below = w * later.below(rank[row]!);
      const same = w * later.at(rank[row]!);
      const all = w * later.total;
      totals.concordant += below;
      totals.tiedRisk += same;
      totals.discordant += all - below - same;
      shares.pairs[row]! += all;
      shares.right[row]! += below + same / 2;
    }
    for (const row of day) if (event[row] === 1) later.add(rank[row]!, 1);
  }
  return totals;
}

/** From the first day to the last: a subject against the weighted events it is known to outlast. */
function countAsLater(
  rank: Int32Array,
  weight: Float64Array,
  { days, event }: FollowUp,
  shares: Shares,
): void {
  const earlier = new RankTree(rank.length);
  const take = (row: number) => {
    const same = earlier.at(rank[row]!);
    shares.pairs[row]! += earlier.total;
    shares.right[row]! += earlier.total - earlier.below(rank[row]!) - same / 2;
  };
  for (const day of daysOf(days)) {
    for (const row of day) if (event[row] === 1) take(row);
    for (const row of day) if (weight[row]! > 0) earlier.add(rank[row]!, weight[row]!);
    for (const row of day) if (event[row] !== 1) take(row);
  }
}

/** Rows by ascending day, the rows of one day together. */
function daysOf(days: Float64Array): number[][] {
  const groups: number[][] = [];
  for (const row of orderByDays(days)) {
    const last = groups.at(-1);
    if (last && days[last[0]!] === days[row]) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** Dense ranks from 0; equal values have equal ranks. */
function ranks(values: Float64Array): Int32Array {
  const order = orderByDays(values);
  const rank = new Int32Array(values.length);
  let current = -1;
  for (const [at, row] of order.entries()) {
    if (at === 0 || values[order[at - 1]!] !== values[row]) current++;
    rank[row] = current;
  }
  return rank;
}

/** Weights by rank with prefix sums in O(log n) (a Fenwick tree). */
class RankTree {
  total = 0;
  readonly #sums: Float64Array;
  readonly #own: Float64Array;
  constructor(size: number) {
    this.#sums = new Float64Array(size + 1);
    this.#own = new Float64Array(size);
  }
  add(rank: number, weight: number): void {
    this.total += weight;
    this.#own[rank]! += weight;
    for (let at = rank + 1; at < this.#sums.length; at += at & -at) this.#sums[at]! += weight;
  }
  at(rank: number): number {
    return this.#own[rank]!;
  }
  below(rank: number): number {
    let sum = 0;
    for (let at = rank; at > 0; at -= at & -at) sum += this.#sums[at]!;
    return sum;
  }
}
