import { logGamma } from './chi-square.ts';
import { normalQuantileAt } from './normal.ts';

/**
 * Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction.
 *
 * @throws RangeError when x is outside 0 to 1 or a or b is not positive
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0))
    throw new RangeError(`incompleteBeta: expected 0 ≤ x ≤ 1 and positive a, b, got ${x}, ${a}, ${b}`);
  if (x === 0 || x === 1) return x;
  const scale = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (scale * betaFraction(x, a, b)) / a
    : 1 - (scale * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const numerator of [even, odd]) {
      d = 1 / away(1 + numerator * d);
      c = away(1 + numerator / c);
      change = c * d;
      product *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return product;
}

/** Two-sided p-value of Student's t on any positive, also fractional, degrees of freedom. */
export function studentTwoSidedP(t: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom === Number.POSITIVE_INFINITY)
    throw new RangeError('studentTwoSidedP: expected finite degrees of freedom; use twoSidedP');
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/**
 * The value below which Student's t falls with this probability, by bisection and
 * Newton steps on the tail; infinite degrees of freedom give the normal distribution.
 */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0))
    throw new RangeError(`studentQuantile: expected positive degrees of freedom, got ${degreesOfFreedom}`);
  if (degreesOfFreedom === Number.POSITIVE_INFINITY) return normalQuantileAt(probability);
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentQuantile(1 - probability, degreesOfFreedom);
  const target = 2 * (1 - probability);
  let low = 0;
  let high = Math.max(1, normalQuantileAt(probability));
  while (studentTwoSidedP(high, degreesOfFreedom) > target) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (studentTwoSidedP(middle, degreesOfFreedom) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
