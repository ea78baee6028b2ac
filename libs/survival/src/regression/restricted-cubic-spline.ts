import { accepted, type Checked, issue, refused } from '@myocast/base';
import { quantile } from '../resampling/bootstrap.ts';

/** A share of the values at one end above which a knot is put beside that end. */
const heavyTie = 0.05;

/**
 * Harrell's knots of a variable: at quantiles from 0.1 to 0.9 for 3 knots, 0.05 to 0.95 for 4 to 6,
 * 0.025 to 0.975 for 7, evenly between; with fewer than 100 values the outer ones are the fifth
 * smallest and largest. Where a twentieth of the values or more is tied at one end, and no such tie is
 * inside, a knot goes to the next value and the others to quantiles of the rest.
 *
 * Refused by name where the knots are not distinct: the variable has too few different values.
 *
 * @throws RangeError when the count is not a whole number from 3 to 7, or a value is not finite
 *
 * Source: harrell2015 (docs/references.bib). Agrees with: R Hmisc `rcspline.eval(x, nk = count, knots.only = TRUE)`.
 */
export function splineKnots(name: string, values: Float64Array, count: number): Checked<readonly number[]> {
  if (!(Number.isInteger(count) && count >= 3 && count <= 7))
    throw new RangeError(`splineKnots: expected 3 to 7 knots, got ${count}`);
  if (values.some((value) => !Number.isFinite(value)))
    throw new RangeError('splineKnots: expected finite values');
  const sorted = values.slice().sort();
  const distinct = new Set(sorted).size;
  const knots = distinct - 2 > count && sorted.length >= 10 ? harrellKnots(sorted, count) : [];
  if (knots.length === count && knots.every((knot, k) => k === 0 || knot > knots[k - 1]!))
    return accepted(knots);
  return refused(
    issue(
      'not-estimable',
      name,
      `expected a variable with values for ${count} distinct knots, found ${distinct} different values`,
    ),
  );
}

/**
 * Terms of a value, one fewer than knots: itself, then restricted cubic splines of it, linear outside
 * the outer knots and divided by the square of the distance of these.
 *
 * Source: harrell2015 (docs/references.bib). Agrees with: R Hmisc `rcspline.eval(inclx = TRUE, norm = 2)`.
 */
export function writeSplineTerms(
  knots: readonly number[],
  x: number,
  into: Float64Array,
  offset: number,
): void {
  const first = knots[0]!;
  const [before, last] = [knots.at(-2)!, knots.at(-1)!];
  const cube = (knot: number) => Math.max(0, x - knot) ** 3;
  into[offset] = x;
  for (let j = 0; j < knots.length - 2; j++) {
    const knot = knots[j]!;
    const tail = (cube(last) * (before - knot) - cube(before) * (last - knot)) / (last - before);
    into[offset + 1 + j] = (cube(knot) + tail) / (last - first) ** 2;
  }
}

/** The values beside heavily tied ends, null at an end that is not. */
function endKnots(sorted: Float64Array): [number | null, number | null] {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / sorted.length);
  const values = [...counts.keys()];
  if (shares.slice(1, -1).some((share) => share >= heavyTie)) return [null, null];
  return [shares[0]! >= heavyTie ? values[1]! : null, shares.at(-1)! >= heavyTie ? values.at(-2)! : null];
}

function harrellKnots(sorted: Float64Array, count: number): number[] {
  const [first, last] = endKnots(sorted);
  const rest = sorted.filter((value) => value > (first ?? -Infinity) && value < (last ?? Infinity));
  const lower = first === null ? [] : [first];
  const upper = last === null ? [] : [last];
  const inner = quantileKnots(rest, count - lower.length - upper.length, count);
  if (rest.length < 100 && first === null) inner[0] = rest[4] ?? sorted[0]!;
  if (rest.length < 100 && last === null) inner[inner.length - 1] = rest.at(-5) ?? sorted[0]!;
  return [...lower, ...inner, ...upper];
}

function quantileKnots(sorted: Float64Array, inner: number, count: number): number[] {
  if (inner === 1) return [quantile(sorted, 0.5)];
  const outer = [0.1, 0.05, 0.05, 0.05, 0.025][count - 3]!;
  const lowest = inner === 2 ? 0.5 : outer;
  return Array.from({ length: inner }, (_, k) =>
    quantile(sorted, lowest + (k * (1 - outer - lowest)) / (inner - 1)),
  );
}
