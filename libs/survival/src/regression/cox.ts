import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Cholesky, cholesky, invertCholesky, solveCholesky } from '../numerics/cholesky.ts';
import { type CoxRows, coxBaseline, coxDerivatives, coxRows, type Ties } from './cox-likelihood.ts';
import { checkFollowUp, checkValues, type FollowUp, stepAt } from '../follow-up.ts';

export interface CoxInput {
  /** p column names, for the issues */
  readonly names: readonly string[];
  /** [n, p] one row a subject, nothing missing */
  readonly predictors: Float64Array;
  readonly followUp: FollowUp;
}

export interface CoxConfig {
  readonly ties: Ties;
  /**
   * Ridge penalty λ of all predictors or of each: λ/2 times the square of the coefficient
   * of the standardised predictor is taken off the log-likelihood.
   */
  readonly ridge?: number | readonly number[];
}

/** A fitted proportional hazards model. */
export interface CoxFit {
  readonly names: readonly string[];
  /** [p] log hazard ratio of one unit */
  readonly coefficients: Float64Array;
  /** [p] from the inverse of the (penalised) information */
  readonly standardErrors: Float64Array;
  /** [p, p] */
  readonly covariance: Float64Array;
  /** [p] the subject to whom the baseline belongs */
  readonly means: Float64Array;
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  /** Cumulative hazard at the means, on the days with events. */
  readonly baseline: { readonly days: Float64Array; readonly cumulativeHazard: Float64Array };
  readonly subjects: number;
  readonly events: number;
  readonly iterations: number;
}

const mostIterations = 60;
/** Newton's error is the square of its step, so this is far below printed precision. */
const smallestStep = 1e-8;

/**
 * Cox regression by Newton's method on standardised predictors.
 *
 * Competing events count as censorings. Without a penalty a predictor that is constant or
 * a linear combination of those before it, and one that separates the events perfectly
 * (its estimate is infinite), is refused by name; so is a table without events. With a
 * ridge penalty such a predictor gets its finite, penalised estimate.
 *
 * @throws RangeError when lengths differ, a value is not finite, or a weight or penalty is negative
 *
 * Source: cox1972; ties efron1977 (docs/references.bib).
 * Agrees with: R survival `coxph(ties = ...)`, and `basehaz` at the means.
 */
export function fitCox(input: CoxInput, config: CoxConfig): Checked<CoxFit> {
  const { names, predictors, followUp } = input;
  const n = followUp.days.length;
  const p = names.length;
  checkInput(input);
  const weights = followUp.weights ?? new Float64Array(n).fill(1);
  const ridge = penalties(config.ridge, p);
  const events = followUp.event.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0);
  if (events === 0)
    return refused(issue('too-few-events', 'Cox regression', 'expected an event, found none'));

  const { standardised, means, scales } = standardise(predictors, n, p);
  const rows = coxRows(standardised, followUp, weights, config.ties);
  const found = maximise(rows, ridge, names);
  if (!found.ok) return found;
  const { beta, factor, nullLogLikelihood, logLikelihood, iterations } = found.value;

  const covariance = invertCholesky(factor).map(
    (value, at) => value / (scales[Math.floor(at / p)]! * scales[at % p]!),
  );
  return accepted({
    names,
    coefficients: beta.map((value, j) => value / scales[j]!),
    standardErrors: beta.map((_, j) => Math.sqrt(covariance[j * p + j]!)),
    covariance,
    means,
    logLikelihood: { null: nullLogLikelihood, fitted: logLikelihood },
    baseline: coxBaseline(rows, beta),
    subjects: n,
    events,
    iterations,
  });
}

/**
 * Linear predictor relative to the means, [n]: higher is worse.
 *
 * @param predictors [n, p]
 */
export function coxLinearPredictor(fit: CoxFit, predictors: Float64Array): Float64Array {
  const p = fit.names.length;
  const n = p === 0 ? 0 : predictors.length / p;
  checkValues('coxLinearPredictor', 'predictor values', predictors, Math.floor(n) * p);
  return Float64Array.from({ length: n }, (_, row) =>
    fit.coefficients.reduce((sum, value, j) => sum + value * (predictors[row * p + j]! - fit.means[j]!), 0),
  );
}

/** Survival at day t, [n], of subjects with these linear predictors. */
export function coxSurvival(fit: CoxFit, linearPredictor: Float64Array, t: number): Float64Array {
  const hazard = stepAt(fit.baseline.days, fit.baseline.cumulativeHazard, t, 0);
  return linearPredictor.map((value) => Math.exp(-hazard * Math.exp(value)));
}

function checkInput({ names, predictors, followUp }: CoxInput): void {
  const n = followUp.days.length;
  checkFollowUp('fitCox', followUp);
  if (names.length === 0) throw new RangeError('fitCox: expected at least one predictor, got none');
  checkValues('fitCox', 'predictor values', predictors, n * names.length);
}

function penalties(ridge: CoxConfig['ridge'], p: number): Float64Array {
  const all = typeof ridge === 'object' ? Float64Array.from(ridge) : new Float64Array(p).fill(ridge ?? 0);
  checkValues('fitCox', 'ridge penalties', all, p);
  if (all.some((penalty) => penalty < 0))
    throw new RangeError('fitCox: expected ridge penalties of 0 or more');
  return all;
}

/** Mean 0 and standard deviation 1 (divisor n); a constant column stays at 0. */
function standardise(predictors: Float64Array, n: number, p: number) {
  const means = new Float64Array(p);
  const scales = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    for (let row = 0; row < n; row++) means[j]! += predictors[row * p + j]! / n;
    for (let row = 0; row < n; row++) scales[j]! += (predictors[row * p + j]! - means[j]!) ** 2 / n;
    scales[j] = Math.sqrt(scales[j]!);
    if (scales[j]! <= 1e-12 * Math.abs(means[j]!)) scales[j] = 0;
    scales[j] ||= 1;
  }
  return {
    standardised: predictors.map((value, at) => (value - means[at % p]!) / scales[at % p]!),
    means,
    scales,
  };
}

interface Maximum {
  readonly beta: Float64Array;
  readonly factor: Cholesky & { ok: true };
  readonly nullLogLikelihood: number;
  readonly logLikelihood: number;
  readonly iterations: number;
}

function maximise(rows: CoxRows, ridge: Float64Array, names: readonly string[]): Checked<Maximum> {
  const { p } = rows;
  let beta = new Float64Array(p);
  let state = penalised(rows, beta, ridge);
  const nullLogLikelihood = state.logLikelihood;
  const floor = ridge.map((_, j) => Math.max(1e-9 * state.information[j * p + j]!, 1e-9));
  let step = new Float64Array(p);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const factor = cholesky(state.information, floor);
    if (!factor.ok)
      return refused(iteration === 0 ? notIdentified(names[factor.column]!) : separated(names, step));
    step = solveCholesky(factor, state.gradient) as Float64Array<ArrayBuffer>;
    if (step.every((value) => Math.abs(value) < smallestStep))
      return accepted({
        beta,
        factor,
        nullLogLikelihood,
        logLikelihood: state.logLikelihood,
        iterations: iteration,
      });
    ({ beta, state } = climb(rows, ridge, beta, state, step));
  }
  return refused(separated(names, step));
}

/** The Newton step, halved until the penalised log-likelihood does not fall. */
function climb(
  rows: CoxRows,
  ridge: Float64Array,
  beta: Float64Array,
  state: ReturnType<typeof penalised>,
  step: Float64Array,
) {
  const tolerance = 1e-10 * (1 + Math.abs(state.objective));
  for (let scale = 1; ; scale /= 2) {
    const next = beta.map((value, j) => value + scale * step[j]!);
    const there = penalised(rows, next, ridge);
    if (there.objective >= state.objective - tolerance || scale < 1e-6) return { beta: next, state: there };
  }
}

function penalised(rows: CoxRows, beta: Float64Array, ridge: Float64Array) {
  const { logLikelihood, gradient, information } = coxDerivatives(rows, beta);
  let objective = logLikelihood;
  for (let j = 0; j < rows.p; j++) {
    objective -= (ridge[j]! / 2) * beta[j]! ** 2;
    gradient[j]! -= ridge[j]! * beta[j]!;
    information[j * rows.p + j]! += ridge[j]!;
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
