import { quantile } from '../resampling/bootstrap.ts';

/**
 * Knots on log time: the ends at the first and last event, the inner ones at quantiles of the log
 * times of events, evenly between; null where they are not distinct.
 */
export function logTimeKnots(eventLogTimes: Float64Array, innerKnots: number): readonly number[] | null {
  const sorted = eventLogTimes.slice().sort();
  const knots = Array.from({ length: innerKnots + 2 }, (_, k) => quantile(sorted, k / (innerKnots + 1)));
  return knots.some((knot, k) => k > 0 && knot <= knots[k - 1]!) ? null : knots;
}

/**
 * Natural cubic spline of log time x, linear outside the outer knots: x itself, then for each inner knot k
 * (x − k)₊³ − λ (x − first)₊³ − (1 − λ) (x − last)₊³ with λ = (last − k) / (last − first).
 *
 * Source: royston2002 (docs/references.bib).
 */
export function writeLogTimeTerms(
  knots: readonly number[],
  x: number,
  into: Float64Array,
  offset: number,
): void {
  into[offset] = x;
  writeInner(knots, into, offset, (knot) => Math.max(0, x - knot) ** 3);
}

/** The derivatives of these terms in x. */
export function writeLogTimeSlopes(
  knots: readonly number[],
  x: number,
  into: Float64Array,
  offset: number,
): void {
  into[offset] = 1;
  writeInner(knots, into, offset, (knot) => 3 * Math.max(0, x - knot) ** 2);
}

function writeInner(
  knots: readonly number[],
  into: Float64Array,
  offset: number,
  power: (knot: number) => number,
): void {
  const first = knots[0]!;
  const last = knots.at(-1)!;
  for (let j = 1; j < knots.length - 1; j++) {
    const knot = knots[j]!;
    const share = (last - knot) / (last - first);
    into[offset + j] = power(knot) - share * power(first) - (1 - share) * power(last);
  }
}
