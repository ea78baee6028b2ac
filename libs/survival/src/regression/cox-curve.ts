import { checkValues, normalQuantile } from '../follow-up.ts';
import { type CoxFit, type CoxInput, rowsAtMeans } from './cox.ts';
import type { Ties } from './cox-rows.ts';
import { type CoxSteps, coxSteps } from './cox-steps.ts';

/** Survival of one subject on the event days of its stratum. */
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
 * coefficients: the sandwich where there were clusters. Empty in a stratum without events.
 *
 * @param input what the model was fitted to, with the same `ties`
 * @param predictors [m, p]
 * @param stratum of all these subjects
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
  stratum = 0,
): readonly CoxCurve[] {
  const p = fit.names.length;
  const count = Math.floor(predictors.length / p);
  checkValues('coxCurves', 'predictor values', predictors, count * p);
  const steps = coxSteps(rowsAtMeans(input, ties, fit.means), fit.coefficients);
  const here = steps.find((candidate) => candidate.stratum === stratum);
  return Array.from({ length: count }, (_, row) => {
    const x = fit.means.map((mean, j) => predictors[row * p + j]! - mean);
    return here ? curveOf(here, fit, x) : emptyCurve();
  });
}

function curveOf(steps: CoxSteps, { coefficients, covariance }: CoxFit, x: Float64Array): CoxCurve {
  const p = x.length;
  const relative = Math.exp(x.reduce((sum, value, j) => sum + value * coefficients[j]!, 0));
  const cumulativeHazard = steps.cumulativeHazard.map((hazard) => hazard * relative);
  const standardError = steps.cumulativeHazard.map((hazard, k) => {
    const q = x.map((value, j) => value * hazard - steps.cumulativeMean[k * p + j]!);
    let variance = steps.cumulativeVariance[k]!;
    for (let i = 0; i < p; i++)
      for (let j = 0; j < p; j++) variance += q[i]! * covariance[i * p + j]! * q[j]!;
    return relative * Math.sqrt(variance);
  });
  const bound = (side: number) =>
    cumulativeHazard.map((hazard, k) =>
      Math.min(1, Math.exp(-hazard + side * normalQuantile * standardError[k]!)),
    );
  return {
    days: steps.days,
    survival: cumulativeHazard.map((hazard) => Math.exp(-hazard)),
    cumulativeHazard,
    standardError,
    low: bound(-1),
    high: bound(1),
  };
}

function emptyCurve(): CoxCurve {
  const none = new Float64Array(0);
  return { days: none, survival: none, cumulativeHazard: none, standardError: none, low: none, high: none };
}
