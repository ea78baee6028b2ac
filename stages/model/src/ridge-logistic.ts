import { factorPositive, solveFactored } from './positive-definite.ts';

/** Weighted logistic regression whose coefficients are penalised by penalty[j] * coefficient[j]² / 2. */
export interface RidgeProblem {
  /** [m, q] row by row */
  readonly design: Float64Array;
  /** [m] events per trial: 0 to 1, or more where an event counts for less than a trial */
  readonly target: Float64Array;
  /** [m] trials, at least 0; a row of weight 0 is left out */
  readonly weight: Float64Array;
  /** [q] 0 for an intercept */
  readonly penalty: Float64Array;
  /** [m] what is added to the linear predictor of each row; 0 where it is not given */
  readonly offset?: Float64Array | undefined;
  /** [q] where to begin; 0 where it is not given */
  readonly start?: Float64Array | undefined;
}

/** The maximum, and how sure it is. */
export interface RidgeFit {
  readonly coefficients: Float64Array;
  /** [q, q] inverse of the penalised information: the posterior's covariance, the penalty being its prior. */
  readonly covariance: Float64Array;
  /** [q] what share of each coefficient the data decided, and not the penalty; their sum is the effective number of parameters. */
  readonly determined: Float64Array;
}

const largestStep = 5;

/** How much of a step is tried first: all, unless a coefficient would move further than `largestStep`. */
export function firstScale(step: Float64Array): number {
  const longest = step.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  return Math.min(1, largestStep / Math.max(longest, 1e-300));
}

/** Whether the last step gained too little for another. */
export function hasSettled(gain: number, value: number): boolean {
  return gain < 1e-9 * (1 + Math.abs(value));
}

/**
 * Coefficients [q] of ridge logistic regression by Newton's method, halving the
 * step until the penalised likelihood rises.
 *
 * A tiny penalty on every coefficient keeps the maximum finite where a column
 * (or an interval without events) separates the outcomes completely.
 *
 * @throws RangeError when the sizes do not agree
 */
export function ridgeLogistic(problem: RidgeProblem, iterations = 30): Float64Array {
  const { design, target, weight, penalty } = problem;
  const q = penalty.length;
  if (design.length !== target.length * q || weight.length !== target.length)
    throw new RangeError(
      `ridgeLogistic: expected ${target.length} rows of ${q}, got ${design.length} cells, ${weight.length} weights`,
    );
  let coefficients = problem.start?.slice() ?? new Float64Array(q);
  let value = objective(problem, coefficients);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = newtonStep(problem, coefficients);
    let scale = firstScale(step);
    let next = coefficients;
    let nextValue = value;
    for (let halving = 0; halving < 20; halving++, scale /= 2) {
      const candidate = coefficients.map((entry, j) => entry + scale * step[j]!);
      const candidateValue = objective(problem, candidate);
      if (candidateValue > value) {
        next = candidate;
        nextValue = candidateValue;
        break;
      }
    }
    const gain = nextValue - value;
    coefficients = next;
    value = nextValue;
    if (hasSettled(gain, value)) break;
  }
  return coefficients;
}

/**
 * The fit with its covariance. Effective parameters are the trace of
 * (X'WX + P)⁻¹ X'WX.
 *
 * Source: gray1992 (docs/references.bib).
 */
export function ridgeFit(problem: RidgeProblem): RidgeFit {
  const coefficients = ridgeLogistic(problem);
  const q = coefficients.length;
  const { information } = curvatureAt(problem, coefficients);
  for (let j = 0; j < q; j++)
    information[j * q + j] = information[j * q + j]! + problem.penalty[j]! + ridgeFloor;
  const factor = factorPositive(information, q);
  const covariance = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    const unit = new Float64Array(q);
    unit[j] = 1;
    covariance.set(solveFactored(factor, unit), j * q);
  }
  const determined = Float64Array.from({ length: q }, (_, j) => {
    return 1 - covariance[j * q + j]! * (problem.penalty[j]! + ridgeFloor);
  });
  return { coefficients, covariance, determined };
}

/** x'b for a row of the design, with the offset. */
function linear({ design, offset }: RidgeProblem, row: number, coefficients: Float64Array): number {
  const q = coefficients.length;
  let total = offset ? offset[row]! : 0;
  for (let j = 0; j < q; j++) total += design[row * q + j]! * coefficients[j]!;
  return total;
}

/** The penalty that every coefficient has besides its own. */
export const ridgeFloor = 1e-6;

function objective(problem: RidgeProblem, coefficients: Float64Array): number {
  return logLikelihood(problem, coefficients) - ridgeLoss(problem.penalty, coefficients);
}

/** What the penalty takes off the log-likelihood. */
export function ridgeLoss(penalty: ArrayLike<number>, coefficients: Float64Array): number {
  return coefficients.reduce((sum, entry, j) => sum + ((penalty[j]! + ridgeFloor) * entry * entry) / 2, 0);
}

function logLikelihood(problem: RidgeProblem, coefficients: Float64Array): number {
  const { target, weight } = problem;
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    if (weight[row] === 0) continue;
    const eta = linear(problem, row, coefficients);
    // ln(1 + e^eta) without overflow
    const logOne = Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)));
    total += weight[row]! * (target[row]! * eta - logOne);
  }
  return total;
}

function newtonStep(problem: RidgeProblem, coefficients: Float64Array): Float64Array {
  return ridgeStep(curvatureAt(problem, coefficients), problem.penalty, coefficients);
}

/** Sums over the rows of a problem at given coefficients: those of two parts of the rows add up to those of both. */
export interface RidgeStatistics {
  readonly logLikelihood: number;
  /** [q] */
  readonly gradient: Float64Array;
  /** [q, q] of which the lower triangle is filled */
  readonly information: Float64Array;
}

/** The sums from which Newton's method goes on; the penalty has no part in them. */
export function ridgeStatistics(problem: RidgeProblem, coefficients: Float64Array): RidgeStatistics {
  return {
    logLikelihood: logLikelihood(problem, coefficients),
    ...curvatureAt(problem, coefficients),
  };
}

/** The step (X'WX + P)⁻¹ (X'(y - p) - P b). */
export function ridgeStep(
  { gradient, information }: Omit<RidgeStatistics, 'logLikelihood'>,
  penalty: ArrayLike<number>,
  coefficients: Float64Array,
): Float64Array {
  const q = gradient.length;
  const [matrix, right] = [information.slice(), gradient.slice()];
  for (let j = 0; j < q; j++) {
    const strength = penalty[j]! + ridgeFloor;
    matrix[j * q + j] = matrix[j * q + j]! + strength;
    right[j] = right[j]! - strength * coefficients[j]!;
  }
  return solveFactored(factorPositive(matrix, q), right);
}

/** The lower triangle of the information, and the gradient. */
function curvatureAt(problem: RidgeProblem, coefficients: Float64Array) {
  const { design, target, weight } = problem;
  const q = coefficients.length;
  const information = new Float64Array(q * q);
  const gradient = new Float64Array(q);
  for (let row = 0; row < target.length; row++) {
    if (weight[row] === 0) continue;
    const probability = 1 / (1 + Math.exp(-linear(problem, row, coefficients)));
    const residual = weight[row]! * (target[row]! - probability);
    const curvature = weight[row]! * probability * (1 - probability);
    for (let i = 0; i < q; i++) {
      const xi = design[row * q + i]!;
      if (xi === 0) continue;
      gradient[i] = gradient[i]! + residual * xi;
      for (let j = 0; j <= i; j++) {
        information[i * q + j] = information[i * q + j]! + curvature * xi * design[row * q + j]!;
      }
    }
  }
  return { information, gradient };
}
