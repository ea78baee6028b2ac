import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Cholesky, cholesky, solveCholesky } from '../numerics/cholesky.ts';
import type { CoxDerivatives } from './cox-likelihood.ts';

/** Where a log partial likelihood is greatest. */
export interface Maximum {
  readonly beta: Float64Array;
  /** Of the (penalised) information there */
  readonly factor: Cholesky & { ok: true };
  readonly nullLogLikelihood: number;
  readonly logLikelihood: number;
  /** Score test statistic of all coefficients 0 */
  readonly score: number;
  readonly iterations: number;
}

const mostIterations = 60;
/** Newton's error is the square of its step, so this is far below printed precision. */
const smallestStep = 1e-8;

/**
 * Newton's method from 0 on standardised predictors.
 *
 * A predictor that does not vary, or is a linear combination of those before it, and one
 * whose estimate is infinite are refused by name.
 *
 * @param ridge [p] penalties
 */
export function maximise(
  derivatives: (beta: Float64Array) => CoxDerivatives,
  ridge: Float64Array,
  names: readonly string[],
): Checked<Maximum> {
  const p = names.length;
  let beta = new Float64Array(p);
  let state = penalised(derivatives, beta, ridge);
  const nullLogLikelihood = state.logLikelihood;
  const most = ridge.reduce((sum, _, j) => Math.max(sum, state.information[j * p + j]!), 0);
  const floor = ridge.map((_, j) => Math.max(1e-9 * state.information[j * p + j]!, 1e-12 * most));
  let step = new Float64Array(p);
  let score = 0;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const factor = cholesky(state.information, floor);
    if (!factor.ok)
      return refused(iteration === 0 ? notIdentified(names[factor.column]!) : separated(names, step));
    step = solveCholesky(factor, state.gradient) as Float64Array<ArrayBuffer>;
    if (iteration === 0) score = step.reduce((sum, value, j) => sum + value * state.gradient[j]!, 0);
    if (step.every((value) => Math.abs(value) < smallestStep))
      // the small step is right too, and changes neither the likelihood nor the information
      return accepted({
        beta: beta.map((value, j) => value + step[j]!),
        factor,
        nullLogLikelihood,
        logLikelihood: state.logLikelihood,
        score,
        iterations: iteration,
      });
    ({ beta, state } = climb(derivatives, ridge, beta, state, step));
  }
  return refused(separated(names, step));
}

/** xᵀ C⁻¹ x; 0 where C has no inverse, as with fewer clusters than predictors. */
export function quadraticForm(covariance: Float64Array, x: Float64Array): number {
  const p = x.length;
  const floor = Float64Array.from(x, (_, j) => 1e-12 * covariance[j * p + j]!);
  const factor = cholesky(covariance, floor);
  if (!factor.ok) return 0;
  const solved = solveCholesky(factor, x);
  return x.reduce((sum, value, j) => sum + value * solved[j]!, 0);
}

/** The Newton step, halved until the penalised log-likelihood does not fall. */
function climb(
  derivatives: (beta: Float64Array) => CoxDerivatives,
  ridge: Float64Array,
  beta: Float64Array,
  state: ReturnType<typeof penalised>,
  step: Float64Array,
) {
  const tolerance = 1e-10 * (1 + Math.abs(state.objective));
  for (let scale = 1; ; scale /= 2) {
    const next = beta.map((value, j) => value + scale * step[j]!);
    const there = penalised(derivatives, next, ridge);
    if (there.objective >= state.objective - tolerance || scale < 1e-6) return { beta: next, state: there };
  }
}

function penalised(
  derivatives: (beta: Float64Array) => CoxDerivatives,
  beta: Float64Array,
  ridge: Float64Array,
) {
  const { logLikelihood, gradient, information } = derivatives(beta);
  const p = beta.length;
  let objective = logLikelihood;
  for (let j = 0; j < p; j++) {
    objective -= (ridge[j]! / 2) * beta[j]! ** 2;
    gradient[j]! -= ridge[j]! * beta[j]!;
    information[j * p + j]! += ridge[j]!;
  }
  return { objective, logLikelihood, gradient, information };
}

function notIdentified(name: string): Issue {
  return issue(
    'not-estimable',
    name,
    'expected a predictor that varies and is not a linear combination of those before it, among subjects at risk at an event',
  );
}

function separated(names: readonly string[], step: Float64Array): Issue {
  const worst = step.reduce((most, value, j) => (Math.abs(value) > Math.abs(step[most]!) ? j : most), 0);
  return issue(
    'not-estimable',
    names[worst]!,
    'expected a finite estimate, but the predictor separates the events perfectly; leave it out or set a ridge penalty',
  );
}
