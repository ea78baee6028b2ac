import { accepted, type Checked, issue, refused } from '@myocast/base';
import { writeSplineTerms } from '../regression/restricted-cubic-spline.ts';
import { quantile } from '../resampling/bootstrap.ts';

/** Restricted cubic spline of one variable: linear outside the outer knots, one term fewer than knots. */
export interface RiskSpline {
  /** [terms] names, for the issues */
  readonly names: readonly string[];
  /** The terms of one value, written from `offset` on. */
  readonly write: (value: number, into: Float64Array, offset: number) => void;
}

/**
 * Harrell's restricted cubic spline with 3 to 5 knots at his quantiles (outer ones 0.1 and 0.9 for 3, else 0.05 and 0.95; with fewer
 * than 100 values the fifth smallest and largest distinct ones). The linear term comes first.
 * Refused where the knots are not distinct: too few different risks.
 *
 * Source: harrell2015 (docs/references.bib). Agrees with: R Hmisc `rcspline.eval(norm = 2)`.
 */
export function riskSpline(values: Float64Array, knotCount: number): Checked<RiskSpline> {
  if (!(Number.isInteger(knotCount) && knotCount >= 3 && knotCount <= 5))
    throw new RangeError(`riskSpline: expected 3, 4 or 5 knots, got ${knotCount}`);
  const sorted = Float64Array.from(values).sort();
  const outer = knotCount === 3 ? 0.1 : 0.05;
  const knots = Array.from({ length: knotCount }, (_, k) =>
    quantile(sorted, outer + (k * (1 - 2 * outer)) / (knotCount - 1)),
  );
  const distinct = [...new Set(sorted)];
  if (sorted.length < 100 && distinct.length >= 10) {
    knots[0] = distinct[4]!;
    knots[knotCount - 1] = distinct.at(-5)!;
  }
  if (knots.some((knot, k) => k > 0 && !(knot > knots[k - 1]!)))
    return refused(
      issue('not-estimable', 'risk', `expected risks that differ enough for ${knotCount} knots, found ties`),
    );
  return accepted({
    names: knots.slice(1).map((_, k) => (k === 0 ? 'risk' : `risk (spline ${k})`)),
    write: (value, into, offset) => writeSplineTerms(knots, value, into, offset),
  });
}
