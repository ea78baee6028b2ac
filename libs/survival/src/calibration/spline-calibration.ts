import { accepted, type Checked, refused } from '@myocast/base';
import { checkFollowUp, type FollowUp, refuseLateEntry, takeRows } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { type CalibrationCurve, curveOf } from './calibration-curve.ts';
import { cloglogOf, notFollowed } from './calibration-slope.ts';
import { cloglog, fitPseudoRegression, inverseCloglog } from './pseudo-regression.ts';
import { pseudoValues } from './pseudo-values.ts';
import { type RiskSpline, riskSpline } from './risk-spline.ts';

/**
 * Calibration curve by pseudo-values on a restricted cubic spline: regression of the pseudo-values of
 * the event by day t on a spline of the complementary log-log of the predicted risk, through that link. Smoother than
 * the local regression, and always between 0 and 1; serves competing events as well.
 *
 * Not estimable where a risk is 0 or 1, the risks have too few distinct values, or nobody is followed to t.
 *
 * @param risk [n] predicted probability of the event by day t
 * @throws RangeError when lengths differ, a risk is not a probability, there is late entry, or the knots are not 3 to 5
 *
 * Source: vangeloven2022 (docs/references.bib).
 * Agrees with: R geepack `geese(pseudo ~ rms::rcs(log(-log(1 - risk)), knots), mean.link = "cloglog")`.
 */
export function splineCalibrationCurve(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { knots = 4 }: { readonly knots?: number } = {},
): Checked<CalibrationCurve> {
  checkFollowUp('splineCalibrationCurve', followUp);
  refuseLateEntry('splineCalibrationCurve', followUp);
  checkRisks('splineCalibrationCurve', risk, followUp.days.length);
  const values = pseudoValues(followUp, t);
  if (values === null) return refused(notFollowed(t));
  const cll = cloglogOf(risk);
  if (!cll.ok) return cll;
  const spline = riskSpline(cll.value, knots);
  if (!spline.ok) return spline;
  const order = Int32Array.from(risk.keys()).sort((a, b) => risk[a]! - risk[b]!);
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  const smooth = splineOf(spline.value, takeRows(cll.value, order), takeRows(values, order), weights);
  if (!smooth.ok) return smooth;
  const sorted = takeRows(risk, order);
  return accepted(curveOf(sorted, weights, smooth.value, smooth.value(sorted)));
}

/** The observed risk as a function of predicted ones. */
function splineOf(
  { names, write }: RiskSpline,
  cll: Float64Array,
  values: Float64Array,
  weights: Float64Array,
): Checked<(risk: Float64Array) => Float64Array> {
  const p = names.length + 1;
  const termsOf = (at: Float64Array) => {
    const terms = new Float64Array(at.length * p);
    for (const [row, value] of at.entries()) {
      terms[row * p] = 1;
      write(value, terms, row * p + 1);
    }
    return terms;
  };
  const offset = new Float64Array(cll.length);
  const fit = fitPseudoRegression(
    { names: ['intercept', ...names], terms: termsOf(cll), offset, values, weights },
    Float64Array.from({ length: p }, (_, j) => (j === 1 ? 1 : 0)),
  );
  if (!fit.ok) return fit;
  const { coefficients } = fit.value;
  return accepted((risk) => {
    const terms = termsOf(risk.map(cloglog));
    return risk.map((_, row) =>
      inverseCloglog(coefficients.reduce((sum, value, j) => sum + value * terms[row * p + j]!, 0)),
    );
  });
}
