import { accepted, type Checked, refused } from '@myocast/base';
import { invertCholesky } from '../numerics/cholesky.ts';
import { multiply, sandwich } from '../numerics/matrix.ts';
import { normalQuantileAt } from '../numerics/normal.ts';
import { checkValues } from '../follow-up.ts';
import {
  type ErrorDistribution,
  extremeValue,
  gaussian,
  logistic,
  type LogTerm,
} from './error-distributions.ts';
import { climbByNewton, type Derivatives, type Summit } from './newton.ts';
import {
  backTransform,
  notFinite,
  type ParametricInput,
  parametricRows,
  type ParametricRows,
} from './parametric-input.ts';

export type AftDistribution = 'exponential' | 'weibull' | 'log-logistic' | 'log-normal';

interface Family {
  readonly error: ErrorDistribution;
  /** z below which a subject fails with this probability. */
  readonly quantile: (probability: number) => number;
}

const families: { readonly [name in AftDistribution]: Family } = {
  exponential: { error: extremeValue, quantile: (q) => Math.log(-Math.log1p(-q)) },
  weibull: { error: extremeValue, quantile: (q) => Math.log(-Math.log1p(-q)) },
  'log-logistic': { error: logistic, quantile: (q) => Math.log(q) - Math.log1p(-q) },
  'log-normal': { error: gaussian, quantile: normalQuantileAt },
};

/** A fitted accelerated failure time model: log T = intercept + x β + scale · ε. */
export interface AftFit {
  readonly distribution: AftDistribution;
  readonly names: readonly string[];
  readonly intercept: number;
  /** [p] change of the log time by one unit: above 0 is a longer time */
  readonly coefficients: Float64Array;
  /** 0 for the exponential, where the scale is 1 by definition */
  readonly logScale: number;
  /** [q] of intercept, coefficients and, but for the exponential, log scale: from the observed information */
  readonly standardErrors: Float64Array;
  /** [q, q] */
  readonly covariance: Float64Array;
  /** Of days, not of log days; null is the model with intercept and scale alone. */
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  readonly subjects: number;
  readonly events: number;
  readonly iterations: number;
}

/**
 * Accelerated failure time regression by maximum likelihood.
 *
 * An event gives its density, a censoring (a competing event too) its survival, and late entry
 * divides by the survival at entry. A subject censored on day 0 gives nothing; an event on day 0
 * is refused by its row. A table without events, a predictor that is constant or a combination of
 * those before it, and one whose estimate is infinite are refused by name.
 *
 * @throws RangeError when lengths differ, a value is not finite, or a weight is negative
 *
 * Source: kalbfleisch2002 (docs/references.bib).
 * Agrees with: R survival `survreg(Surv(days, event) ~ x, dist, weights)`; with late entry, a
 * maximum of the written likelihood by `optim`.
 */
export function fitAft(input: ParametricInput, distribution: AftDistribution): Checked<AftFit> {
  const checked = parametricRows('fitAft', input);
  if (!checked.ok) return checked;
  const rows = checked.value;
  const p = input.names.length;
  const empty = summitOf(rows, 1, distribution);
  if (!empty.ok) return refused(notFinite('scale'));
  const start = new Float64Array(p + 2);
  start[0] = empty.parameters[0]!;
  start[p + 1] = empty.parameters[1] ?? 0;
  const found = p === 0 ? empty : summitOf(rows, p + 1, distribution, start);
  if (!found.ok) return refused(notFinite(input.names[found.parameter - 1] ?? 'scale'));

  const { parameters, factor } = found;
  const back = backTransform(rows, parameters.length);
  const natural = multiply(back, parameters, 1);
  const covariance = sandwich(back, invertCholesky(factor));
  return accepted({
    distribution,
    names: input.names,
    intercept: natural[0]!,
    coefficients: natural.slice(1, p + 1),
    logScale: natural[p + 1] ?? 0,
    standardErrors: natural.map((_, j) => Math.sqrt(covariance[j * (factor.size + 1)]!)),
    covariance,
    logLikelihood: { null: empty.logLikelihood, fitted: found.logLikelihood },
    subjects: input.followUp.days.length,
    events: input.followUp.event.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0),
    iterations: found.iterations,
  });
}

/** Mean log time (its location) of subjects, [n]: higher is a longer survival. */
export function aftLocation(fit: AftFit, predictors: Float64Array): Float64Array {
  const p = fit.names.length;
  const n = p === 0 ? 1 : predictors.length / p;
  checkValues('aftLocation', 'predictor values', predictors, Math.floor(n) * p);
  return Float64Array.from({ length: n }, (_, row) =>
    fit.coefficients.reduce((sum, value, j) => sum + value * predictors[row * p + j]!, fit.intercept),
  );
}

/** Survival at day t, [n], of subjects at these locations; 1 at day 0. */
export function aftSurvival(fit: AftFit, location: Float64Array, t: number): Float64Array {
  if (!(t >= 0)) throw new RangeError(`aftSurvival: expected a day of 0 or more, got ${t}`);
  const { error } = families[fit.distribution];
  const term: LogTerm = { value: 0, first: 0, second: 0 };
  return location.map((value) => {
    error.logSurvival((Math.log(t) - value) / Math.exp(fit.logScale), term);
    return t === 0 ? 1 : Math.exp(term.value);
  });
}

/**
 * The day by which this part of subjects at these locations has had the event, [n].
 *
 * @throws RangeError when the probability is not strictly between 0 and 1
 */
export function aftQuantile(fit: AftFit, location: Float64Array, probability: number): Float64Array {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`aftQuantile: expected a probability between 0 and 1, got ${probability}`);
  const z = families[fit.distribution].quantile(probability);
  return location.map((value) => Math.exp(value + Math.exp(fit.logScale) * z));
}

/** Starts at the mean log time and, but for the exponential, its standard deviation. */
function summitOf(
  rows: ParametricRows,
  width: number,
  distribution: AftDistribution,
  given?: Float64Array,
): Summit {
  const hasScale = distribution !== 'exponential';
  const mean = rows.logTime.reduce((sum, value) => sum + value, 0) / rows.n;
  const spread = Math.sqrt(rows.logTime.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.n);
  const q = width + (hasScale ? 1 : 0);
  const start = given?.slice(0, q) ?? Float64Array.of(mean, Math.log(Math.max(spread, 0.1))).slice(0, q);
  const { error } = families[distribution];
  return climbByNewton((parameters) => aftDerivatives(rows, width, hasScale, error, parameters), start);
}

/** z = (log t − x β) / σ; with s = log σ: ∂z/∂β = −x / σ and ∂z/∂s = −z. */
function aftDerivatives(
  rows: ParametricRows,
  width: number,
  hasScale: boolean,
  error: ErrorDistribution,
  parameters: Float64Array,
): Derivatives {
  const q = parameters.length;
  const gradient = new Float64Array(q);
  const information = new Float64Array(q * q);
  const sigma = hasScale ? Math.exp(parameters[width]!) : 1;
  const term: LogTerm = { value: 0, first: 0, second: 0 };
  let logLikelihood = 0;

  const add = (row: number, z: number, weight: number) => {
    logLikelihood += weight * term.value;
    const base = row * rows.width;
    const byLocation = (-weight * term.first) / sigma;
    const twice = (-weight * term.second) / sigma ** 2;
    const mixed = (-weight * (z * term.second + term.first)) / sigma;
    for (let i = 0; i < width; i++) {
      const x = rows.design[base + i]!;
      gradient[i]! += byLocation * x;
      for (let j = 0; j <= i; j++) information[i * q + j]! += twice * x * rows.design[base + j]!;
      if (hasScale) information[width * q + i]! += mixed * x;
    }
    if (!hasScale) return;
    gradient[width]! -= weight * z * term.first;
    information[width * q + width]! -= weight * z * (term.first + z * term.second);
  };
  for (let row = 0; row < rows.n; row++) {
    let location = 0;
    for (let j = 0; j < width; j++) location += parameters[j]! * rows.design[row * rows.width + j]!;
    const weight = rows.weights[row]!;
    const z = (rows.logTime[row]! - location) / sigma;
    if (rows.isEvent[row] === 1) {
      error.logDensity(z, term);
      logLikelihood -= weight * (Math.log(sigma) + rows.logTime[row]!);
      if (hasScale) gradient[width]! -= weight;
    } else error.logSurvival(z, term);
    add(row, z, weight);
    if (rows.logEntry[row] === Number.NEGATIVE_INFINITY) continue;
    const entry = (rows.logEntry[row]! - location) / sigma;
    error.logSurvival(entry, term);
    add(row, entry, -weight);
  }
  for (let i = 0; i < q; i++) for (let j = 0; j < i; j++) information[j * q + i] = information[i * q + j]!;
  return { logLikelihood: Number.isFinite(logLikelihood) ? logLikelihood : -Infinity, gradient, information };
}
