import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { coxDerivatives } from './cox-likelihood.ts';
import { type CoxRows, takeColumns } from './cox-rows.ts';
import type { ElasticNetConfig } from './elastic-net-config.ts';
import {
  type ElasticNetProblem,
  type ElasticNetSolution,
  type ElasticNetState,
  solveAt,
  stateAt,
} from './elastic-net-solution.ts';
import { maximise } from './maximise.ts';

/** After this many penalties a sequence from the data may end. */
const fewestLambdas = 5;
/** … where the deviance ratio gains less than this share over as many, */
const smallestGain = 1e-3;
/** … or exceeds this. */
const greatestRatio = 0.99;
/** A ridge has no penalty at which all coefficients are 0: its sequence starts as that of this alpha does. */
const leastAlpha = 0.001;

/** ln L of a model that gives each event day's events all the risk; with D the weight of a day's events, -Σ D ln D. */
export function saturatedLogLikelihood({ eventDays: { count, events, meanWeight } }: CoxRows): number {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const weight = events[k]! * meanWeight[k]!;
    sum -= weight * Math.log(weight);
  }
  return sum;
}

/** What the deviance is measured between: all coefficients 0 and the saturated model. */
export interface Deviances {
  readonly empty: number;
  readonly saturated: number;
}

export function deviancesOf(problem: ElasticNetProblem): Deviances {
  const { logLikelihood } = stateAt(problem, new Float64Array(problem.rows.p));
  return { empty: logLikelihood, saturated: saturatedLogLikelihood(problem.rows) };
}

/** Share of the null deviance that is gone; 0 where there is none. */
export function devianceRatio(logLikelihood: number, { empty, saturated }: Deviances): number {
  return saturated > empty ? (logLikelihood - empty) / (saturated - empty) : 0;
}

/** The fit without a penalty of some predictors, the others at 0. */
export function withoutPenalty(
  problem: ElasticNetProblem,
  columns: Int32Array,
  names: readonly string[],
): Checked<ElasticNetState> {
  const b = new Float64Array(names.length);
  if (columns.length === 0) return accepted(stateAt(problem, b));
  const rows = takeColumns(problem.rows, columns);
  const found = maximise(
    (beta) => coxDerivatives(rows, beta),
    new Float64Array(columns.length),
    Array.from(columns, (j) => names[j]!),
  );
  if (!found.ok) return found;
  for (let at = 0; at < columns.length; at++) b[columns[at]!] = found.value.beta[at]!;
  return accepted(stateAt(problem, b));
}

/**
 * The solutions from the greatest penalty on, each from the one before; with the issue that ended the
 * path where one did.
 */
export function followPath(
  problem: ElasticNetProblem,
  config: ElasticNetConfig,
  names: readonly string[],
): Checked<{ readonly lambdas: Float64Array; readonly states: readonly ElasticNetState[] }> {
  const start = withoutPenalty(problem, varying(problem, 0), names);
  if (!start.ok) return start;
  const lambdas = config.lambdas
    ? Float64Array.from(config.lambdas).sort().reverse()
    : sequence(problem, start.value, config);
  if (!lambdas)
    return refused(issue('not-estimable', names.join(', '), 'expected a predictor with an effect'));

  // at the first λ of a sequence every penalised coefficient is 0 by definition
  const isKnown = !config.lambdas && problem.alpha >= leastAlpha;
  const fewest = config.lambdas ? Infinity : Math.min(fewestLambdas, lambdas.length);
  return walk(problem, lambdas, start.value, isKnown, fewest, names);
}

/**
 * @param isKnown whether `start` is the solution at the first λ
 * @param fewest solutions after which the path may end where the deviance no longer gains
 */
function walk(
  problem: ElasticNetProblem,
  lambdas: Float64Array,
  start: ElasticNetState,
  isKnown: boolean,
  fewest: number,
  names: readonly string[],
): ReturnType<typeof followPath> {
  const deviances = deviancesOf(problem);
  const states = isKnown ? [start] : [];
  for (let k = states.length; k < lambdas.length && !isEnough(states, deviances, fewest); k++) {
    const lambda = lambdas[k]!;
    const found = solutionAt(problem, lambda, states.at(-1) ?? start, names);
    if (!found.ok) return endedBy(notFinite(names[found.column]!, lambda), lambdas, states);
    states.push(found.state);
  }
  return accepted({ lambdas: lambdas.slice(0, states.length), states });
}

function endedBy(reason: Issue, lambdas: Float64Array, states: readonly ElasticNetState[]) {
  return states.length === 0
    ? refused<never>(reason)
    : accepted({ lambdas: lambdas.slice(0, states.length), states }, [reason]);
}

/** From the least λ at which every penalised coefficient is 0; null where the score is 0 without any penalty. */
function sequence(
  { rows, factors, alpha, isLeftOut }: ElasticNetProblem,
  { gradient }: ElasticNetState,
  { lambdaCount = 100, lambdaMinRatio = rows.n < rows.p ? 0.01 : 1e-4 }: ElasticNetConfig,
): Float64Array | null {
  let slope = 0;
  for (let j = 0; j < rows.p; j++)
    if (factors[j]! > 0 && isLeftOut[j] === 0) slope = Math.max(slope, Math.abs(gradient[j]!) / factors[j]!);
  if (slope < 1e-12) return null;
  const first = slope / Math.max(alpha, leastAlpha);
  const step = lambdaCount === 1 ? 1 : lambdaMinRatio ** (1 / (lambdaCount - 1));
  return Float64Array.from({ length: lambdaCount }, (_, k) => first * step ** k);
}

/** The predictors that vary and have at most this penalty factor. */
function varying({ factors, isLeftOut }: ElasticNetProblem, most: number): Int32Array {
  return Int32Array.from(factors.keys()).filter((j) => factors[j]! <= most && isLeftOut[j] === 0);
}

function isEnough(states: readonly ElasticNetState[], deviances: Deviances, fewest: number): boolean {
  if (states.length < fewest) return false;
  const ratio = (back: number) => devianceRatio(states.at(-back)!.logLikelihood, deviances);
  return ratio(1) - ratio(fewest) < smallestGain * ratio(1) || ratio(1) > greatestRatio;
}

function solutionAt(
  problem: ElasticNetProblem,
  lambda: number,
  start: ElasticNetState,
  names: readonly string[],
): ElasticNetSolution {
  if (lambda > 0) return solveAt(problem, lambda, start);
  const found = withoutPenalty(problem, varying(problem, Infinity), names);
  if (found.ok) return { ok: true, state: found.value };
  return { ok: false, column: Math.max(0, names.indexOf(found.issues[0]!.path)) };
}

function notFinite(name: string, lambda: number): Issue {
  return issue(
    'not-estimable',
    name,
    `expected a single finite estimate at lambda ${Number(lambda.toPrecision(6))}; the path ends before it`,
  );
}
