import { fQuantile } from '../numerics/f-distribution.ts';
import type { Bounded } from './bland-altman.ts';

/** Mean squares of a table of n subjects by k raters, without replicates. */
interface MeanSquares {
  readonly subjects: number;
  readonly raters: number;
  readonly error: number;
}

/**
 * ICC(2,1): the share of the variance that is between subjects, for the absolute agreement of single
 * readings by raters who stand for others (two-way random effects). A rater who always reads more lowers it.
 *
 * (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n), its interval by Satterthwaite's degrees of freedom.
 *
 * @param ratings [n][k] k values of each subject, in one unit
 * @returns null where every value is the same; an interval of the estimate alone where the raters agree in
 *   every value, for nothing is left to tell how far they may differ
 * @throws RangeError with fewer than two subjects or raters, rows of other lengths, or a value that is not finite
 *
 * Source: shrout1979, mcgraw1996 (docs/references.bib).
 * Agrees with: base R `aov` and `qf` by the same formula, and pingouin 0.7.0 `intraclass_corr`, which prints its interval to two decimals
 * (reference/survival/agreement.R, agreement.py).
 */
export function intraclassCorrelation(ratings: readonly (readonly number[])[], level = 0.95): Bounded | null {
  const [n, k] = [ratings.length, ratings[0]?.length ?? 0];
  if (n < 2 || k < 2)
    throw new RangeError(
      `intraclassCorrelation: expected at least 2 subjects and 2 raters, got ${n} and ${k}`,
    );
  if (!ratings.every((row) => row.length === k && row.every(Number.isFinite)))
    throw new RangeError(`intraclassCorrelation: expected ${k} finite values of each subject`);
  const { subjects: msr, raters: msc, error: mse } = meanSquares(ratings, n, k);
  const total = msr + (k - 1) * mse + (k * (msc - mse)) / n;
  if (!(total > 0)) return null;
  const estimate = (msr - mse) / total;
  if (!(estimate < 1)) return { estimate, low: estimate, high: estimate };
  const a = (k * estimate) / (n * (1 - estimate));
  const b = 1 + (k * estimate * (n - 1)) / (n * (1 - estimate));
  const freedom =
    (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)));
  const [lower, upper] = [
    fQuantile((1 + level) / 2, n - 1, freedom),
    fQuantile((1 + level) / 2, freedom, n - 1),
  ];
  const rest = k * msc + (k * n - k - n) * mse;
  return {
    estimate,
    low: (n * (msr - lower * mse)) / (lower * rest + n * msr),
    high: (n * (upper * msr - mse)) / (rest + n * upper * msr),
  };
}

function meanSquares(ratings: readonly (readonly number[])[], n: number, k: number): MeanSquares {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const overall = mean(ratings.map(mean));
  const rows = ratings.map(mean);
  const columns = Array.from({ length: k }, (_, rater) => mean(ratings.map((row) => row[rater]!)));
  const squares = (means: readonly number[]) => means.reduce((sum, value) => sum + (value - overall) ** 2, 0);
  let error = 0;
  for (const [subject, row] of ratings.entries())
    for (const [rater, value] of row.entries())
      error += (value - rows[subject]! - columns[rater]! + overall) ** 2;
  return {
    subjects: (k * squares(rows)) / (n - 1),
    raters: (n * squares(columns)) / (k - 1),
    error: error / ((n - 1) * (k - 1)),
  };
}
