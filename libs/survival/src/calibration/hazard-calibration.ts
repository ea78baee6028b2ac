import { accepted, type Checked, issue, refused } from '@myocast/base';
import { checkFollowUp, type FollowUp, refuseLateEntry, stepAt, takeRows } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { type CoxFit, coxLinearPredictor, fitCox } from '../regression/cox.ts';
import { type CalibrationCurve, curveOf } from './calibration-curve.ts';
import { cloglogOf, type Estimate, estimateOf, notFollowed } from './calibration-slope.ts';
import { knownAt } from './pseudo-values.ts';
import { cloglog } from './pseudo-regression.ts';
import { riskSpline } from './risk-spline.ts';

/**
 * Calibration curve by hazard regression: Cox regression on a restricted cubic spline of the
 * complementary log-log of the predicted risk by day t; the observed risk is the one that this model gives by t.
 * It assumes proportional hazards of the predicted risk over the whole follow-up, and
 * is smoother at small numbers than pseudo-values.
 *
 * Competing events are refused: their hazard regression is Fine and Gray's; use `pseudoCalibrationCurve`.
 * Not estimable where a risk is 0 or 1, the risks have too few distinct values, there is no event, or nobody is followed to t.
 *
 * @param risk [n] predicted probability of the event by day t
 * @throws RangeError when lengths differ, a risk is not a probability, there is late entry, or the knots are not 3 to 5
 *
 * Source: austin2020 (docs/references.bib).
 * Agrees with: R `coxph(Surv(days, event) ~ rms::rcs(log(-log(1 - risk)), 3))`.
 */
export function hazardCalibrationCurve(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { knots = 3 }: { readonly knots?: number } = {},
): Checked<CalibrationCurve> {
  const cll = checkedCloglog('hazardCalibrationCurve', risk, followUp, t);
  if (!cll.ok) return cll;
  const spline = riskSpline(cll.value, knots);
  if (!spline.ok) return spline;
  const { names, write } = spline.value;
  const termsOf = (values: Float64Array) => {
    const terms = new Float64Array(values.length * names.length);
    for (const [row, value] of values.entries()) write(value, terms, row * names.length);
    return terms;
  };
  const fit = fitCox({ names, predictors: termsOf(cll.value), followUp }, { ties: 'efron' });
  if (!fit.ok) return fit;
  const smooth = (at: Float64Array) => riskOf(fit.value, termsOf(at.map(cloglog)), t);
  const order = Int32Array.from(risk.keys()).sort((a, b) => risk[a]! - risk[b]!);
  const sorted = takeRows(risk, order);
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  return accepted(curveOf(sorted, weights, smooth, smooth(sorted)));
}

/**
 * Calibration slope by hazard regression: the coefficient of the complementary log-log of the predicted risk in a Cox
 * model of the whole follow-up. Of a Cox model's own prediction it is that of the linear predictor, whatever t is.
 *
 * Competing events are refused; use `calibrationSlope`.
 *
 * @throws RangeError as hazardCalibrationCurve
 *
 * Source: austin2020 (docs/references.bib). Agrees with: R `coxph(Surv(days, event) ~ log(-log(1 - risk)))`.
 */
export function hazardCalibrationSlope(risk: Float64Array, followUp: FollowUp, t: number): Checked<Estimate> {
  const cll = checkedCloglog('hazardCalibrationSlope', risk, followUp, t);
  if (!cll.ok) return cll;
  const fit = fitCox({ names: ['risk'], predictors: cll.value, followUp }, { ties: 'efron' });
  return fit.ok ? accepted(estimateOf(fit.value.coefficients[0]!, fit.value.covariance[0]!)) : fit;
}

function riskOf(fit: CoxFit, terms: Float64Array, t: number): Float64Array {
  const hazard = stepAt(fit.baselines[0]!.days, fit.baselines[0]!.cumulativeHazard, t, 0);
  return coxLinearPredictor(fit, terms).map((value) => -Math.expm1(-hazard * Math.exp(value)));
}

function checkedCloglog(
  caller: string,
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
): Checked<Float64Array> {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  checkRisks(caller, risk, followUp.days.length);
  if (followUp.event.some((code) => code > 1))
    return refused(
      issue('not-estimable', 'competing events', 'expected none for a hazard regression; use pseudo-values'),
    );
  return knownAt(followUp, t) ? cloglogOf(risk) : refused(notFollowed(t));
}
