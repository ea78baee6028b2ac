import { type FollowUp, takeRows } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';

/** How events on one day share the risk set; `exact` sums over all sets of that many subjects at risk. */
export type Ties = 'efron' | 'breslow' | 'exact';

/** Strata have baselines of their own; an offset is a predictor with coefficient 1. */
export interface CoxDesign {
  /** [n] */
  readonly strata?: Int32Array;
  /** [n] */
  readonly offset?: Float64Array;
}

/** What the partial likelihood is computed from; rows by stratum, in descending time. */
export interface CoxRows {
  readonly n: number;
  readonly p: number;
  /** [p, n] one predictor after the other */
  readonly x: Float64Array;
  readonly days: Float64Array;
  /** [n] -Infinity where the row is under observation from the start */
  readonly entryDays: Float64Array;
  /** [n] 1 for the event, 0 for all else; an event of weight 0 counts as none */
  readonly event: Uint8Array;
  readonly weights: Float64Array;
  readonly offset: Float64Array;
  readonly strata: Int32Array;
  /** [n] the place of each row in the table it came from */
  readonly source: Int32Array;
  /** Places of the rows by stratum, in descending entry; null where nobody enters late. */
  readonly byEntry: Int32Array | null;
  readonly ties: Ties;
  readonly eventDays: EventDays;
  /** [n] the latest event day a row is at risk on, its own where it has the event; -1 where it is at risk on none */
  readonly firstDay: Int32Array;
  /** [n] the latest event day at or before its entry; -1 for none */
  readonly endDay: Int32Array;
}

/** The days with events, by stratum and latest first, as the rows are. */
export interface EventDays {
  readonly count: number;
  readonly day: Float64Array;
  readonly stratum: Int32Array;
  /** The rows of the day are from here … */
  readonly from: Int32Array;
  /** … to before here; the rows of the stratum at or after it begin at `start`. */
  readonly to: Int32Array;
  readonly start: Int32Array;
  /** Where in `byEntry` those end who enter on the day or later. */
  readonly entered: Int32Array;
  readonly events: Int32Array;
  /** Of the rows with the event */
  readonly meanWeight: Float64Array;
}

/** @param x [n, p] */
export function coxRows(
  x: Float64Array,
  { days, event, entryDays }: FollowUp,
  weights: Float64Array,
  ties: Ties,
  { strata, offset }: CoxDesign = {},
): CoxRows {
  const n = days.length;
  const p = x.length / n;
  const source = latestFirst(days, strata);
  const sorted = strata ? source.map((row) => strata[row]!) : ints(n);
  const entries = entryDays
    ? takeRows(entryDays, source)
    : new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const parts = {
    n,
    days: takeRows(days, source),
    entryDays: entries,
    event: eventsOf(source, event, weights),
    weights: takeRows(weights, source),
    strata: sorted,
    byEntry: entryDays ? latestFirst(entries, sorted) : null,
  };
  const eventDays = eventDaysOf(parts);
  return {
    ...parts,
    p,
    x: byColumn(x, p, source),
    offset: offset ? takeRows(offset, source) : new Float64Array(n),
    source,
    ties,
    eventDays,
    ...daysAtRisk(parts, eventDays),
  };
}

/** The same rows with some of the predictors. */
export function takeColumns(rows: CoxRows, columns: Int32Array): CoxRows {
  const x = new Float64Array(columns.length * rows.n);
  for (let j = 0; j < columns.length; j++)
    x.set(rows.x.subarray(columns[j]! * rows.n, (columns[j]! + 1) * rows.n), j * rows.n);
  return { ...rows, p: columns.length, x };
}

function eventsOf(source: Int32Array, event: Uint8Array, weights: Float64Array): Uint8Array {
  const events = new Uint8Array(source.length);
  for (let at = 0; at < source.length; at++)
    if (event[source[at]!] === 1 && weights[source[at]!]! > 0) events[at] = 1;
  return events;
}

/** [p, n] of [n, p], the rows in the order of `source`. */
function byColumn(x: Float64Array, p: number, source: Int32Array): Float64Array {
  const n = source.length;
  const columns = new Float64Array(n * p);
  for (let at = 0; at < n; at++)
    for (let j = 0, from = source[at]! * p; j < p; j++) columns[j * n + at] = x[from + j]!;
  return columns;
}

/** Places by ascending stratum, within one in descending value. */
function latestFirst(values: Float64Array, strata?: Int32Array): Int32Array {
  const order = ascendingOrder(values).reverse();
  if (!strata) return order;
  const byStratum = ascendingOrder(Float64Array.from(order, (row) => strata[row]!));
  return byStratum.map((at) => order[at]!);
}

type Parts = Pick<CoxRows, 'n' | 'days' | 'entryDays' | 'event' | 'weights' | 'strata' | 'byEntry'>;

function eventDaysOf({ n, days, entryDays, event, weights, strata, byEntry }: Parts): EventDays {
  const [day, meanWeight] = [new Float64Array(n), new Float64Array(n)];
  const [stratum, from, to, start] = [ints(n), ints(n), ints(n), ints(n)];
  const [entered, events] = [ints(n), ints(n)];
  let count = 0;
  let first = 0;
  let leaving = 0;
  for (let row = 0; row < n; ) {
    if (strata[row] !== strata[first]) [first, leaving] = [row, row];
    const head = row;
    let weight = 0;
    for (; row < n && days[row] === days[head] && strata[row] === strata[head]; row++) {
      if (event[row] === 0) continue;
      events[count]!++;
      weight += weights[row]!;
    }
    if (events[count] === 0) continue;
    if (byEntry) leaving = afterEntries(byEntry, entryDays, leaving, row, days[head]!);
    [day[count], stratum[count], meanWeight[count]] = [days[head]!, strata[head]!, weight / events[count]!];
    [from[count], to[count], start[count], entered[count]] = [head, row, first, leaving];
    count++;
  }
  return {
    count,
    day: day.slice(0, count),
    stratum: stratum.slice(0, count),
    from: from.slice(0, count),
    to: to.slice(0, count),
    start: start.slice(0, count),
    entered: entered.slice(0, count),
    events: events.slice(0, count),
    meanWeight: meanWeight.slice(0, count),
  };
}

/** The place after those who enter on the day or later. */
function afterEntries(
  byEntry: Int32Array,
  entryDays: Float64Array,
  from: number,
  to: number,
  day: number,
): number {
  let at = from;
  while (at < to && entryDays[byEntry[at]!]! >= day) at++;
  return at;
}

const ints = (n: number) => new Int32Array(n);

/** Where each row's event days begin and end. */
function daysAtRisk({ n, byEntry }: Parts, { count, to, start, entered }: EventDays) {
  const firstDay = ints(n).fill(-1);
  const endDay = ints(n).fill(-1);
  for (let k = 0; k < count; k++) {
    const isFirst = k === 0 || start[k - 1] !== start[k];
    firstDay.fill(k, isFirst ? start[k]! : to[k - 1]!, to[k]!);
    if (!byEntry) continue;
    for (let at = isFirst ? start[k]! : entered[k - 1]!; at < entered[k]!; at++) endDay[byEntry[at]!] = k;
  }
  for (let row = 0; row < n; row++) if (endDay[row] === firstDay[row]) firstDay[row] = endDay[row] = -1;
  return { firstDay, endDay };
}
