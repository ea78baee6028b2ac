import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aalenJohansen } from './estimators/aalen-johansen.ts';
import { rocAuc } from './performance/auc.ts';
import { brierScore, integratedBrierScore } from './performance/brier-score.ts';
import { concordance, unoConcordance } from './performance/concordance.ts';
import { coxSurvival, fitCox } from './regression/cox.ts';
import type { FollowUp } from './follow-up.ts';
import { kaplanMeier } from './estimators/kaplan-meier.ts';
import { logRank } from './estimators/log-rank.ts';

// 24 rows with tied times, tied risks and a competing cause; see reference/survival.
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../reference/survival/${name}`, import.meta.url), 'utf8'));
const r = read('golden-r.json');
const sksurv = read('golden-sksurv.json');
const followUp: FollowUp = { days: Float64Array.from(r.days), event: Uint8Array.from(r.cause) };
const risk = Float64Array.from(r.risk);
const predictors = Float64Array.from(r.x1.flatMap((x: number, row: number) => [x, r.x2[row]]));

function near(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++)
    expect(
      Math.abs(got[at]! - expected[at]!),
      `entry ${at}: ${got[at]}, expected ${expected[at]}`,
    ).toBeLessThan(tolerance);
}

describe('on rows with ties, as R survival has it', () => {
  it('the Kaplan-Meier curve has the same survival, error and intervals on both scales', () => {
    const logLog = kaplanMeier(followUp);
    near(logLog.days, r.kaplanMeier.days, 1e-12);
    near(logLog.survival, r.kaplanMeier.survival, 1e-12);
    near(logLog.standardError, r.kaplanMeier.standardError, 1e-12);
    near(logLog.low, r.kaplanMeier.logLogLow, 1e-12);
    near(logLog.high, r.kaplanMeier.logLogHigh, 1e-12);
    const log = kaplanMeier(followUp, 'log');
    near(log.low, r.kaplanMeier.logLow, 1e-12);
    near(log.high, r.kaplanMeier.logHigh, 1e-12);
  });
  it('the Aalen-Johansen curves are the same for both causes', () => {
    near(aalenJohansen(followUp, 1).incidence, r.aalenJohansen.incidence1, 1e-12);
    near(aalenJohansen(followUp, 2).incidence, r.aalenJohansen.incidence2, 1e-12);
  });
  it('the log-rank test of three groups is the same', () => {
    const test = logRank(r.group, followUp);
    near([test.chiSquare!, test.p!], [r.logRank.chiSquare, r.logRank.p], 1e-10);
    near(
      test.groups.map(({ observed }) => observed),
      r.logRank.observed,
      1e-12,
    );
    near(
      test.groups.map(({ expected }) => expected),
      r.logRank.expected,
      1e-12,
    );
  });
  it.each(['efron', 'breslow', 'efronWeighted'] as const)('Cox regression is the same: %s', (name) => {
    const golden = r[name];
    const weights = name === 'efronWeighted' ? { weights: Float64Array.from(r.weights) } : {};
    const fit = fitCox(
      { names: ['x1', 'x2'], predictors, followUp: { ...followUp, ...weights } },
      { ties: name === 'breslow' ? 'breslow' : 'efron' },
    );
    if (!fit.ok) throw new Error(fit.issues[0]!.message);
    const { coefficients, standardErrors, logLikelihood, baselines, means } = fit.value;
    const baseline = baselines[0]!;
    near(coefficients, golden.coefficients, 1e-7);
    near(standardErrors, golden.standardErrors, 1e-7);
    near([logLikelihood.null, logLikelihood.fitted], golden.logLikelihood, 1e-9);
    near(baseline.days, golden.baselineDays, 1e-12);
    const atZero = Float64Array.of(-coefficients[0]! * means[0]! - coefficients[1]! * means[1]!);
    near(
      [...baseline.days].map((day) => -Math.log(coxSurvival(fit.value, atZero, day)[0]!)),
      golden.baselineAtZero,
      1e-7,
    );
  });
  it('a ridge penalty gives the same shrunken coefficients', () => {
    const fit = fitCox({ names: ['x1', 'x2'], predictors, followUp }, { ties: 'efron', ridge: 3 });
    if (!fit.ok) throw new Error(fit.issues[0]!.message);
    near(fit.value.coefficients, r.ridge3.coefficients, 1e-6);
  });
  it('the concordance has the same index, counts and standard error', () => {
    const got = concordance(risk, followUp);
    near([got.index!, got.standardError!], [r.harrell.index, r.harrell.standardError], 1e-12);
    expect([got.concordant, got.discordant, got.tiedRisk]).toEqual([
      r.harrell.concordant,
      r.harrell.discordant,
      r.harrell.tiedRisk,
    ]);
  });
  it("Uno's concordance is the same, with and without tau", () => {
    near([unoConcordance(risk, followUp).index!], [r.unoR.index], 1e-12);
    near([unoConcordance(risk, followUp, { tau: 40.5 }).index!], [r.unoR.tau40], 1e-12);
  });
});

describe('as scikit-survival has it', () => {
  it('the cumulative incidence has the same delta-method interval', () => {
    const curve = aalenJohansen(followUp, 1);
    near(curve.incidence, sksurv.cif.incidence, 1e-12);
    near(curve.low, sksurv.cif.low, 1e-10);
    near(curve.high, sksurv.cif.high, 1e-10);
  });
  const untied: FollowUp = {
    days: Float64Array.from(sksurv.untied.days),
    event: Uint8Array.from(r.cause, (cause: number) => (cause === 1 ? 1 : 0)),
  };
  it('the Brier score and its integral are the same where there are no ties', () => {
    const { horizons, survival, brier, integrated } = sksurv.untied;
    const risks = survival.map((row: number[]) => Float64Array.from(row, (value) => 1 - value));
    near(
      horizons.map((t: number, k: number) => brierScore(risks[k], untied, t).score!),
      brier,
      1e-12,
    );
    near([integratedBrierScore(risks, untied, horizons).score!], [integrated], 1e-12);
  });
  it("Uno's concordance with tau is the same where there are no ties", () => {
    near([unoConcordance(risk, untied, { tau: 45.5 }).index!], [sksurv.untied.uno], 1e-12);
  });
  it('the AUC of a yes/no outcome is the same', () => {
    near([rocAuc(risk, untied.event).area!], [sksurv.auc], 1e-12);
  });
});
