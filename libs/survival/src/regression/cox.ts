import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { type Cholesky, cholesky, invertCholesky, solveCholesky } from '../numerics/cholesky.ts';
import { type CoxDesign, type CoxRows, coxDerivatives, coxRows, type Ties } from './cox-likelihood.ts';
import { residualsOfRows, sandwich } from './cox-residuals.ts';
import { coxSteps } from './cox-steps.ts';
import { checkFollowUp, checkValues, type FollowUp, stepAt } from '../follow-up.ts';

/**
 * A subject whose predictors change has several rows, each from the entry day to the day of
 * the change; only the last can end in the event.
 */
export interface CoxInput extends CoxDesign {
  /** p column names, for the issues */
  readonly names: readonly string[];
  /** [n, p] nothing missing */
  readonly predictors: Float64Array;
  readonly followUp: FollowUp;
  /** [n] rows with one number hang together (a subject, a centre): standard errors are then robust */
  readonly cluster?: Int32Array;
}

export interface CoxConfig {
  readonly ties: Ties;
  /**
   * Ridge penalty λ of all predictors or of each: λ/2 times the square of the coefficient
   * of the standardised predictor is taken off the log-likelihood.
   */
  readonly ridge?: number | readonly number[];
}

/** Cumulative hazard of one stratum at the means and offset 0, on its days with events. */
export interface CoxBaseline {
  readonly stratum: number;
  readonly days: Float64Array;
  readonly cumulativeHazard: Float64Array;
}

export interface ChiSquareTest {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/** A fitted proportional hazards model. */
export interface CoxFit {
  readonly names: readonly string[];
  /** [p] log hazard ratio of one unit */
  readonly coefficients: Float64Array;
  /** [p] square roots of the diagonal of `covariance` */
  readonly standardErrors: Float64Array;
  /** [p, p] inverse of the (penalised) information, or the sandwich where there are clusters */
  readonly covariance: Float64Array;
  /** [p, p] from the information alone */
  readonly naiveCovariance: Float64Array;
  /** [p] the subject to whom the baseline belongs */
  readonly means: Float64Array;
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  /** That all coefficients are 0; the Wald test uses `covariance`. */
  readonly tests: { readonly [test in 'likelihoodRatio' | 'wald' | 'score']: ChiSquareTest };
  /** One for each stratum with events, in ascending order of their numbers. */
  readonly baselines: readonly CoxBaseline[];
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
 * With exact ties case weights must all be 1 and there are no robust errors: the sum over
 * sets of subjects has no terms that belong to one subject.
 *
 * @throws RangeError when lengths differ, a value is not finite, a weight or penalty is negative,
 * or exact ties meet weights or clusters
 *
 * Source: cox1972; ties efron1977, exact gail1981; robust errors lin1989 (docs/references.bib).
 * Agrees with: R survival `coxph(ties = ..., cluster = ...)` with strata() and offset(), and `basehaz` at the means.
 */
export function fitCox(input: CoxInput, config: CoxConfig): Checked<CoxFit> {
  const { names, predictors, followUp } = input;
  const n = followUp.days.length;
  const p = names.length;
  checkInput(input);
  checkExact(input, config.ties);
  const weights = followUp.weights ?? new Float64Array(n).fill(1);
  const ridge = penalties(config.ridge, p);
  const events = followUp.event.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0);
  if (events === 0)
    return refused(issue('too-few-events', 'Cox regression', 'expected an event, found none'));

  const { standardised, means, scales } = standardise(predictors, n, p);
  const rows = coxRows(standardised, followUp, weights, config.ties, input);
  const found = maximise(rows, ridge, names);
  if (!found.ok) return found;
  const { beta, factor, nullLogLikelihood, logLikelihood, score, iterations } = found.value;

  const coefficients = beta.map((value, j) => value / scales[j]!);
  const naive = invertCholesky(factor).map(
    (value, at) => value / (scales[Math.floor(at / p)]! * scales[at % p]!),
  );
  const covariance = input.cluster ? robust(input, config.ties, { coefficients, means }, naive) : naive;
  const wald = quadraticForm(covariance, coefficients);
  return accepted({
    names,
    coefficients,
    standardErrors: diagonalRoots(covariance, p),
    covariance,
    naiveCovariance: naive,
    means,
    logLikelihood: { null: nullLogLikelihood, fitted: logLikelihood },
    tests: {
      likelihoodRatio: chiSquareTest(2 * (logLikelihood - nullLogLikelihood), p),
      wald: chiSquareTest(wald, p),
      score: chiSquareTest(score, p),
    },
    baselines: coxSteps(rows, beta).map(({ stratum, days, cumulativeHazard }) => ({
      stratum,
      days,
      cumulativeHazard,
    })),
    subjects: n,
    events,
    iterations,
  });
}

export function chiSquareTest(chiSquare: number, degreesOfFreedom: number): ChiSquareTest {
  return { chiSquare, degreesOfFreedom, p: chiSquareTail(Math.max(0, chiSquare), degreesOfFreedom) };
}

const diagonalRoots = (matrix: Float64Array, p: number) =>
  Float64Array.from({ length: p }, (_, j) => Math.sqrt(matrix[j * p + j]!));

/** xᵀ C⁻¹ x; 0 where C has no inverse, as with fewer clusters than predictors. */
function quadraticForm(covariance: Float64Array, x: Float64Array): number {
  const p = x.length;
  const floor = Float64Array.from(x, (_, j) => 1e-12 * covariance[j * p + j]!);
  const factor = cholesky(covariance, floor);
  if (!factor.ok) return 0;
  const solved = solveCholesky(factor, x);
  return x.reduce((sum, value, j) => sum + value * solved[j]!, 0);
}

/** The rows of a fitted model with predictors relative to its means. */
export function rowsAtMeans(
  { predictors, followUp, ...design }: CoxInput,
  ties: Ties,
  means: Float64Array,
): CoxRows {
  const centred = predictors.map((value, at) => value - means[at % means.length]!);
  const weights = followUp.weights ?? new Float64Array(followUp.days.length).fill(1);
  return coxRows(centred, followUp, weights, ties, design);
}

function robust(
  input: CoxInput,
  ties: Ties,
  { coefficients, means }: { coefficients: Float64Array; means: Float64Array },
  naive: Float64Array,
): Float64Array {
  const rows = rowsAtMeans(input, ties, means);
  const { score } = residualsOfRows(rows, coefficients, coxSteps(rows, coefficients));
  const weights = input.followUp.weights ?? new Float64Array(rows.n).fill(1);
  return sandwich(score, weights, naive, input.cluster!);
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

/** Survival at day t, [n], of subjects of a stratum with these linear predictors; 1 in a stratum without events. */
export function coxSurvival(
  fit: CoxFit,
  linearPredictor: Float64Array,
  t: number,
  stratum = 0,
): Float64Array {
  const baseline = fit.baselines.find((candidate) => candidate.stratum === stratum);
  const hazard = baseline ? stepAt(baseline.days, baseline.cumulativeHazard, t, 0) : 0;
  return linearPredictor.map((value) => Math.exp(-hazard * Math.exp(value)));
}

function checkInput({ names, predictors, followUp, strata, offset, cluster }: CoxInput): void {
  const n = followUp.days.length;
  checkFollowUp('fitCox', followUp);
  if (names.length === 0) throw new RangeError('fitCox: expected at least one predictor, got none');
  checkValues('fitCox', 'predictor values', predictors, n * names.length);
  if (offset) checkValues('fitCox', 'offsets', offset, n);
  for (const [what, codes] of Object.entries({ strata, cluster }))
    if (codes && codes.length !== n)
      throw new RangeError(`fitCox: expected ${n} codes of ${what}, got ${codes.length}`);
}

function checkExact({ cluster, followUp }: CoxInput, ties: Ties): void {
  if (ties !== 'exact') return;
  if (cluster) throw new RangeError('fitCox: expected Efron or Breslow ties for robust errors, got exact');
  if (followUp.weights?.some((weight) => weight !== 1))
    throw new RangeError('fitCox: expected Efron or Breslow ties for case weights, got exact');
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
  /** score test statistic of all coefficients 0 */
  readonly score: number;
  readonly iterations: number;
}

function maximise(rows: CoxRows, ridge: Float64Array, names: readonly string[]): Checked<Maximum> {
  const { p } = rows;
  let beta = new Float64Array(p);
  let state = penalised(rows, beta, ridge);
  const nullLogLikelihood = state.logLikelihood;
  const floor = ridge.map((_, j) => Math.max(1e-9 * state.information[j * p + j]!, 1e-9));
  let step = new Float64Array(p);
  let score = 0;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const factor = cholesky(state.information, floor);
    if (!factor.ok)
      return refused(iteration === 0 ? notIdentified(names[factor.column]!) : separated(names, step));
    step = solveCholesky(factor, state.gradient) as Float64Array<ArrayBuffer>;
    if (iteration === 0) score = step.reduce((sum, value, j) => sum + value * state.gradient[j]!, 0);
    if (step.every((value) => Math.abs(value) < smallestStep))
      return accepted({
        beta,
        factor,
        nullLogLikelihood,
        logLikelihood: state.logLikelihood,
        score,
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
