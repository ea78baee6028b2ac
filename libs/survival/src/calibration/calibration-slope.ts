import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { checkFollowUp, type FollowUp, normalQuantile, refuseLateEntry } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { weightedMean } from './observed-expected.ts';
import { cloglog, fitPseudoRegression } from './pseudo-regression.ts';
import { pseudoValues } from './pseudo-values.ts';

/** An estimate with its 95 % interval, estimate ± 1.96 standard errors. */
export interface Estimate {
  readonly estimate: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Calibration intercept of a risk by day t: regression of the pseudo-values on the
 * complementary log-log of the predicted risk, whose coefficient is held at 1. Its exponential is
 * about the observed over the predicted cumulative hazard: below 0 the prediction is too high.
 *
 * The same with and without competing events: then it is the subdistribution hazard. Pseudo-values,
 * unlike a hazard model, look at day t alone, which is what the prediction is about, and need no
 * proportional hazards; they do need censoring that does not depend on the risk.
 *
 * Not estimable, by an issue that names the reason: a risk of 0 or 1 (its complementary log-log is infinite), nobody followed to t,
 * no event by t, or nobody without one.
 *
 * @param risk [n] predicted probability of the event by day t
 * @throws RangeError when lengths differ, a risk is not a probability, or there is late entry
 *
 * Source: vangeloven2022 (docs/references.bib).
 * Agrees with: R geepack `geese(pseudo ~ offset(cll), mean.link = "cloglog")`.
 */
export function calibrationIntercept(risk: Float64Array, followUp: FollowUp, t: number): Checked<Estimate> {
  const data = outcomes('calibrationIntercept', risk, followUp, t);
  if (!data.ok) return data;
  const { cll, values, weights } = data.value;
  const fit = fitPseudoRegression(
    { names: ['intercept'], terms: new Float64Array(cll.length).fill(1), offset: cll, values, weights },
    new Float64Array(1),
  );
  return fit.ok ? accepted(estimateOf(fit.value.coefficients[0]!, fit.value.covariance[0]!)) : fit;
}

/**
 * Calibration slope of a risk by day t: the coefficient of its complementary log-log, with an
 * intercept of its own. Below 1: the predictions are too extreme.
 *
 * Not estimable as `calibrationIntercept`, and where all risks are the same.
 *
 * @param risk [n] predicted probability of the event by day t
 * @throws RangeError when lengths differ, a risk is not a probability, or there is late entry
 *
 * Source: vangeloven2022 (docs/references.bib).
 * Agrees with: R geepack `geese(pseudo ~ cll, mean.link = "cloglog")`.
 */
export function calibrationSlope(risk: Float64Array, followUp: FollowUp, t: number): Checked<Estimate> {
  const data = outcomes('calibrationSlope', risk, followUp, t);
  if (!data.ok) return data;
  const { cll, values, weights } = data.value;
  const n = cll.length;
  const fit = fitPseudoRegression(
    {
      names: ['intercept', 'risk'],
      terms: Float64Array.from({ length: 2 * n }, (_, at) => (at % 2 === 0 ? 1 : cll[at >> 1]!)),
      offset: new Float64Array(n),
      values,
      weights,
    },
    Float64Array.of(0, 1),
  );
  return fit.ok ? accepted(estimateOf(fit.value.coefficients[1]!, fit.value.covariance[3]!)) : fit;
}

export function estimateOf(estimate: number, variance: number): Estimate {
  const standardError = Math.sqrt(variance);
  const margin = normalQuantile * standardError;
  return { estimate, standardError, low: estimate - margin, high: estimate + margin };
}

/** What the regressions on the complementary log-log scale are made from. */
export interface RiskOutcomes {
  readonly cll: Float64Array;
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

function outcomes(caller: string, risk: Float64Array, followUp: FollowUp, t: number): Checked<RiskOutcomes> {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  checkRisks(caller, risk, followUp.days.length);
  const cll = cloglogOf(risk);
  if (!cll.ok) return cll;
  const values = pseudoValues(followUp, t);
  const wrong = values === null ? notFollowed(t) : withoutContrast(values, followUp.weights, t);
  if (values === null || wrong) return refused(wrong!);
  return accepted({
    cll: cll.value,
    values,
    weights: followUp.weights ?? new Float64Array(risk.length).fill(1),
  });
}

/** The complementary log-log of n risks, refused where it is infinite. */
export function cloglogOf(risk: Float64Array): Checked<Float64Array> {
  const wrong = risk.findIndex((value) => value <= 0 || value >= 1);
  if (wrong < 0) return accepted(risk.map(cloglog));
  return refused(
    issue(
      'not-estimable',
      `risk of subject ${wrong + 1}`,
      `expected a risk above 0 and below 1, found ${risk[wrong]}: its complementary log-log is infinite`,
    ),
  );
}

export function notFollowed(t: number): Issue {
  return issue(
    'not-estimable',
    `day ${t}`,
    'expected follow-up so long, but the last time is a censoring before it',
  );
}

function withoutContrast(values: Float64Array, weights: Float64Array | undefined, t: number): Issue | null {
  const observed = weightedMean(values, weights);
  if (!(observed > 1e-12))
    return issue('too-few-events', `day ${t}`, 'expected an event by this day, found none');
  if (!(observed < 1 - 1e-12))
    return issue(
      'too-few-events',
      `day ${t}`,
      'expected a subject without the event by this day, found none',
    );
  return null;
}
