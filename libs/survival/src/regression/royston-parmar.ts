import { accepted, type Checked, issue, refused } from '@myocast/base';
import { invertCholesky } from '../numerics/cholesky.ts';
import { multiply, sandwich } from '../numerics/matrix.ts';
import { checkValues } from '../follow-up.ts';
import { type AftDistribution, fitAft } from './aft.ts';
import {
  type ErrorDistribution,
  extremeValue,
  gaussian,
  logistic,
  type LogTerm,
} from './error-distributions.ts';
import { logTimeKnots, writeLogTimeSlopes, writeLogTimeTerms } from './log-time-spline.ts';
import { climbByNewton, type Derivatives, type Summit } from './newton.ts';
import {
  backTransform,
  notFinite,
  type ParametricInput,
  parametricRows,
  type ParametricRows,
} from './parametric-input.ts';

/** What is a spline of log time plus x β: the log cumulative hazard, the log odds or the probit of the event. */
export type RoystonParmarScale = 'hazard' | 'odds' | 'normal';

export interface RoystonParmarConfig {
  /** Knots between the first and the last event; 0 is the Weibull, log-logistic or log-normal model. */
  readonly innerKnots: number;
  readonly scale: RoystonParmarScale;
}

interface Scale {
  readonly error: ErrorDistribution;
  /** What the model is without inner knots. */
  readonly straight: AftDistribution;
}

const scales: { readonly [name in RoystonParmarScale]: Scale } = {
  hazard: { error: extremeValue, straight: 'weibull' },
  odds: { error: logistic, straight: 'log-logistic' },
  normal: { error: gaussian, straight: 'log-normal' },
};

/** A fitted flexible parametric model. */
export interface RoystonParmarFit {
  readonly scale: RoystonParmarScale;
  readonly names: readonly string[];
  /** [innerKnots + 2] on log time */
  readonly knots: readonly number[];
  /** [innerKnots + 2] constant, log time, then each inner knot */
  readonly spline: Float64Array;
  /** [p] log hazard ratio, log odds ratio or probit difference of one unit: above 0 is worse */
  readonly coefficients: Float64Array;
  /** [p] from the observed information */
  readonly standardErrors: Float64Array;
  /** [q, q] of constant, coefficients, log time, each inner knot */
  readonly covariance: Float64Array;
  /** Of days, not of log days; null is the model without predictors at the same knots. */
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  readonly subjects: number;
  readonly events: number;
  readonly iterations: number;
}

/**
 * Flexible parametric regression of Royston and Parmar by maximum likelihood.
 *
 * Competing events count as censorings; late entry divides by the survival at entry. The curve is
 * made to fall at the events, and need not elsewhere. A subject censored on day 0 gives nothing;
 * an event on day 0 is refused by its row. A table without events or with too few event days for
 * the knots, a predictor that is constant or a combination of those before it, and one whose
 * estimate is infinite are refused by name.
 *
 * @throws RangeError when lengths differ, a value is not finite, a weight is negative, or the knots
 * are not a whole number of 0 or more
 *
 * Source: royston2002 (docs/references.bib).
 * Agrees with: a direct maximum of the written likelihood by R `optim`; without inner knots `survreg`.
 */
export function fitRoystonParmar(
  input: ParametricInput,
  { innerKnots, scale }: RoystonParmarConfig,
): Checked<RoystonParmarFit> {
  if (!(Number.isInteger(innerKnots) && innerKnots >= 0))
    throw new RangeError(`fitRoystonParmar: expected 0 or more knots, got ${innerKnots}`);
  const checked = parametricRows('fitRoystonParmar', input);
  if (!checked.ok) return checked;
  const rows = checked.value;
  const knots = logTimeKnots(
    rows.logTime.filter((_, row) => rows.isEvent[row] === 1),
    innerKnots,
  );
  if (!knots)
    return refused(
      issue(
        'too-few-events',
        'fitRoystonParmar',
        `expected event days for ${innerKnots} distinct inner knots`,
      ),
    );
  const straight = fitAft({ ...input, names: [], predictors: new Float64Array(0) }, scales[scale].straight);
  if (!straight.ok) return straight;

  const p = input.names.length;
  const { error } = scales[scale];
  const slope = Math.exp(-straight.value.logScale);
  const start = Float64Array.of(-straight.value.intercept * slope, slope, ...knots.slice(2).map(() => 0));
  const empty = summitOf(rows, 1, knots, error, start);
  if (!empty.ok) return refused(notFinite('log time'));
  const [constant, ...shape] = empty.parameters;
  const from = Float64Array.of(constant!, ...input.names.map(() => 0), ...shape);
  const found = p === 0 ? empty : summitOf(rows, p + 1, knots, error, from);
  if (!found.ok) return refused(notFinite(input.names[found.parameter - 1] ?? 'log time'));

  const { parameters, factor } = found;
  const back = backTransform(rows, parameters.length);
  const natural = multiply(back, parameters, 1);
  const covariance = sandwich(back, invertCholesky(factor));
  return accepted({
    scale,
    names: input.names,
    knots,
    spline: Float64Array.of(natural[0]!, ...natural.slice(p + 1)),
    coefficients: natural.slice(1, p + 1),
    standardErrors: Float64Array.from(input.names, (_, j) =>
      Math.sqrt(covariance[(j + 1) * (factor.size + 1)]!),
    ),
    covariance,
    logLikelihood: { null: empty.logLikelihood, fitted: found.logLikelihood },
    subjects: input.followUp.days.length,
    events: input.followUp.event.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0),
    iterations: found.iterations,
  });
}

/** x β of subjects, [n]: higher is worse. */
export function roystonParmarRisk(fit: RoystonParmarFit, predictors: Float64Array): Float64Array {
  const p = fit.names.length;
  const n = p === 0 ? 1 : predictors.length / p;
  checkValues('roystonParmarRisk', 'predictor values', predictors, Math.floor(n) * p);
  return Float64Array.from({ length: n }, (_, row) =>
    fit.coefficients.reduce((sum, value, j) => sum + value * predictors[row * p + j]!, 0),
  );
}

/** Survival at day t, [n], of subjects with these x β; 1 at day 0. */
export function roystonParmarSurvival(fit: RoystonParmarFit, risk: Float64Array, t: number): Float64Array {
  if (!(t >= 0)) throw new RangeError(`roystonParmarSurvival: expected a day of 0 or more, got ${t}`);
  if (t === 0) return new Float64Array(risk.length).fill(1);
  const terms = new Float64Array(fit.knots.length - 1);
  writeLogTimeTerms(fit.knots, Math.log(t), terms, 0);
  const base = terms.reduce((sum, value, j) => sum + value * fit.spline[j + 1]!, fit.spline[0]!);
  const term: LogTerm = { value: 0, first: 0, second: 0 };
  return risk.map((value) => {
    scales[fit.scale].error.logSurvival(base + value, term);
    return Math.exp(term.value);
  });
}

/** The terms of a subject in the order of the parameters: constant, predictors, log time, inner knots. */
interface Terms {
  readonly q: number;
  /** Where log time is among the parameters. */
  readonly width: number;
  /** [n, q] at the end of follow-up, and at entry (0 from day 0 on) */
  readonly exit: Float64Array;
  readonly entry: Float64Array;
  /** [n, q − width] */
  readonly slopes: Float64Array;
}

function summitOf(
  rows: ParametricRows,
  width: number,
  knots: readonly number[],
  error: ErrorDistribution,
  start: Float64Array,
): Summit {
  const q = width + knots.length - 1;
  const exit = new Float64Array(rows.n * q);
  const entry = new Float64Array(rows.n * q);
  const slopes = new Float64Array(rows.n * (q - width));
  for (let row = 0; row < rows.n; row++) {
    const design = rows.design.subarray(row * rows.width, row * rows.width + width);
    exit.set(design, row * q);
    writeLogTimeTerms(knots, rows.logTime[row]!, exit, row * q + width);
    writeLogTimeSlopes(knots, rows.logTime[row]!, slopes, row * (q - width));
    if (rows.logEntry[row] === Number.NEGATIVE_INFINITY) continue;
    entry.set(design, row * q);
    writeLogTimeTerms(knots, rows.logEntry[row]!, entry, row * q + width);
  }
  const terms = { q, width, exit, entry, slopes };
  return climbByNewton((parameters) => derivatives(rows, terms, error, parameters), start);
}

/** An event has the density −S'(η) s'(log t) / t, where η is the spline s plus x β and S(η) the survival. */
function derivatives(
  rows: ParametricRows,
  { q, width, exit, entry, slopes }: Terms,
  error: ErrorDistribution,
  parameters: Float64Array,
): Derivatives {
  const gradient = new Float64Array(q);
  const information = new Float64Array(q * q);
  const term: LogTerm = { value: 0, first: 0, second: 0 };
  const add = (
    values: Float64Array,
    base: number,
    size: number,
    offset: number,
    one: number,
    two: number,
  ) => {
    for (let i = 0; i < size; i++) {
      const value = values[base + i]!;
      gradient[offset + i]! += one * value;
      for (let j = 0; j <= i; j++)
        information[(offset + i) * q + offset + j]! -= two * value * values[base + j]!;
    }
  };
  let logLikelihood = 0;
  for (let row = 0; row < rows.n; row++) {
    const weight = rows.weights[row]!;
    const eta = product(exit, row * q, q, parameters, 0);
    if (rows.isEvent[row] === 1) {
      const slope = product(slopes, row * (q - width), q - width, parameters, width);
      if (!(slope > 0)) return { logLikelihood: -Infinity, gradient, information };
      logLikelihood += weight * (Math.log(slope) - rows.logTime[row]!);
      add(slopes, row * (q - width), q - width, width, weight / slope, -weight / slope ** 2);
      error.logDensity(eta, term);
    } else error.logSurvival(eta, term);
    logLikelihood += weight * term.value;
    add(exit, row * q, q, 0, weight * term.first, weight * term.second);
    if (rows.logEntry[row] === Number.NEGATIVE_INFINITY) continue;
    error.logSurvival(product(entry, row * q, q, parameters, 0), term);
    logLikelihood -= weight * term.value;
    add(entry, row * q, q, 0, -weight * term.first, -weight * term.second);
  }
  for (let i = 0; i < q; i++) for (let j = 0; j < i; j++) information[j * q + i] = information[i * q + j]!;
  return { logLikelihood: Number.isFinite(logLikelihood) ? logLikelihood : -Infinity, gradient, information };
}

function product(
  values: Float64Array,
  base: number,
  size: number,
  parameters: Float64Array,
  from: number,
): number {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += values[base + j]! * parameters[from + j]!;
  return sum;
}
