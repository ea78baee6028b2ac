import { accepted, type Checked, issue, refused } from '@myocast/base';
import { cholesky, invertCholesky, solveCholesky } from '../numerics/cholesky.ts';

/** The complementary log-log of a risk strictly between 0 and 1: the log of its cumulative hazard. */
export function cloglog(risk: number): number {
  return Math.log(-Math.log1p(-risk));
}

/** The risk whose complementary log-log this is. */
export function inverseCloglog(value: number): number {
  return -Math.expm1(-Math.exp(value));
}

export interface PseudoRegressionInput {
  /** [p] names of the terms, for the issues */
  readonly names: readonly string[];
  /** [n, p] terms, the constant among them where it is wanted */
  readonly terms: Float64Array;
  /** [n] added to the linear predictor as it is */
  readonly offset: Float64Array;
  /** [n] pseudo-values */
  readonly values: Float64Array;
  /** [n] case weights */
  readonly weights: Float64Array;
}

export interface PseudoRegression {
  /** [p] */
  readonly coefficients: Float64Array;
  /** [p, p] sandwich */
  readonly covariance: Float64Array;
}

const mostIterations = 100;
const smallestStep = 1e-10;

/**
 * Regression of pseudo-values on the complementary log-log scale, μ = 1 - exp(-exp(offset + xβ)):
 * estimating equations Σ w (∂μ/∂β) (y - μ) = 0 with constant variance, which is least
 * squares, by Gauss-Newton with step halving from β = `start`. Sandwich covariance; case weights
 * say how many subjects a row stands for.
 *
 * Source: andersen2003 (docs/references.bib).
 * Agrees with: R geepack `geese(y ~ x, mean.link = "cloglog", corstr = "independence")`.
 */
export function fitPseudoRegression(
  input: PseudoRegressionInput,
  start: Float64Array,
): Checked<PseudoRegression> {
  const { names } = input;
  const p = names.length;
  let beta = start;
  let state = equations(input, beta);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const floor = start.map((_, j) => 1e-10 * state.information[j * p + j]! + 1e-14);
    const factor = cholesky(state.information, floor);
    if (!factor.ok)
      return refused(
        issue(
          'not-estimable',
          names[factor.column]!,
          'expected a term that varies and is not a combination of the others',
        ),
      );
    const step = solveCholesky(factor, state.score);
    if (step.every((value) => Math.abs(value) < smallestStep)) {
      const inverse = invertCholesky(factor);
      return accepted({ coefficients: beta, covariance: sandwich(inverse, state.spread, p) });
    }
    for (let scale = 1; ; scale /= 2) {
      const next = beta.map((value, j) => value + scale * step[j]!);
      const there = equations(input, next);
      if (there.squares <= state.squares * (1 + 1e-12) || scale < 1e-8) {
        [beta, state] = [next, there];
        break;
      }
    }
  }
  return refused(
    issue('not-estimable', names.at(-1)!, 'expected a finite estimate, but it grows without end'),
  );
}

/** Sum of squares, score, information and spread Σ of the squared scores of each subject, below and above the diagonal. */
function equations({ terms, offset, values, weights }: PseudoRegressionInput, beta: Float64Array) {
  const p = beta.length;
  const score = new Float64Array(p);
  const information = new Float64Array(p * p);
  const spread = new Float64Array(p * p);
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    let eta = offset[row]!;
    for (let j = 0; j < p; j++) eta += terms[row * p + j]! * beta[j]!;
    const slope = Math.exp(eta - Math.exp(eta));
    const residual = values[row]! - inverseCloglog(eta);
    const weight = weights[row]!;
    squares += weight * residual * residual;
    for (let j = 0; j < p; j++) {
      const own = slope * terms[row * p + j]!;
      score[j]! += weight * own * residual;
      for (let k = 0; k < p; k++) {
        const product = weight * own * slope * terms[row * p + k]!;
        information[j * p + k]! += product;
        spread[j * p + k]! += product * residual * residual;
      }
    }
  }
  return { squares, score, information, spread };
}

function sandwich(bread: Float64Array, filling: Float64Array, p: number): Float64Array {
  return multiply(multiply(bread, filling, p), bread, p);
}

function multiply(a: Float64Array, b: Float64Array, p: number): Float64Array {
  return a.map((_, at) => {
    let sum = 0;
    for (let k = 0; k < p; k++) sum += a[Math.floor(at / p) * p + k]! * b[k * p + (at % p)]!;
    return sum;
  });
}
