import { checkValues, normalQuantile } from '../follow-up.ts';
import { type CoxFit, type CoxInput, rowsAtMeans } from './cox.ts';
import type { CoxDesign, Ties } from './cox-rows.ts';
import { type CoxSteps, coxSteps } from './cox-steps.ts';
import { stepCount } from './step-count.ts';

/** Survival of one subject on the event days of its stratum, or on the days asked for. */
export interface CoxCurve {
  readonly days: Float64Array;
  readonly survival: Float64Array;
  readonly cumulativeHazard: Float64Array;
  /** Of the cumulative hazard, which is that of ln(survival) */
  readonly standardError: Float64Array;
  /** 95 % interval of the survival, even on its logarithmic scale */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Survival curves of given subjects under a fitted Cox model, exp(-cumulative hazard), with
 * intervals that hold the uncertainty of the baseline and of the coefficients.
 *
 * With H the baseline, its variance V and m the mean of those at risk, the variance of the
 * cumulative hazard is exp(2 η) (V + qᵀ C q), q = ∫ (x - m) dH and C the covariance of the
 * coefficients: the sandwich where there were clusters. In a stratum without events nobody dies.
 *
 * @param input what the model was fitted to, with the same `ties`
 * @param predictors [m, p]
 * @param options strata [m] and offset [m], 0 where absent; days [k] instead of the event days
 * @throws RangeError when a value is not finite or their number is no multiple of p
 *
 * Source: tsiatis1981 (docs/references.bib).
 * Agrees with: R survival `survfit(coxph(...), newdata)`.
 */
export function coxCurves(
  input: CoxInput,
  fit: CoxFit,
  ties: Ties,
  predictors: Float64Array,
  { strata, offset, days }: CoxDesign & { readonly days?: Float64Array } = {},
): readonly CoxCurve[] {
  const p = fit.names.length;
  const count = Math.floor(predictors.length / p);
  checkValues('coxCurves', 'predictor values', predictors, count * p);
  const steps = coxSteps(rowsAtMeans(input, ties, fit.means), fit.coefficients);
  return Array.from({ length: count }, (_, row) => {
    const here = steps.find(({ stratum }) => stratum === (strata?.[row] ?? 0)) ?? withoutEvents;
    const x = fit.means.map((mean, j) => predictors[row * p + j]! - mean);
    return curveOf(here, days ?? here.days, fit, x, offset?.[row] ?? 0);
  });
}

function curveOf(
  {
    days,
    cumulativeHazard,
    cumulativeMean,
    cumulativeVariance,
  }: Pick<CoxSteps, 'days' | 'cumulativeHazard' | 'cumulativeMean' | 'cumulativeVariance'>,
  at: Float64Array,
  { coefficients, covariance }: CoxFit,
  x: Float64Array,
  offset: number,
): CoxCurve {
  const p = x.length;
  const places = Int32Array.from(at, (day) => stepCount(days, day) - 1);
  const relative = Math.exp(x.reduce((sum, value, j) => sum + value * coefficients[j]!, offset));
  const hazard = Float64Array.from(places, (k) => (k < 0 ? 0 : cumulativeHazard[k]! * relative));
  const standardError = Float64Array.from(places, (k) => {
    if (k < 0) return 0;
    const q = x.map((value, j) => value * cumulativeHazard[k]! - cumulativeMean[k * p + j]!);
    let variance = cumulativeVariance[k]!;
    for (let i = 0; i < p; i++)
      for (let j = 0; j < p; j++) variance += q[i]! * covariance[i * p + j]! * q[j]!;
    return relative * Math.sqrt(variance);
  });
  const bound = (side: number) =>
    hazard.map((value, k) =>
      value === Infinity ? 0 : Math.min(1, Math.exp(-value + side * normalQuantile * standardError[k]!)),
    );
  return {
    days: at,
    survival: hazard.map((value) => Math.exp(-value)),
    cumulativeHazard: hazard,
    standardError,
    low: bound(-1),
    high: bound(1),
  };
}

const none = new Float64Array(0);
const withoutEvents: Parameters<typeof curveOf>[0] = {
  days: none,
  cumulativeHazard: none,
  cumulativeMean: none,
  cumulativeVariance: none,
};
