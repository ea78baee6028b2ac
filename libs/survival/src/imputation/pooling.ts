import { studentQuantile, studentTwoSidedP } from '../numerics/student-t.ts';
import { twoSidedP } from '../numerics/normal.ts';

/** One quantity over m completed tables. */
export interface Pooled {
  /** Mean over the tables */
  readonly estimate: number;
  readonly standardError: number;
  /** Mean of the squared standard errors: the variance if nothing were missing */
  readonly within: number;
  /** Variance of the estimates over the tables */
  readonly between: number;
  /** within + (1 + 1/m) between */
  readonly total: number;
  /** Infinity where the tables agree and the complete data have no limit */
  readonly degreesOfFreedom: number;
  /** (1 + 1/m) between / within: how much the missing cells add to the variance */
  readonly relativeIncrease: number;
  /** Share of the total variance that is due to missing cells */
  readonly lambda: number;
  /** The same, corrected for the limited number of tables */
  readonly fractionMissing: number;
  /** 95 % interval by Student's t */
  readonly low: number;
  readonly high: number;
  /** Two-sided, that the quantity is 0 */
  readonly p: number;
}

/**
 * Rubin's rules: one estimate and standard error out of those of m completed tables.
 *
 * The degrees of freedom are those of Barnard and Rubin, which never exceed those of the complete
 * data. As in mice, a share of missing information below 0.0001 counts as 0.0001 in them.
 *
 * @param estimates [m] roughly normal; transform a probability first
 * @param standardErrors [m] above 0
 * @param completeDegreesOfFreedom of the analysis if nothing were missing, such as subjects less parameters; Infinity where absent
 * @throws RangeError with fewer than 2 tables, lengths that differ, or a standard error that is not above 0
 *
 * Source: rubin1987, barnard1999 (docs/references.bib).
 * Agrees with: R mice `pool`, `pool.scalar`.
 */
export function pool(
  estimates: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
  completeDegreesOfFreedom = Number.POSITIVE_INFINITY,
): Pooled {
  checkTables(estimates, standardErrors);
  if (!(completeDegreesOfFreedom > 0))
    throw new RangeError(`pool: expected positive degrees of freedom, got ${completeDegreesOfFreedom}`);
  const m = estimates.length;
  const values = Array.from(estimates);
  const estimate = values.reduce((sum, value) => sum + value, 0) / m;
  const within = Array.from(standardErrors).reduce((sum, se) => sum + se ** 2, 0) / m;
  const between = values.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / (m - 1);
  const total = within + (1 + 1 / m) * between;
  const lambda = ((1 + 1 / m) * between) / total;
  const degreesOfFreedom = barnardRubin(m, lambda, completeDegreesOfFreedom);
  const relativeIncrease = ((1 + 1 / m) * between) / within;
  const standardError = Math.sqrt(total);
  const half = studentQuantile(0.975, degreesOfFreedom) * standardError;
  return {
    estimate,
    standardError,
    within,
    between,
    total,
    degreesOfFreedom,
    relativeIncrease,
    lambda,
    fractionMissing: (relativeIncrease + 2 / (degreesOfFreedom + 3)) / (relativeIncrease + 1),
    low: estimate - half,
    high: estimate + half,
    p: pOf(estimate / standardError, degreesOfFreedom),
  };
}

/** A pooled quantity on the scale on which it was given. */
export interface PooledProbability {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** On the scale of the pooling */
  readonly transformed: Pooled;
}

/**
 * Pools concordances, AUCs or other shares on the logit scale; null where one of them is 0 or 1 or has no error.
 *
 * Source: marshall2009 (docs/references.bib).
 */
export function poolOnLogit(
  shares: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
): PooledProbability | null {
  return poolTransformed(shares, standardErrors, {
    to: (p) => Math.log(p / (1 - p)),
    slope: (p) => 1 / (p * (1 - p)),
    from: (z) => 1 / (1 + Math.exp(-z)),
  });
}

/**
 * Pools survival probabilities on the complementary log-log scale, log(-log S); null where one of them is 0 or 1 or has no error.
 *
 * Source: marshall2009 (docs/references.bib).
 */
export function poolOnCloglog(
  survival: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
): PooledProbability | null {
  return poolTransformed(survival, standardErrors, {
    to: (p) => Math.log(-Math.log(p)),
    slope: (p) => 1 / (p * Math.log(p)),
    from: (z) => Math.exp(-Math.exp(z)),
  });
}

function poolTransformed(
  values: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
  scale: {
    readonly to: (p: number) => number;
    readonly slope: (p: number) => number;
    readonly from: (z: number) => number;
  },
): PooledProbability | null {
  const all = Array.from(values);
  const errors = Array.from(standardErrors, (se, k) => se * Math.abs(scale.slope(all[k]!)));
  if (all.some((p) => !(p > 0 && p < 1)) || errors.some((se) => !(se > 0))) return null;
  const transformed = pool(all.map(scale.to), errors);
  const ends = [scale.from(transformed.low), scale.from(transformed.high)].sort((a, b) => a - b);
  return { value: scale.from(transformed.estimate), low: ends[0]!, high: ends[1]!, transformed };
}

function barnardRubin(m: number, lambda: number, complete: number): number {
  const share = Math.max(lambda, 1e-4);
  const old = (m - 1) / share ** 2;
  if (complete === Number.POSITIVE_INFINITY) return old;
  const observed = ((complete + 1) / (complete + 3)) * complete * (1 - share);
  return (old * observed) / (old + observed);
}

/** Beyond ten million degrees of freedom Student's t is the normal distribution to all digits that are printed. */
function pOf(t: number, degreesOfFreedom: number): number {
  return degreesOfFreedom > 1e7 ? twoSidedP(t) : studentTwoSidedP(t, degreesOfFreedom);
}

function checkTables(estimates: ArrayLike<number>, standardErrors: ArrayLike<number>): void {
  const m = estimates.length;
  if (m < 2) throw new RangeError(`pool: expected estimates of 2 or more tables, got ${m}`);
  if (standardErrors.length !== m)
    throw new RangeError(`pool: expected ${m} standard errors, got ${standardErrors.length}`);
  for (let k = 0; k < m; k++)
    if (!Number.isFinite(estimates[k]!) || !(standardErrors[k]! > 0 && standardErrors[k]! < Infinity))
      throw new RangeError(
        `pool: expected finite estimates with errors above 0, got ${estimates[k]} with ${standardErrors[k]}`,
      );
}
