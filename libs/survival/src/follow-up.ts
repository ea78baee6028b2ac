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
}

/** 97.5 % point of the standard normal distribution: every interval here is a 95 % interval. */
export const normalQuantile = 1.959963984540054;

/**
 * @throws RangeError when the lengths differ, nobody is there, or a time is negative or not finite;
 * the message starts with the name of the `caller`
 */
export function checkFollowUp(caller: string, { days, event }: FollowUp, expected = days.length): void {
  if (days.length === 0) throw new RangeError(`${caller}: expected at least one subject, got none`);
  if (days.length !== event.length)
    throw new RangeError(`${caller}: expected ${days.length} events, got ${event.length}`);
  if (days.length !== expected)
    throw new RangeError(`${caller}: expected ${expected} follow-up times, got ${days.length}`);
  for (const [row, time] of days.entries()) {
    if (!Number.isFinite(time) || time < 0)
      throw new RangeError(`${caller}: expected a time of 0 or more days in row ${row}, got ${time}`);
  }
}

/** @throws RangeError when there are not n values, or one is not finite */
export function checkValues(caller: string, what: string, values: Float64Array, n: number): void {
  if (values.length !== n) throw new RangeError(`${caller}: expected ${n} ${what}, got ${values.length}`);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new RangeError(`${caller}: expected finite ${what}, got ${values[wrong]} in row ${wrong}`);
}

/** The rows of a follow-up, in the order given; a row may be taken more than once. */
export function takeFollowUp({ days, event }: FollowUp, rows: ArrayLike<number>): FollowUp {
  return {
    days: Float64Array.from(rows, (row) => days[row]!),
    event: Uint8Array.from(rows, (row) => event[row]!),
  };
}

/** The rows of a column, in the order given. */
export function takeRows(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}

/** Row numbers by ascending time; rows of one day stay in their order. */
export function orderByDays(days: Float64Array): Int32Array {
  return Int32Array.from(days.keys()).sort((a, b) => days[a]! - days[b]! || a - b);
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
