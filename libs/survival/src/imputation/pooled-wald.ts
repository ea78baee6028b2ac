import { accepted, type Checked, issue, refused } from '@myocast/base';
import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { incompleteBeta } from '../numerics/student-t.ts';

/** A test of several coefficients at once over completed tables. */
export interface PooledWald {
  readonly f: number;
  readonly degreesOfFreedom: number;
  readonly denominatorDegreesOfFreedom: number;
  /** Mean relative increase of the variance by missing cells */
  readonly relativeIncrease: number;
  readonly p: number;
}

/**
 * Wald test that k coefficients are all 0, over m completed tables: the mean estimate against the mean covariance, which is taken to be
 * increased by missing cells in the same proportion in every direction.
 *
 * @param estimates [m] of [k]
 * @param covariances [m] of [k, k]
 * @throws RangeError with fewer than 2 tables or lengths that differ
 *
 * Source: li1991 (docs/references.bib).
 * Agrees with: the published formula, in R (reference/survival/imputation.R).
 */
export function poolWald(
  estimates: readonly Float64Array[],
  covariances: readonly Float64Array[],
): Checked<PooledWald> {
  const m = estimates.length;
  const k = estimates[0]?.length ?? 0;
  checkTables(estimates, covariances, k);
  const mean = average(estimates);
  const within = average(covariances);
  const factor = cholesky(
    within,
    mean.map((_, j) => 1e-12 * within[j * k + j]!),
  );
  if (!factor.ok)
    return refused(
      issue('not-estimable', 'pooled Wald test', 'expected coefficients that are not collinear'),
    );
  const between = new Float64Array(k * k);
  for (const estimate of estimates)
    for (let at = 0; at < k * k; at++)
      between[at]! +=
        ((estimate[Math.floor(at / k)]! - mean[Math.floor(at / k)]!) * (estimate[at % k]! - mean[at % k]!)) /
        (m - 1);
  // trace of between · within⁻¹, column by column
  let trace = 0;
  for (let j = 0; j < k; j++) trace += solveCholesky(factor, between.slice(j * k, (j + 1) * k))[j]!;
  const relativeIncrease = ((1 + 1 / m) * trace) / k;
  const solved = solveCholesky(factor, mean);
  const f = mean.reduce((sum, value, j) => sum + value * solved[j]!, 0) / (k * (1 + relativeIncrease));
  const denominator = denominatorOf(k * (m - 1), k, relativeIncrease);
  return accepted({
    f,
    degreesOfFreedom: k,
    denominatorDegreesOfFreedom: denominator,
    relativeIncrease,
    p: tailOfF(f, k, denominator),
  });
}

function checkTables(
  estimates: readonly Float64Array[],
  covariances: readonly Float64Array[],
  k: number,
): void {
  const m = estimates.length;
  if (m < 2 || k === 0 || covariances.length !== m)
    throw new RangeError(`poolWald: expected estimates and covariances of 2 or more tables, got ${m}`);
  if (estimates.some(({ length }) => length !== k) || covariances.some(({ length }) => length !== k * k))
    throw new RangeError(`poolWald: expected ${k} estimates and ${k * k} covariances of each table`);
}

function denominatorOf(t: number, k: number, relativeIncrease: number): number {
  // without any difference between the tables the limit is a chi-square test
  const r = Math.max(relativeIncrease, 1e-8);
  if (t > 4) return 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2;
  return (t * (1 + 1 / k) * (1 + 1 / r) ** 2) / 2;
}

/** P(F > f) */
function tailOfF(f: number, upper: number, lower: number): number {
  return incompleteBeta(lower / (lower + upper * f), lower / 2, upper / 2);
}

function average(tables: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(tables[0]!.length);
  for (const table of tables) for (const [at, value] of table.entries()) sum[at]! += value / tables.length;
  return sum;
}
