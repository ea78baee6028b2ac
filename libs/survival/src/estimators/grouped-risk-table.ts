import { type FollowUp, orderByDays, takeFollowUp } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';
import { denseCodes } from './influence-variance.ts';

/** Who is at risk, and what happens, in each of g groups on the k days with an event of any kind. */
export interface GroupedRiskTable {
  readonly size: number;
  /** [k] ascending */
  readonly days: Float64Array;
  /** [k, g] rows, by their weights, that entered before the day and whose time is the day or later */
  readonly atRisk: Float64Array;
  /** [k, g] with the event, code 1 */
  readonly events: Float64Array;
  /** [k, g] with any event, competing ones included */
  readonly anyEvents: Float64Array;
}

/**
 * @param member [n] group of each row, from 0 without gaps
 * @param size the number of groups
 */
function groupedRiskTable(member: Int32Array, size: number, followUp: FollowUp): GroupedRiskTable {
  const { days, event, weights } = followUp;
  const order = orderByDays(days);
  const eventDays = distinctEventDays(followUp, order);
  const length = eventDays.length * size;
  const table = {
    size,
    days: eventDays,
    atRisk: new Float64Array(length),
    events: new Float64Array(length),
    anyEvents: new Float64Array(length),
  };
  let k = 0;
  for (const row of order) {
    if (event[row] === 0 || weights?.[row] === 0) continue;
    while (eventDays[k]! < days[row]!) k++;
    const place = k * size + member[row]!;
    const weight = weights?.[row] ?? 1;
    table.anyEvents[place]! += weight;
    if (event[row] === 1) table.events[place]! += weight;
  }
  countAtRisk(table, member, followUp, order);
  return table;
}

function distinctEventDays({ days, event, weights }: FollowUp, order: Int32Array): Float64Array {
  const distinct = new Float64Array(order.length);
  let size = 0;
  for (const row of order) {
    if (event[row] === 0 || weights?.[row] === 0) continue;
    if (size === 0 || distinct[size - 1] !== days[row]) distinct[size++] = days[row]!;
  }
  return distinct.slice(0, size);
}

/** From the last day backwards: rows come in by their day, and go by their entry. */
function countAtRisk(
  { size, days: onDays, atRisk }: GroupedRiskTable,
  member: Int32Array,
  { days, entryDays, weights }: FollowUp,
  order: Int32Array,
): void {
  const present = new Float64Array(size);
  const count = (times: Float64Array, ascending: Int32Array, sign: 1 | -1) => {
    let last = ascending.length - 1;
    return (day: number) => {
      for (; last >= 0 && times[ascending[last]!]! >= day; last--)
        present[member[ascending[last]!]!]! += sign * (weights?.[ascending[last]!] ?? 1);
    };
  };
  const comeIn = count(days, order, 1);
  const go = entryDays && count(entryDays, ascendingOrder(entryDays), -1);
  for (let k = onDays.length - 1; k >= 0; k--) {
    comeIn(onDays[k]!);
    go?.(onDays[k]!);
    atRisk.set(present, k * size);
  }
}

/** One table a stratum; the groups are the same in all. */
export function stratifiedRiskTables(
  member: Int32Array,
  size: number,
  followUp: FollowUp,
  strata: ArrayLike<number> | undefined,
): readonly GroupedRiskTable[] {
  if (strata === undefined) return [groupedRiskTable(member, size, followUp)];
  const { codes, size: count } = denseCodes(strata);
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (const [row, code] of codes.entries()) rows[code]!.push(row);
  return rows.map((own) =>
    groupedRiskTable(
      Int32Array.from(own, (row) => member[row]!),
      size,
      takeFollowUp(followUp, own),
    ),
  );
}

/**
 * The groups of a test in ascending order of their codes, and to which each row belongs.
 *
 * @throws RangeError when there are fewer than two groups, not one group or stratum a subject, or weights that
 * are no counts: a test takes a row of weight 2 as two subjects
 */
export function groupsOf(
  caller: string,
  group: ArrayLike<number>,
  { days, weights }: FollowUp,
  strata: ArrayLike<number> | undefined,
): { codes: readonly number[]; member: Int32Array } {
  const codes = [...new Set(Array.from(group))].sort((a, b) => a - b);
  if (codes.length < 2) throw new RangeError(`${caller}: expected at least 2 groups, got ${codes.length}`);
  if (strata !== undefined && strata.length !== days.length)
    throw new RangeError(`${caller}: expected ${days.length} strata, got ${strata.length}`);
  const wrong = weights?.findIndex((weight) => !Number.isInteger(weight)) ?? -1;
  if (wrong >= 0)
    throw new RangeError(
      `${caller}: expected whole numbers as weights (how many subjects a row stands for), got ${weights![wrong]} in row ${wrong}`,
    );
  const place = new Map(codes.map((code, at) => [code, at]));
  return { codes, member: Int32Array.from(group, (code) => place.get(code)!) };
}
