import { ascendingOrder } from './numerics/ascending-order.ts';

/**
 * Time to the first event of n subjects.
 *
 * `event` is 0 for a censored subject, 1 for the event, 2 or more for an event that
 * competes with it. The Kaplan-Meier estimate, the log-rank test, Cox regression and
 * concordance are cause-specific: a competing event ends the observation like a
 * censoring. The Aalen-Johansen estimate and the Brier score tell them apart.
 *
 * On one day events precede censorings.
 */
export interface FollowUp {
  /** [n] days from time zero, 0 or more */
  readonly days: Float64Array;
  /** [n] 0 censored, 1 the event, 2 or more a competing event */
  readonly event: Uint8Array;
  /**
   * [n] days from time zero to the day after which a subject is under observation (left
   * truncation): it is at risk on days t with entry < t ≤ days. All from time zero where absent,
   * an event on day 0 included.
   */
  readonly entryDays?: Float64Array;
  /** [n] case weights, 0 or more: how many subjects a row stands for. All 1 where absent. */
  readonly weights?: Float64Array;
}

/** 97.5 % point of the standard normal distribution: every interval here is a 95 % interval. */
export const normalQuantile = 1.959963984540054;

/**
 * @throws RangeError when the lengths differ, nobody is there, a time is negative or not finite, an
 * entry is not before its time, or a weight is negative; the message starts with the name of the `caller`
 */
export function checkFollowUp(
  caller: string,
  { days, event, entryDays, weights }: FollowUp,
  expected = days.length,
): void {
  if (days.length === 0) throw new RangeError(`${caller}: expected at least one subject, got none`);
  if (days.length !== event.length)
    throw new RangeError(`${caller}: expected ${days.length} events, got ${event.length}`);
  if (days.length !== expected)
    throw new RangeError(`${caller}: expected ${expected} follow-up times, got ${days.length}`);
  for (let row = 0; row < days.length; row++)
    if (!Number.isFinite(days[row]) || days[row]! < 0)
      throw new RangeError(`${caller}: expected a time of 0 or more days in row ${row}, got ${days[row]}`);
  if (entryDays) checkEntries(caller, entryDays, days);
  if (weights) checkWeights(caller, weights, days.length);
}

function checkEntries(caller: string, entryDays: Float64Array, days: Float64Array): void {
  checkValues(caller, 'entry days', entryDays, days.length);
  const wrong = entryDays.findIndex((entry, row) => entry >= days[row]!);
  if (wrong >= 0)
    throw new RangeError(
      `${caller}: expected an entry before day ${days[wrong]} in row ${wrong}, got ${entryDays[wrong]}`,
    );
}

function checkWeights(caller: string, weights: Float64Array, n: number): void {
  checkValues(caller, 'weights', weights, n);
  const wrong = weights.findIndex((weight) => weight < 0);
  if (wrong >= 0)
    throw new RangeError(`${caller}: expected weights of 0 or more, got ${weights[wrong]} in row ${wrong}`);
}

/** @throws RangeError when there are entry days: what the `caller` estimates is not defined for late entry here */
export function refuseLateEntry(caller: string, { entryDays }: FollowUp): void {
  if (entryDays?.some((entry) => entry > 0))
    throw new RangeError(`${caller}: expected all subjects from day 0 on, got entry days`);
}

/** @throws RangeError when there are not n values, or one is not finite */
export function checkValues(caller: string, what: string, values: Float64Array, n: number): void {
  if (values.length !== n) throw new RangeError(`${caller}: expected ${n} ${what}, got ${values.length}`);
  for (let at = 0; at < n; at++)
    if (!Number.isFinite(values[at]))
      throw new RangeError(`${caller}: expected finite ${what}, got ${values[at]} in row ${at}`);
}

/** The rows of a follow-up, in the order given; a row may be taken more than once. */
export function takeFollowUp(
  { days, event, entryDays, weights }: FollowUp,
  rows: ArrayLike<number>,
): FollowUp {
  return {
    days: Float64Array.from(rows, (row) => days[row]!),
    event: Uint8Array.from(rows, (row) => event[row]!),
    ...(entryDays ? { entryDays: takeRows(entryDays, rows) } : {}),
    ...(weights ? { weights: takeRows(weights, rows) } : {}),
  };
}

/** The rows of a column, in the order given. */
export function takeRows(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let at = 0; at < taken.length; at++) taken[at] = values[rows[at]!]!;
  return taken;
}

/** Row numbers by ascending time; rows of one day stay in their order. */
export function orderByDays(days: Float64Array): Int32Array {
  return ascendingOrder(days);
}

/**
 * The value at `t` of a right-continuous step function that is `start` before its first day.
 *
 * @param side 'after' counts a step at t itself; 'before' gives the limit from the left
 */
export function stepAt(
  days: Float64Array,
  values: Float64Array,
  t: number,
  start: number,
  side: 'after' | 'before' = 'after',
): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (side === 'after' ? days[middle]! <= t : days[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? start : values[low - 1]!;
}
