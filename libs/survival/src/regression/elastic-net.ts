import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { FollowUp } from '../follow-up.ts';
import type { CoxInput, CoxModel } from './cox.ts';
import { coxHazards, linearPredictors } from './cox-hazards.ts';
import { coxRows } from './cox-rows.ts';
import { coxBaselines } from './cox-steps.ts';
import { checkElasticNet, type ElasticNetConfig } from './elastic-net-config.ts';
import { deviancesOf, devianceRatio, followPath, withoutPenalty } from './elastic-net-path.ts';
import type { ElasticNetProblem } from './elastic-net-solution.ts';
import { standardise } from './standardise.ts';

/** Penalised fits at a sequence of penalties. */
export interface ElasticNetPath {
  readonly names: readonly string[];
  readonly alpha: number;
  /** [k] descending */
  readonly lambdas: Float64Array;
  /** [k, p] log hazard ratio of one unit of the predictor as given */
  readonly coefficients: Float64Array;
  /** [k] coefficients that are not 0: the degrees of freedom of a lasso */
  readonly nonZero: Int32Array;
  /** [k] log partial likelihood, without the penalty */
  readonly logLikelihood: Float64Array;
  /** [k] share of the null deviance that is gone */
  readonly devianceRatio: Float64Array;
  /** 2 (ln L saturated - ln L with all coefficients 0) */
  readonly nullDeviance: number;
  /** [p] the subject to whom a baseline belongs */
  readonly means: Float64Array;
  readonly subjects: number;
  readonly events: number;
}

/**
 * Cox regression with an elastic-net penalty along a path of λ: the log partial likelihood over the
 * sum of weights, less λ Σ factor (α |b| + (1 - α) b² / 2), is greatest. Breslow's ties.
 *
 * Competing events count as censorings. The first λ of a sequence from the data is the least one at
 * which every penalised coefficient is 0 (for α below 0.001 that of 0.001, as a ridge has none); the
 * sequence is even on the logarithmic scale and ends early where the deviance no longer gains. There
 * may be more predictors than subjects. Constant predictors stay at 0 and are reported.
 *
 * Refused: a table without events; predictors without penalty that have no finite or no single
 * estimate, by name. Where there is none at a given λ, as at 0 with separated events, the path ends
 * before it and an issue names the predictor.
 *
 * @throws RangeError when lengths differ, a value is not finite, or a penalty is out of range
 *
 * Source: simon2011, zou2005 (docs/references.bib).
 * Agrees with: R glmnet `glmnet(family = "cox")` and its sequence, with strata by `stratifySurv`. There the
 * first coefficients of a ridge are set to 0, and a censoring that shares its time with an event is out of
 * its risk set where times are above 100 (a shift of 2e-14 is lost).
 */
export function fitElasticNet(input: CoxInput, config: ElasticNetConfig): Checked<ElasticNetPath> {
  checkElasticNet(input, config);
  const { names, followUp } = input;
  const events = eventCount(followUp);
  if (events === 0) return refused(issue('too-few-events', 'elastic net', 'expected an event, found none'));
  const { problem, means, scales } = problemOf(input, config);
  const constant = names.filter((_, j) => problem.isLeftOut[j] === 1);
  if (constant.length === names.length)
    return refused(issue('not-estimable', names.join(', '), 'expected a predictor that varies'));
  const found = followPath(problem, config, names);
  if (!found.ok) return found;

  const { lambdas, states } = found.value;
  const deviances = deviancesOf(problem);
  const path: ElasticNetPath = {
    names,
    alpha: config.alpha,
    lambdas,
    coefficients: Float64Array.from(
      states.flatMap(({ b }) => Array.from(b, (value, j) => value / scales[j]!)),
    ),
    nonZero: Int32Array.from(states, ({ b }) => b.filter((value) => value !== 0).length),
    logLikelihood: Float64Array.from(states, ({ logLikelihood }) => logLikelihood),
    devianceRatio: Float64Array.from(states, ({ logLikelihood }) => devianceRatio(logLikelihood, deviances)),
    nullDeviance: 2 * (deviances.saturated - deviances.empty),
    means,
    subjects: followUp.days.length,
    events,
  };
  const left = constant.map((name) =>
    issue('not-estimable', name, 'expected a predictor that varies; its coefficient is 0'),
  );
  return accepted(path, [...left, ...found.issues]);
}

/** The coefficients at the k-th penalty, [p]. */
export function elasticNetCoefficients({ coefficients, names }: ElasticNetPath, k: number): Float64Array {
  return coefficients.slice(k * names.length, (k + 1) * names.length);
}

/**
 * The model at the k-th penalty with Breslow's baseline hazard, for `coxLinearPredictor` and `coxSurvival`.
 *
 * @param input what the path was fitted to
 *
 * Agrees with: R survival `survfit` of `coxph(init = coefficients, iter = 0, ties = "breslow")`. R glmnet
 * `survfit.coxnet` leaves out the ties, so that its hazard is Efron's, not that of the likelihood.
 */
export function elasticNetModel(input: CoxInput, path: ElasticNetPath, k: number): CoxModel {
  if (!Number.isInteger(k) || k < 0 || k >= path.lambdas.length)
    throw new RangeError(`elasticNetModel: expected a place below ${path.lambdas.length}, got ${k}`);
  const coefficients = elasticNetCoefficients(path, k);
  const { names, means } = path;
  const centred = input.predictors.map((value, at) => value - means[at % names.length]!);
  const rows = coxRows(centred, input.followUp, weightsOf(input.followUp), 'breslow', input);
  const hazards = coxHazards(rows, linearPredictors(rows, coefficients));
  return { names, coefficients, means, baselines: coxBaselines(rows, hazards) };
}

/** Fits without a penalty of the predictors that a path has chosen. */
export interface RelaxedPath {
  /** [k] of [p], per unit of the predictors as given; null where they have no finite or no single estimate */
  readonly coefficients: readonly (Float64Array | null)[];
  /** [k] null where the coefficients are */
  readonly devianceRatio: readonly (number | null)[];
}

/**
 * The relaxed lasso: at each penalty the predictors whose coefficients are not 0 are fitted without
 * one. An issue for each set of predictors without estimates names the one that is to blame.
 *
 * @param input what the path was fitted to, with the same `config`
 *
 * Source: meinshausen2007 (docs/references.bib).
 * Agrees with: R glmnet `glmnet(family = "cox", relax = TRUE)`, its gamma = 0.
 */
export function relaxElasticNet(
  input: CoxInput,
  config: ElasticNetConfig,
  path: ElasticNetPath,
): Checked<RelaxedPath> {
  const { problem, scales } = problemOf(input, config);
  const deviances = deviancesOf(problem);
  const fits = new Map<string, ReturnType<typeof withoutPenalty>>();
  const found = Array.from(path.lambdas, (_, k) => {
    const b = elasticNetCoefficients(path, k);
    const support = Int32Array.from(b.keys()).filter((j) => b[j] !== 0);
    const key = support.join();
    const fit = fits.get(key) ?? withoutPenalty(problem, support, path.names);
    fits.set(key, fit);
    return fit;
  });
  return accepted(
    {
      coefficients: found.map((fit) => (fit.ok ? fit.value.b.map((value, j) => value / scales[j]!) : null)),
      devianceRatio: found.map((fit) => (fit.ok ? devianceRatio(fit.value.logLikelihood, deviances) : null)),
    },
    [...fits.values()].flatMap(({ issues }) => issues),
  );
}

export function weightsOf({ days, weights }: FollowUp): Float64Array {
  return weights ?? new Float64Array(days.length).fill(1);
}

function eventCount({ event, weights }: FollowUp): number {
  return event.reduce((sum, code, row) => sum + (code === 1 && weights?.[row] !== 0 ? 1 : 0), 0);
}

function problemOf(
  input: CoxInput,
  { alpha, penaltyFactors, standardise: isScaled = true }: ElasticNetConfig,
) {
  const { names, predictors, followUp } = input;
  const p = names.length;
  const weights = weightsOf(followUp);
  const { values, means, scales, isConstant } = standardise(predictors, p, weights);
  const asGiven = isScaled ? values : values.map((value, at) => value * scales[at % p]!);
  const factors = Float64Array.from(names, (_, j) => penaltyFactors?.[j] ?? 1);
  const sum = factors.reduce((total, factor) => total + factor, 0);
  const problem: ElasticNetProblem = {
    rows: coxRows(asGiven, followUp, weights, 'breslow', input),
    total: weights.reduce((total, weight) => total + weight, 0),
    alpha,
    factors: factors.map((factor) => (factor * p) / sum),
    isLeftOut: isConstant,
  };
  return { problem, means, scales: isScaled ? scales : new Float64Array(p).fill(1) };
}
