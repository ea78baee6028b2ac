import { mirror } from '../numerics/cross-products.ts';
import { descend } from './coordinate-descent.ts';
import { type CoxHazards, coxHazards, expectedEvents, linearPredictors } from './cox-hazards.ts';
import { informationOf, logPartialLikelihood, rowScores, scoreOf } from './cox-likelihood.ts';
import type { CoxRows } from './cox-rows.ts';

/** Which penalised log partial likelihood is to be greatest: ln L / `total` - λ Σ factor (α |b| + (1 - α) b² / 2). */
export interface ElasticNetProblem {
  /** Predictors with mean 0, on the scale that the penalty is on */
  readonly rows: CoxRows;
  /** Sum of the case weights */
  readonly total: number;
  readonly alpha: number;
  /** [p] */
  readonly factors: Float64Array;
  /** [p] 1 where a predictor stays at 0 */
  readonly isLeftOut: Uint8Array;
}

/** The log-likelihood at b, with what the next step needs. */
export interface ElasticNetState {
  readonly b: Float64Array;
  readonly logLikelihood: number;
  /** [p] derivative of ln L / total */
  readonly gradient: Float64Array;
  readonly hazards: CoxHazards;
  readonly expected: Float64Array;
}

export type ElasticNetSolution =
  | { readonly ok: true; readonly state: ElasticNetState }
  /** No maximum at finite values: the predictor that moved most at the end. */
  | { readonly ok: false; readonly column: number };

const mostSteps = 100;
/** Newton's error is the square of its step, so that after a step below this nothing is left that is printed. */
const smallestStep = 1e-6;

export function stateAt({ rows, total }: ElasticNetProblem, b: Float64Array): ElasticNetState {
  const hazards = coxHazards(rows, linearPredictors(rows, b));
  const expected = expectedEvents(rows, hazards);
  return {
    b,
    logLikelihood: logPartialLikelihood(rows, hazards),
    gradient: scoreOf(rows, rowScores(rows, expected, null)).map((value) => value / total),
    hazards,
    expected,
  };
}

/**
 * The solution at one λ: Newton steps whose quadratic, with the penalty, is minimised by coordinate
 * descent. Only the predictors that are not 0, or whose slope may exceed the penalty, are in the
 * quadratic; the slopes of all are looked at after every step.
 *
 * @param start the solution at a greater λ, or any other
 *
 * Source: simon2011 (docs/references.bib).
 */
export function solveAt(
  problem: ElasticNetProblem,
  lambda: number,
  start: ElasticNetState,
): ElasticNetSolution {
  let state = start;
  let working: Uint8Array = new Uint8Array(start.b.length);
  let column = 0;
  for (let step = 0; step < mostSteps; step++) {
    const before = working;
    working = entering(problem, state, lambda, working);
    // the slopes after a small step leave no predictor to come in
    if (column < 0 && working.every((isIn, j) => isIn === before[j])) return { ok: true, state };
    const next = minimised(problem, lambda, state, working);
    column = largestMove(state.b, next);
    state = climb(problem, lambda, state, next);
  }
  return { ok: false, column: Math.max(0, column) };
}

/** [p] 1 for those that were in, are not 0 or whose slope reaches the penalty at this λ. */
function entering(
  { alpha, factors, isLeftOut }: ElasticNetProblem,
  { b, gradient }: ElasticNetState,
  lambda: number,
  already: Uint8Array,
): Uint8Array {
  return already.map((isIn, j) => {
    if (isLeftOut[j] === 1) return 0;
    return isIn === 1 || b[j] !== 0 || Math.abs(gradient[j]!) >= alpha * lambda * factors[j]! ? 1 : 0;
  });
}

function minimised(
  { rows, total, alpha, factors }: ElasticNetProblem,
  lambda: number,
  { b, gradient, hazards, expected }: ElasticNetState,
  working: Uint8Array,
): Float64Array {
  const columns = Int32Array.from(working.keys()).filter((j) => working[j] === 1);
  const of = (values: Float64Array, scale: number) => Float64Array.from(columns, (j) => values[j]! * scale);
  const curvature = informationOf(rows, hazards, expected, columns).map((value) => value / total);
  mirror(curvature, columns.length);
  const solved = descend({
    curvature,
    gradient: of(gradient, 1),
    from: of(b, 1),
    first: of(factors, lambda * alpha),
    second: of(factors, lambda * (1 - alpha)),
  });
  const next = Float64Array.from(b);
  for (let at = 0; at < columns.length; at++) next[columns[at]!] = solved[at]!;
  return next;
}

/** The predictor that moves most, -1 where none moves by more than the smallest step. */
function largestMove(b: Float64Array, next: Float64Array): number {
  let place = -1;
  let most = smallestStep;
  for (let j = 0; j < b.length; j++) {
    const move = Math.abs(next[j]! - b[j]!) / (1 + Math.abs(b[j]!));
    if (move > most) [place, most] = [j, move];
  }
  return place;
}

/** The step, halved until the penalised log-likelihood does not fall. */
function climb(
  problem: ElasticNetProblem,
  lambda: number,
  state: ElasticNetState,
  next: Float64Array,
): ElasticNetState {
  const here = penalised(problem, lambda, state);
  const lowest = here - 1e-12 * (1 + Math.abs(here));
  for (let scale = 1; ; scale /= 2) {
    const b = state.b.map((value, j) => (scale === 1 ? next[j]! : value + scale * (next[j]! - value)));
    const there = stateAt(problem, b);
    if (penalised(problem, lambda, there) >= lowest || scale < 1e-6) return there;
  }
}

function penalised(
  { total, alpha, factors }: ElasticNetProblem,
  lambda: number,
  { b, logLikelihood }: ElasticNetState,
): number {
  let penalty = 0;
  for (let j = 0; j < b.length; j++)
    penalty += factors[j]! * (alpha * Math.abs(b[j]!) + ((1 - alpha) / 2) * b[j]! ** 2);
  return logLikelihood / total - lambda * penalty;
}
