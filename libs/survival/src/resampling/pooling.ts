import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { normalQuantile } from '../follow-up.ts';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { studentQuantile } from '../numerics/student-t.ts';
import {
  type BetweenMethod,
  betweenVariance,
  betweenVarianceInterval,
  squaresOf,
  type StudyEstimates,
  type WeightedStudies,
  weightedStudies,
} from './between-variance.ts';
import { type GivenEstimate, onScale, type PoolingScale, poolingScales } from './pooling-scale.ts';

export interface PoolingConfig {
  /** 'identity' where absent */
  readonly scale?: PoolingScale;
  /** 'reml' where absent */
  readonly method?: BetweenMethod;
  /**
   * 'hartung-knapp' (where absent): the error from the spread of the studies, on k - 1 degrees of freedom.
   * 'hartung-knapp-wider': not below the usual error. 'normal': the usual error, ± 1.96.
   */
  readonly interval?: 'normal' | 'hartung-knapp' | 'hartung-knapp-wider';
}

/** An estimate with its ends. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

/** The average over studies (centres), and how much they differ. */
export interface Pooled {
  readonly studies: number;
  /** Back on the scale of the estimates */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** 95 % interval for the true value in a further study; null for fewer than three */
  readonly prediction: Ends | null;
  /** On the scale of the average */
  readonly transformed: { readonly estimate: number; readonly standardError: number } & Ends;
  /** τ², variance of the true values on the scale of the average, with its Q-profile interval; null for one study */
  readonly betweenVariance: ({ readonly estimate: number } & Ends) | null;
  /** I²: share of the spread that is not chance, 0 to 1; null for one study */
  readonly inconsistency: number | null;
  /** Cochran's Q, that all studies have one true value; null for one study */
  readonly heterogeneity: {
    readonly q: number;
    readonly degreesOfFreedom: number;
    readonly p: number;
  } | null;
  /** [k] share of each study in the average */
  readonly weights: Float64Array;
  /** The interval that was made: 'normal' for one study, whatever was asked for */
  readonly interval: NonNullable<PoolingConfig['interval']>;
}

/**
 * Random-effects average of the same measure from k studies.
 *
 * The prediction interval is mean ± t(k - 2) √(τ² + error²), with the error of the average's interval. I² is
 * τ² / (τ² + s²) with s² the typical variance within studies, which for DerSimonian-Laird is (Q - df) / Q.
 *
 * A study without a positive, finite error on the scale of the average (a C of 1 on the logit) is refused by
 * name, since it would have all the weight or none.
 *
 * @param names [k] for the issues
 * @throws RangeError when there are no studies or not a name for each
 *
 * Source: higgins2009; Hartung-Knapp knapp2003; I² higgins2002; scales snell2018 (docs/references.bib).
 * Agrees with: R metafor `rma(yi, sei, method, test = "z", "knha" or "adhoc")`; the prediction interval with the written
 * formula, as metafor 3.8 has the normal quantile in its place.
 */
export function poolEstimates(
  names: readonly string[],
  given: readonly GivenEstimate[],
  { scale = 'identity', method = 'reml', interval: wanted = 'hartung-knapp' }: PoolingConfig = {},
): Checked<Pooled> {
  if (given.length === 0 || names.length !== given.length)
    throw new RangeError(
      `poolEstimates: expected a name for each study, got ${names.length} and ${given.length}`,
    );
  const studies = given.map((one) => onScale(one, scale));
  const wrong = studies.flatMap((study, at) => wrongStudy(names[at]!, given[at]!, study, scale));
  const [first, ...others] = wrong;
  if (first) return refused(first, ...others);
  const estimates: StudyEstimates = {
    values: Float64Array.from(studies, ({ value }) => value),
    variances: Float64Array.from(studies, ({ variance }) => variance),
  };
  return accepted(average(estimates, betweenVariance(estimates, method), scale, wanted));
}

function average(
  estimates: StudyEstimates,
  between: number,
  scale: PoolingScale,
  wanted: Pooled['interval'],
): Pooled {
  const k = estimates.values.length;
  const { back } = poolingScales[scale];
  const weighted = weightedStudies(estimates, between);
  const interval = k === 1 ? 'normal' : wanted;
  const standardError = errorOf(weighted, k, interval);
  const point = interval === 'normal' ? normalQuantile : studentQuantile(0.975, k - 1);
  const ends = around(weighted.mean, point * standardError);
  const apart = k > 2 ? studentQuantile(0.975, k - 2) * Math.sqrt(between + standardError ** 2) : null;
  return {
    studies: k,
    estimate: back(weighted.mean),
    low: back(ends.low),
    high: back(ends.high),
    prediction: apart === null ? null : around(weighted.mean, apart, back),
    transformed: { estimate: weighted.mean, standardError, ...ends },
    ...heterogeneityOf(estimates, between),
    weights: weighted.weights.map((weight) => weight / weighted.sum),
    interval,
  };
}

function around(middle: number, half: number, back = (value: number) => value): Ends {
  return { low: back(middle - half), high: back(middle + half) };
}

function errorOf({ sum, q }: WeightedStudies, k: number, interval: Pooled['interval']): number {
  if (interval === 'normal') return Math.sqrt(1 / sum);
  const spread = q / (k - 1);
  return Math.sqrt((interval === 'hartung-knapp' ? spread : Math.max(1, spread)) / sum);
}

function heterogeneityOf(
  studies: StudyEstimates,
  between: number,
): Pick<Pooled, 'betweenVariance' | 'inconsistency' | 'heterogeneity'> {
  const free = studies.values.length - 1;
  if (free === 0) return { betweenVariance: null, inconsistency: null, heterogeneity: null };
  const { weights, sum, q } = weightedStudies(studies, 0);
  const typical = (free * sum) / (sum ** 2 - squaresOf(weights));
  return {
    betweenVariance: { estimate: between, ...betweenVarianceInterval(studies) },
    inconsistency: between / (between + typical),
    heterogeneity: { q, degreesOfFreedom: free, p: chiSquareTail(q, free) },
  };
}

function wrongStudy(
  name: string,
  given: GivenEstimate,
  { value, variance }: { value: number; variance: number },
  scale: PoolingScale,
): Issue[] {
  if (!Number.isFinite(value))
    return [issue('bad-value', name, `expected an estimate with a ${scale}, found ${given.estimate}`)];
  if (variance > 0 && Number.isFinite(variance)) return [];
  const found =
    'standardError' in given
      ? `a standard error of ${given.standardError}`
      : `an interval of ${given.low} to ${given.high}`;
  return [
    issue('not-estimable', name, `expected a positive, finite error on the ${scale} scale, found ${found}`),
  ];
}
