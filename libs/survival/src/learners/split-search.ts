import type { Random } from '@myocast/base';
import { addAtCuts, type Cuts, type Members, type NodeTest, openTest } from './node-test.ts';
import type { NodeOrders } from './node-orders.ts';
import type { RankedColumns } from './ranked-columns.ts';

/** What a split must leave on both sides, and how many are looked at. */
export interface SplitLimits {
  readonly columnsPerNode: number;
  readonly nodeSize: number;
  readonly nodeEvents: number;
  readonly cutsPerColumn: number | null;
}

export interface SplitSearch {
  readonly columns: RankedColumns;
  readonly orders: NodeOrders;
  readonly tests: readonly NodeTest[];
  readonly limits: SplitLimits;
  readonly cuts: Cuts;
  /** The columns that vary, in the random order of the last search. */
  readonly candidates: Int32Array;
}

/** A column and the place of the last subject on the left in its order. */
export interface Split {
  readonly column: number;
  readonly place: number;
  /** Square of the standardised difference: chi-square on one degree of freedom for one cause */
  readonly statistic: number;
}

export function splitSearch(
  columns: RankedColumns,
  orders: NodeOrders,
  tests: readonly NodeTest[],
  limits: SplitLimits,
): SplitSearch {
  const { n } = columns;
  const cuts = {
    count: 0,
    places: new Int32Array(n),
    numerators: new Float64Array(n),
    variances: new Float64Array(n),
  };
  return { columns, orders, tests, limits, cuts, candidates: columns.varying.slice() };
}

/**
 * The split of a node with the largest difference between its two parts, or null where none is possible.
 *
 * Columns are looked at in random order until `columnsPerNode` of them were; if none of these can part
 * the node (one value only, or too few on a side), further ones until one can. Of equal differences the
 * first found counts, in a column the lowest cut.
 */
export function bestSplit(search: SplitSearch, members: Members, random: Random): Split | null {
  const { candidates, tests, limits } = search;
  for (const test of tests) openTest(test, members);
  const events = countEvents(members);
  if (events.different < 2 * limits.nodeEvents || tests.every(({ days }) => days === 0)) return null;
  let best: Split | null = null;
  for (let seen = 0; seen < candidates.length; seen++) {
    if (seen >= limits.columnsPerNode && best) break;
    const other = seen + random.integer(candidates.length - seen);
    const column = candidates[other]!;
    candidates[other] = candidates[seen]!;
    candidates[seen] = column;
    findCuts(search, members, column, events);
    if (search.cuts.count === 0) continue;
    chooseCuts(search, random);
    best = bestOfColumn(search, members, column, best);
  }
  return best;
}

interface EventCount {
  /** Subjects with an event, counted once each */
  readonly different: number;
  /** All subjects, as often as drawn */
  readonly size: number;
}

function countEvents({ byTime, start, end, drawn, event }: Members): EventCount {
  let different = 0;
  let size = 0;
  for (let at = start; at < end; at++) {
    const subject = byTime[at]!;
    size += drawn[subject]!;
    if (event[subject]! > 0) different++;
  }
  return { different, size };
}

/** Every place between two values of a column that leaves enough on both sides. */
function findCuts(
  { columns, orders, limits, cuts }: SplitSearch,
  { start, end, drawn, event }: Members,
  column: number,
  { different, size }: EventCount,
): void {
  const order = orders.orders[column]!;
  const ranks = columns.ranks[column]!;
  const { nodeSize, nodeEvents } = limits;
  const { places } = cuts;
  let count = 0;
  let left = 0;
  let eventsLeft = 0;
  let rank = ranks[order[start]!]!;
  for (let at = start; at < end - 1; at++) {
    const subject = order[at]!;
    left += drawn[subject]!;
    eventsLeft += event[subject]! > 0 ? 1 : 0;
    if (size - left < nodeSize) break;
    const nextRank = ranks[order[at + 1]!]!;
    if (
      nextRank !== rank &&
      left >= nodeSize &&
      eventsLeft >= nodeEvents &&
      different - eventsLeft >= nodeEvents
    )
      places[count++] = at;
    rank = nextRank;
  }
  cuts.count = count;
}

/** Keeps as many cuts as are to be tried, drawn without replacement. */
function chooseCuts({ limits: { cutsPerColumn }, cuts }: SplitSearch, random: Random): void {
  if (cutsPerColumn === null || cuts.count <= cutsPerColumn) return;
  for (let at = 0; at < cutsPerColumn; at++) {
    const other = at + random.integer(cuts.count - at);
    const place = cuts.places[other]!;
    cuts.places[other] = cuts.places[at]!;
    cuts.places[at] = place;
  }
  cuts.count = cutsPerColumn;
  cuts.places.subarray(0, cutsPerColumn).sort();
}

/** Below this share of the events a variance is rounding. */
const smallestVariance = 1e-11;

function bestOfColumn(
  { orders, tests, cuts }: SplitSearch,
  { start, drawn }: Members,
  column: number,
  best: Split | null,
): Split | null {
  const { count, places, numerators, variances } = cuts;
  numerators.fill(0, 0, count);
  variances.fill(0, 0, count);
  let events = 0;
  for (const test of tests) {
    events += test.events;
    if (test.days > 0) addAtCuts(test, orders.orders[column]!, start, drawn, cuts);
  }
  let place = -1;
  let statistic = best ? best.statistic : 0;
  for (let cut = 0; cut < count; cut++) {
    if (variances[cut]! <= smallestVariance * events) continue;
    const own = numerators[cut]! ** 2 / variances[cut]!;
    if (own <= statistic) continue;
    statistic = own;
    place = places[cut]!;
  }
  return place < 0 ? best : { column, place, statistic };
}
