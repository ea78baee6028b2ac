import type { PairTotals, RankedCohort } from './concordance-pairs.ts';

/** Beyond so many distinct risks among the events a tree of sums is faster. */
const mostLevels = 4096;

/** Adds the pairs of subjects that are there as often as `draws` says, by row. */
export type CountResample = (draws: Float64Array, totals: PairTotals) => void;

/**
 * Counts the pairs of an event with those who outlast it for many resamples of one cohort.
 *
 * A resample is one walk from the last day to the first. It adds every subject, and asks a few hundred times, once for an
 * event, for the weight below its risk: hence only the risks of events are levels, and sums are kept in blocks and blocks of
 * blocks, where adding takes three additions and asking about ∛levels.
 *
 * Between two days with events the product of Kaplan and Meier telescopes: G changes by the weight left before the second
 * over the weight left after the events of the first, so that censorings need no step of their own.
 *
 * @param inverseOf 1 / G just before each day, [k], where it is known; 'own' where the resample gives it; 1 for Harrell's
 * @returns null where the walk does not apply: late entry, or very many levels
 */
export function outlastingResamples(
  cohort: RankedCohort,
  tau: number,
  inverseOf: Float64Array | 'own' | 1,
): CountResample | null {
  if (cohort.entry.order.length > 0) return null;
  const levels = levelsOf(cohort, tau);
  if (levels.count > mostLevels) return null;
  const walk = walkOf(cohort, tau, levels);
  const { row, weight, bucket, groups, eventFrom, from } = walk;
  const buckets = 2 * levels.count + 1;
  const bits = Math.max(2, Math.ceil(Math.log2(buckets) / 3));
  const counts = new Float64Array(buckets);
  const blocks = new Float64Array((buckets >> bits) + 1);
  const rooms = new Float64Array((buckets >> (2 * bits)) + 1); // blocks of blocks
  const concordant = new Float64Array(groups);
  const tiedRisk = new Float64Array(groups);
  const pairs = new Float64Array(groups);
  const before = new Float64Array(groups);
  const after = new Float64Array(groups);
  const known =
    inverseOf === 'own'
      ? null
      : Float64Array.from(walk.days, (day) => (inverseOf === 1 ? 1 : inverseOf[day]!));

  const add = (first: number, end: number, draws: Float64Array): number => {
    let sum = 0;
    for (let at = first; at < end; at++) {
      const own = weight[at]! * draws[row[at]!]!; // 0 is added too: a branch that goes either way costs more
      const to = bucket[at]!;
      sum += own;
      counts[to]! += own;
      blocks[to >> bits]! += own;
      rooms[to >> (2 * bits)]! += own;
    }
    return sum;
  };
  const below = (end: number): number => {
    const room = end >> (2 * bits);
    const block = end >> bits;
    let sum = 0;
    for (let at = 0; at < room; at++) sum += rooms[at]!;
    for (let at = room << bits; at < block; at++) sum += blocks[at]!;
    for (let at = block << bits; at < end; at++) sum += counts[at]!;
    return sum;
  };
  const ask = (group: number, total: number, draws: Float64Array): void => {
    let right = 0;
    let equal = 0;
    let leaders = 0;
    for (let at = eventFrom[group]!; at < from[group + 1]!; at++) {
      const own = weight[at]! * draws[row[at]!]!;
      if (own === 0) continue;
      right += own * below(bucket[at]!);
      equal += own * counts[bucket[at]!]!;
      leaders += own;
    }
    concordant[group] = right;
    tiedRisk[group] = equal;
    pairs[group] = leaders * total;
  };
  return (draws, totals) => {
    counts.fill(0);
    blocks.fill(0);
    rooms.fill(0);
    let total = 0;
    for (let group = 0; group < groups; group++) {
      total += add(from[group]!, eventFrom[group]!, draws);
      after[group] = total;
      ask(group, total, draws);
      total += add(eventFrom[group]!, from[group + 1]!, draws);
      before[group] = total;
    }
    for (let at = from[groups]!; at < row.length; at++) total += weight[at]! * draws[row[at]!]!;
    let g = 1;
    for (let group = groups - 1; group >= 0; group--) {
      if (total > 0) g *= before[group]! / total;
      total = after[group]!;
      const inverse = known === null ? 1 / g : known[group]!;
      const factor = g > 0 ? inverse * inverse : 0;
      const right = concordant[group]!;
      const equal = tiedRisk[group]!;
      totals.concordant += factor * right;
      totals.tiedRisk += factor * equal;
      totals.discordant += factor * Math.max(0, pairs[group]! - right - equal);
    }
  };
}

interface Levels {
  readonly count: number;
  /** By rank: 2 j + 1 for the rank of level j, 2 j for the ranks between it and the one before */
  readonly bucket: Int32Array;
}

function levelsOf({ rank, ranks, event, days, starts }: RankedCohort, tau: number): Levels {
  const isLevel = new Uint8Array(ranks);
  for (let day = 0; day < days.length && days[day]! < tau; day++)
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      if (event[place] === 1) isLevel[rank[place]!] = 1;
  const bucket = new Int32Array(ranks);
  let count = 0;
  for (let at = 0; at < ranks; at++) {
    bucket[at] = 2 * count + isLevel[at]!;
    count += isLevel[at]!;
  }
  return { count, bucket };
}

/**
 * The subjects in the order of the walk, in groups: a group ends with the events of one day before tau, and starts with all
 * whose days are from that one on and who were in no group before. The rest, before the first event, comes last.
 */
function walkOf(cohort: RankedCohort, tau: number, levels: Levels) {
  const { rows, rank, event, weights, starts, days } = cohort;
  const order: number[] = [];
  const from = [0];
  const eventFrom: number[] = [];
  const eventDays: number[] = [];
  for (let day = days.length - 1; day >= 0; day--) {
    const events: number[] = [];
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      (event[place] === 1 && days[day]! < tau ? events : order).push(place);
    if (events.length === 0) continue;
    eventFrom.push(order.length);
    order.push(...events);
    from.push(order.length);
    eventDays.push(day);
  }
  const by = (of: (place: number) => number) => Int32Array.from(order, of);
  return {
    groups: eventDays.length,
    /** [groups + 1] */
    from: Int32Array.from(from),
    /** [groups] first of the events of a group */
    eventFrom: Int32Array.from(eventFrom),
    /** [groups] day of the events */
    days: Int32Array.from(eventDays),
    row: by((place) => rows[place]!),
    weight: Float64Array.from(order, (place) => weights[place]!),
    bucket: by((place) => levels.bucket[rank[place]!]!),
  };
}
