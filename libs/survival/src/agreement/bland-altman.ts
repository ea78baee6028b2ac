import { studentQuantile } from '../numerics/student-t.ts';

/** A number with its confidence interval. */
export interface Bounded {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Differences of two readings of the same subjects. */
export interface BlandAltman {
  readonly subjects: number;
  /** Mean of second less first. */
  readonly bias: Bounded;
  /** Of the differences. */
  readonly sd: number;
  /** Bias ± 1.96 SD: where 95 % of the differences lie. */
  readonly lowerLimit: Bounded;
  readonly upperLimit: Bounded;
}

/**
 * Bland and Altman's bias and limits of agreement with confidence intervals.
 *
 * With s the SD of n differences, the bias has the standard error s / √n and either limit
 * s √(1/n + 1.96² / (2 (n - 1))); both intervals are Student's on n - 1 degrees of freedom. They
 * take the differences for normal with one spread.
 *
 * @param pairs first and second value of each subject, in one unit
 * @throws RangeError with fewer than two pairs, a value that is not finite, or a level outside of 0 to 1
 *
 * Source: bland1999 (docs/references.bib).
 * Agrees with: R 4.2.2 `t.test` for the bias, and the formula of the limits in base R (reference/survival/agreement.R).
 */
export function blandAltman(
  pairs: readonly (readonly [first: number, second: number])[],
  level = 0.95,
): BlandAltman {
  const n = pairs.length;
  if (n < 2) throw new RangeError(`blandAltman: expected at least 2 pairs, got ${n}`);
  if (!pairs.flat().every(Number.isFinite)) throw new RangeError('blandAltman: expected finite values');
  if (!(level > 0 && level < 1))
    throw new RangeError(`blandAltman: expected a level in 0 to 1, got ${level}`);
  const differences = pairs.map(([first, second]) => second - first);
  const bias = differences.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(differences.reduce((sum, value) => sum + (value - bias) ** 2, 0) / (n - 1));
  const t = studentQuantile((1 + level) / 2, n - 1);
  const bounded = (estimate: number, se: number): Bounded => ({
    estimate,
    low: estimate - t * se,
    high: estimate + t * se,
  });
  const limitSe = sd * Math.sqrt(1 / n + 1.96 ** 2 / (2 * (n - 1)));
  return {
    subjects: n,
    bias: bounded(bias, sd / Math.sqrt(n)),
    sd,
    lowerLimit: bounded(bias - 1.96 * sd, limitSe),
    upperLimit: bounded(bias + 1.96 * sd, limitSe),
  };
}
