import { accepted, type Checked, issue, refused } from '@myocast/base';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { invertCholesky } from '../numerics/cholesky.ts';
import { coxHazards, linearPredictors } from './cox-hazards.ts';
import { coxDerivatives } from './cox-likelihood.ts';
import { residualsOfRows, sandwich } from './cox-residuals.ts';
import { type CoxDesign, type CoxRows, coxRows, type Ties } from './cox-rows.ts';
import { type CoxBaseline, coxBaselines, coxSteps } from './cox-steps.ts';
import { maximise, quadraticForm } from './maximise.ts';
import { standardise } from './standardise.ts';
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
   * of the standardised predictor is taken off the log-likelihood. With Breslow's ties that is the
   * elastic net with alpha 0 at λ over the number of rows, here with standard errors.
   */
  readonly ridge?: number | readonly number[];
}

export interface ChiSquareTest {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/** What a proportional hazards model predicts from. */
export interface CoxModel {
  readonly names: readonly string[];
  /** [p] log hazard ratio of one unit */
  readonly coefficients: Float64Array;
  /** [p] the subject to whom the baseline belongs */
  readonly means: Float64Array;
  /** At the means and offset 0: one for each stratum with events, in ascending order of their numbers. */
  readonly baselines: readonly CoxBaseline[];
}

/** A fitted proportional hazards model. */
export interface CoxFit extends CoxModel {
  /** [p] square roots of the diagonal of `covariance` */
  readonly standardErrors: Float64Array;
  /** [p, p] inverse of the (penalised) information, or the sandwich where there are clusters */
  readonly covariance: Float64Array;
  /** [p, p] from the information alone */
  readonly naiveCovariance: Float64Array;
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  /** That all coefficients are 0; the Wald test uses `covariance`. */
  readonly tests: { readonly [test in 'likelihoodRatio' | 'wald' | 'score']: ChiSquareTest };
  readonly subjects: number;
  /** Those of weight 0 left out */
  readonly events: number;
  readonly iterations: number;
}

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
  const events = followUp.event.reduce(
    (sum, code, row) => sum + (code === 1 && weights[row]! > 0 ? 1 : 0),
    0,
  );
  if (events === 0)
    return refused(issue('too-few-events', 'Cox regression', 'expected an event, found none'));

  const { values, means, scales } = standardise(predictors, p, counted(followUp.weights));
  const rows = coxRows(values, followUp, weights, config.ties, input);
  const found = maximise((beta) => coxDerivatives(rows, beta), ridge, names);
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
    baselines: coxBaselines(rows, coxHazards(rows, linearPredictors(rows, beta))),
    subjects: n,
    events,
    iterations,
  });
}

/** 1 for rows that count and 0 for those of weight 0, which say nothing, not even of a mean. */
function counted(weights?: Float64Array): Float64Array | undefined {
  return weights?.includes(0) ? weights.map((weight) => (weight > 0 ? 1 : 0)) : undefined;
}

export function chiSquareTest(chiSquare: number, degreesOfFreedom: number): ChiSquareTest {
  return { chiSquare, degreesOfFreedom, p: chiSquareTail(Math.max(0, chiSquare), degreesOfFreedom) };
}

const diagonalRoots = (matrix: Float64Array, p: number) =>
  Float64Array.from({ length: p }, (_, j) => Math.sqrt(matrix[j * p + j]!));

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
export function coxLinearPredictor(fit: CoxModel, predictors: Float64Array): Float64Array {
  const p = fit.names.length;
  const n = p === 0 ? 0 : predictors.length / p;
  checkValues('coxLinearPredictor', 'predictor values', predictors, Math.floor(n) * p);
  return Float64Array.from({ length: n }, (_, row) =>
    fit.coefficients.reduce((sum, value, j) => sum + value * (predictors[row * p + j]! - fit.means[j]!), 0),
  );
}

/** Survival at day t, [n], of subjects of a stratum with these linear predictors; 1 in a stratum without events. */
export function coxSurvival(
  fit: CoxModel,
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
