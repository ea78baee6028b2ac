import { cholesky, type Cholesky, solveCholesky } from '../numerics/cholesky.ts';

/** A log-likelihood at one point; -Infinity where the parameters are not allowed. */
export interface Derivatives {
  readonly logLikelihood: number;
  /** [q] */
  readonly gradient: Float64Array;
  /** [q, q] minus the second derivatives */
  readonly information: Float64Array;
}

export type Summit =
  | {
      readonly ok: true;
      readonly parameters: Float64Array;
      readonly factor: Cholesky & { ok: true };
      readonly logLikelihood: number;
      readonly iterations: number;
    }
  /** No maximum at finite values: the parameter that moved most at the end. */
  | { readonly ok: false; readonly parameter: number };

const mostIterations = 80;
/** Newton's error is the square of its step, so after a step below this nothing is left that is printed. */
const smallStep = 1e-6;

/**
 * The maximum of a log-likelihood that need not be concave, by Newton's method: the information
 * gets weight on its diagonal where it is not positive definite, and a step is halved until the
 * log-likelihood does not fall.
 *
 * @param start [q] allowed parameters, of the order of 1
 */
export function climbByNewton(at: (parameters: Float64Array) => Derivatives, start: Float64Array): Summit {
  const q = start.length;
  const floor = new Float64Array(q);
  let parameters = start;
  let here = at(parameters);
  let worst = 0;
  let isSettled = false;
  for (let iterations = 0; iterations < mostIterations; iterations++) {
    const factor = cholesky(here.information, floor);
    if (isSettled && factor.ok)
      return { ok: true, parameters, factor, logLikelihood: here.logLikelihood, iterations };
    const step = solveCholesky(factor.ok ? factor : damped(here.information, q), here.gradient);
    worst = largestStep(step);
    isSettled =
      factor.ok && step.every((value, j) => Math.abs(value) < smallStep * (1 + Math.abs(parameters[j]!)));
    const next = upward(at, parameters, here, step);
    if (!Number.isFinite(next.here.logLikelihood)) break;
    ({ parameters, here } = next);
  }
  return { ok: false, parameter: worst };
}

/** The constant, parameter 0, moves with what it is balanced by, and is named only where it is alone. */
function largestStep(step: Float64Array): number {
  let worst = Math.min(1, step.length - 1);
  for (let j = 1; j < step.length; j++) if (Math.abs(step[j]!) > Math.abs(step[worst]!)) worst = j;
  return worst;
}

function upward(
  at: (parameters: Float64Array) => Derivatives,
  parameters: Float64Array,
  here: Derivatives,
  step: Float64Array,
) {
  const lowest = here.logLikelihood - 1e-10 * (1 + Math.abs(here.logLikelihood));
  for (let scale = 1; ; scale /= 2) {
    const next = parameters.map((value, j) => value + scale * step[j]!);
    const there = at(next);
    if (there.logLikelihood >= lowest || scale < 1e-9) return { parameters: next, here: there };
  }
}

/** The factor of the information with the least power of ten of its diagonal that makes it positive definite. */
function damped(information: Float64Array, q: number): Cholesky & { ok: true } {
  const floor = new Float64Array(q);
  for (let weight = 1e-3; ; weight *= 10) {
    const heavier = information.map((value, at) =>
      at % (q + 1) === 0 ? value + weight * (Math.abs(value) + 1e-6) : value,
    );
    const factor = cholesky(heavier, floor);
    if (factor.ok) return factor;
    if (weight > 1e12) throw new RangeError('climbByNewton: expected a finite information');
  }
}
