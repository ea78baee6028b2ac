import type { PairTotals, RankedCohort } from './concordance-pairs.ts';

/** Beyond so many distinct risks among the events a tree of sums is faster. */
const mostLevels = 4096;

/** Adds the pairs of subjects that are there as often as `draws` says, by row. */
export type CountResample = (draws: Float64Array, totals: PairTotals) => void;

/**
 * Counts the pairs of an event with those who outlast it for many resamples of one cohort.
 *
 * A resample is one walk from the last day to the first. It adds every subject, and asks a few hundred times, once for an
 * event, for the weight below its risk: hence only the risks of events are levels, and sums are kept in
 * blocks, where adding costs nothing and asking √levels.
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
  const { row, weight, bucket, tie, level, groups, eventFrom, from } = walk;
  const shift = Math.max(2, Math.ceil(Math.log2(levels.count + 1) / 2));
  const counts = new Float64Array(levels.count + 1);
  const blocks = new Float64Array((levels.count >> shift) + 1);
  const same = new Float64Array(levels.count + 1); // the last entry takes those who tie with no event
  const groupTotals = Array.from({ length: groups }, () => ({ concordant: 0, tiedRisk: 0, all: 0 }));
  const before = new Float64Array(groups + 1);
  const after = new Float64Array(groups + 1);
  const known =
    inverseOf === 'own'
      ? null
      : Float64Array.from(walk.days, (day) => (inverseOf === 1 ? 1 : inverseOf[day]!));

  const add = (first: number, end: number, draws: Float64Array): number => {
    let sum = 0;
    for (let at = first; at < end; at++) {
      const own = weight[at]! * draws[row[at]!]!; // 0 is added too: a branch that goes either way costs more
      sum += own;
      counts[bucket[at]!]! += own;
      blocks[bucket[at]! >> shift]! += own;
      same[tie[at]!]! += own;
    }
    return sum;
  };
  const upTo = (last: number): number => {
    const block = last >> shift;
    let sum = 0;
    for (let at = 0; at < block; at++) sum += blocks[at]!;
    for (let at = block << shift; at <= last; at++) sum += counts[at]!;
    return sum;
  };
  const askDay = (group: number, total: number, draws: Float64Array): void => {
    const found = groupTotals[group]!;
    [found.concordant, found.tiedRisk, found.all] = [0, 0, 0];
    for (let at = eventFrom[group]!; at < from[group + 1]!; at++) {
      const own = weight[at]! * draws[row[at]!]!;
      if (own === 0) continue;
      found.concordant += own * upTo(level[at]!);
      found.tiedRisk += own * same[level[at]!]!;
      found.all += own * total;
    }
  };
  return (draws, totals) => {
    counts.fill(0);
    blocks.fill(0);
    same.fill(0);
    let total = 0;
    for (let group = 0; group < groups; group++) {
      total += add(from[group]!, eventFrom[group]!, draws);
      after[group] = total;
      askDay(group, total, draws);
      total += add(eventFrom[group]!, from[group + 1]!, draws);
      before[group] = total;
    }
    for (let at = from[groups]!; at < row.length; at++) total += weight[at]! * draws[row[at]!]!;
    let g = 1;
    for (let group = groups - 1; group >= 0; group--) {
      if (total > 0) g *= before[group]! / total;
      total = after[group]!;
      const inverse = known === null ? 1 / g : known[group]!;
      addTo(totals, groupTotals[group]!, g > 0 ? inverse * inverse : 0);
    }
  };
}

function addTo(
  totals: PairTotals,
  {
    concordant,
    tiedRisk,
    all,
  }: { readonly concordant: number; readonly tiedRisk: number; readonly all: number },
  factor: number,
): void {
  totals.concordant += factor * concordant;
  totals.tiedRisk += factor * tiedRisk;
  totals.discordant += factor * Math.max(0, all - concordant - tiedRisk);
}

interface Levels {
  readonly count: number;
  /** By rank, how many levels are as low or lower */
  readonly upTo: Int32Array;
  /** By rank, whether it is a level */
  readonly isLevel: Uint8Array;
}

function levelsOf({ rank, ranks, event, days, starts }: RankedCohort, tau: number): Levels {
  const isLevel = new Uint8Array(ranks);
  for (let day = 0; day < days.length && days[day]! < tau; day++)
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      if (event[place] === 1) isLevel[rank[place]!] = 1;
  const upTo = new Int32Array(ranks);
  let count = 0;
  for (let at = 0; at < ranks; at++) {
    count += isLevel[at]!;
    upTo[at] = count;
  }
  return { count, upTo, isLevel };
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
    /** Events of this level and higher ones have the subject below them */
    bucket: by((place) => levels.upTo[rank[place]!]!),
    /** Level with which the subject ties */
    tie: by((place) => (levels.isLevel[rank[place]!] ? levels.upTo[rank[place]!]! - 1 : levels.count)),
    /** Level of an event */
    level: by((place) => levels.upTo[rank[place]!]! - 1),
  };
}
