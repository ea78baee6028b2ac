import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import {
  coxSnellFromChiSquare,
  coxSnellFromD,
  coxSnellFromNagelkerke,
  type ExpectedOutcome,
  maximumCoxSnell,
} from './cox-snell.ts';
import { affordableParameters, developmentSampleSize } from './development.ts';
import { coxSnellFromConcordance, expectation, expit, quadratureOf } from './linear-predictor.ts';
import { hazardByHorizon, simulateCohort } from './simulated-cohort.ts';
import { normalHazards, survivalCoxSnellFromConcordance } from './survival-concordance.ts';
import { survivalValidationSampleSize } from './survival-validation.ts';
import { binaryValidationSampleSize } from './validation.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../reference/survival/${name}`, import.meta.url), 'utf8'));
const golden = read('sample-size.json');
const simulatedInR = read('sample-size-r.json');

describe('developmentSampleSize', () => {
  it("has the numbers of pmsampsize's manual, yes/no outcome", () => {
    const got = developmentSampleSize({
      outcome: { kind: 'binary', prevalence: 0.174 },
      parameters: 24,
      coxSnell: 0.288,
    });
    const { shrinkage, optimism, overallRisk } = got.criteria;
    expect([shrinkage.subjects, optimism.subjects, overallRisk.subjects]).toEqual([623, 662, 221]);
    expect(got).toMatchObject({ subjects: 662, events: 116, decidedBy: 'optimism' });
    expect(got.eventsPerParameter).toBeCloseTo(4.8, 2);
    expect(optimism.shrinkage).toBeCloseTo(0.905, 3);
  });
  it("has the numbers of pmsampsize's manual, time to event", () => {
    const outcome: ExpectedOutcome = { kind: 'time-to-event', rate: 0.065, timepoint: 2, meanFollowUp: 2.07 };
    const got = developmentSampleSize({ outcome, parameters: 30, coxSnell: 0.051 });
    expect(got).toMatchObject({ subjects: 5143, events: 692, decidedBy: 'shrinkage' });
    expect(got.eventsPerParameter).toBeCloseTo(23.07, 2);
    expect(got.maximumCoxSnell).toBeCloseTo(0.555, 3);
    expect(Math.abs(got.criteria.optimism.subjects - 1039)).toBeLessThanOrEqual(1);
    expect(got.criteria.overallRisk.risk).toBeCloseTo(0.122, 3);
  });
  it('time to event: the lower end of the overall risk is the margin away', () => {
    const outcome: ExpectedOutcome = { kind: 'time-to-event', rate: 0.3, timepoint: 2, meanFollowUp: 1.5 };
    const { overallRisk } = developmentSampleSize({
      outcome,
      parameters: 1,
      coxSnell: 0.1,
      margin: 0.04,
    }).criteria;
    const riskAt = (rate: number) => -Math.expm1(-rate * 2);
    const margin = (n: number) => riskAt(0.3) - riskAt(0.3 - 1.96 * Math.sqrt(0.3 / (n * 1.5)));
    expect(margin(overallRisk.subjects)).toBeLessThanOrEqual(0.04);
    expect(margin(overallRisk.subjects - 1)).toBeGreaterThan(0.04);
  });
  it('says what 800 patients of the trial afford, and what 10 and 20 parameters need', () => {
    const outcome: ExpectedOutcome = { kind: 'binary', prevalence: 0.2 };
    const needs = (parameters: number) =>
      [0.08, 0.12, 0.16].map(
        (coxSnell) => developmentSampleSize({ outcome, parameters, coxSnell }).criteria.shrinkage.subjects,
      );
    expect(needs(10)).toEqual([1075, 699, 511]);
    expect(needs(20)).toEqual([2149, 1398, 1022]);
    const afford = [0.08, 0.12, 0.16].map((coxSnell) =>
      affordableParameters(800, { outcome, coxSnell, optimism: 0.9 }),
    );
    for (const [at, parameters] of [7.45, 11.45, 15.66].entries())
      expect(afford[at]).toBeCloseTo(parameters, 2);
    expect(maximumCoxSnell(outcome)).toBeCloseTo(0.63, 2);
  });
  it('affordable parameters are those that need as many subjects', () => {
    const outcome: ExpectedOutcome = { kind: 'binary', prevalence: 0.14 };
    const most = affordableParameters(800, { outcome, coxSnell: 0.06 });
    const subjects = (parameters: number) => {
      const { shrinkage, optimism } = developmentSampleSize({ outcome, parameters, coxSnell: 0.06 }).criteria;
      return Math.max(shrinkage.subjects, optimism.subjects);
    };
    expect(subjects(Math.floor(most))).toBeLessThanOrEqual(800);
    expect(subjects(Math.floor(most) + 1)).toBeGreaterThan(800);
  });
  it('refuses what cannot be', () => {
    const plan = { outcome: { kind: 'binary', prevalence: 0.1 } as const, parameters: 5, coxSnell: 0.1 };
    expect(() => developmentSampleSize({ ...plan, coxSnell: 0.5 })).toThrow('below the highest, 0.47');
    expect(() => developmentSampleSize({ ...plan, parameters: 0 })).toThrow('one parameter or more');
    expect(() => developmentSampleSize({ ...plan, shrinkage: 1 })).toThrow('shrinkage between 0 and 1');
    expect(() => developmentSampleSize({ ...plan, shrinkage: 0.05 })).toThrow(
      'below the shrinkage factor 0.05',
    );
    expect(() => developmentSampleSize({ ...plan, outcome: { kind: 'binary', prevalence: 1 } })).toThrow(
      'prevalence',
    );
    const never = { kind: 'time-to-event', rate: 0, timepoint: 1, meanFollowUp: 1 } as const;
    expect(() => developmentSampleSize({ ...plan, outcome: never })).toThrow('a rate above 0, got 0');
  });
});

describe("Cox and Snell's R²", () => {
  it('of a likelihood ratio statistic, plain and shrunk', () => {
    expect(coxSnellFromChiSquare(100, 1000)).toBeCloseTo(1 - Math.exp(-0.1), 12);
    expect(coxSnellFromChiSquare(100, 1000, 20)).toBeCloseTo(0.8 * (1 - Math.exp(-0.1)), 12);
    expect(coxSnellFromChiSquare(15, 1000, 20)).toBeNull();
    const outcome = { kind: 'binary', prevalence: 0.05 } as const;
    expect(coxSnellFromNagelkerke(0.15, outcome)).toBeCloseTo(0.15 * maximumCoxSnell(outcome), 12);
    expect(maximumCoxSnell(outcome)).toBeCloseTo(0.33, 2); // riley2019, section 2
  });
  it('of D: by its chain of formulas', () => {
    const d = 1.2;
    const royston = ((Math.PI / 8) * d ** 2) / (Math.PI ** 2 / 6 + (Math.PI / 8) * d ** 2);
    const ratio = royston / (1 - royston); // quigley / (1 - quigley) is this times π²/6
    const chiSquare = 200 * Math.log1p((ratio * Math.PI ** 2) / 6);
    expect(coxSnellFromD(d, 200, 1500)).toBeCloseTo(1 - Math.exp(-chiSquare / 1500), 12);
  });
  it('of a C and a prevalence is that of a logistic regression on two million', () => {
    // three errors of the mean of two million
    for (const { concordance, prevalence, r2 } of golden.coxSnell)
      expect(Math.abs(coxSnellFromConcordance(concordance, prevalence) - r2)).toBeLessThan(
        6 * Math.sqrt(r2 / 2e6),
      );
    expect(() => coxSnellFromConcordance(0.5, 0.1)).toThrow('above 0.5');
  });
  it('of a C of times is that of a million subjects in R', () => {
    for (const { spread, risk, concordance, coxSnell } of simulatedInR.million) {
      const exact = normalHazards(spread, risk);
      expect(Math.abs(exact.concordance - concordance)).toBeLessThan(0.002);
      expect(Math.abs(exact.coxSnell - coxSnell)).toBeLessThan(0.001);
      const back = survivalCoxSnellFromConcordance(exact.concordance, risk);
      expect(back.spread).toBeCloseTo(spread, 8);
      expect(back.coxSnell).toBeCloseTo(exact.coxSnell, 8);
    }
    // where everybody has the event nothing is censored: a pair is a logistic comparison
    const free = normalHazards(1, 1 - 1e-12);
    const pair = expectation(quadratureOf({ kind: 'normal', mean: 0, standardDeviation: Math.SQRT2 }), (x) =>
      expit(Math.abs(x)),
    );
    expect(free.concordance).toBeCloseTo(pair, 4);
    // with rare events it is the yes/no outcome
    const rare = survivalCoxSnellFromConcordance(0.72, 0.001).coxSnell;
    expect(Math.abs(rare / coxSnellFromConcordance(0.72, 0.001) - 1)).toBeLessThan(0.01);
    expect(() => survivalCoxSnellFromConcordance(0.5, 0.1)).toThrow('above 0.5');
  });
});

describe('binaryValidationSampleSize', () => {
  const [normal, ranks, beta] = golden.validation;
  const near = (got: number, there: number) => expect(Math.abs(got / there - 1)).toBeLessThan(0.01);

  it("has pmvalsampsize's sizes for normal log odds", () => {
    const { measures } = binaryValidationSampleSize({
      prevalence: 0.018,
      concordance: 0.8,
      linearPredictor: { kind: 'normal', mean: -5, standardDeviation: 2.5 },
      observedExpectedWidth: 1,
    });
    near(measures.observedExpected.subjects, normal.sizes['O/E']);
    near(measures.slope.subjects, normal.sizes['C-slope']);
    expect(measures.concordance.subjects).toBe(normal.sizes['C statistic']);
    expect(measures.netBenefit).toBeNull();
  });
  it('and for log odds that have the C wanted', () => {
    const got = binaryValidationSampleSize({
      prevalence: 0.14,
      concordance: 0.75,
      linearPredictor: { kind: 'concordance', concordance: 0.75, prevalence: 0.14 },
    });
    near(got.measures.observedExpected.subjects, ranks.sizes['O/E']);
    near(got.measures.slope.subjects, ranks.sizes['C-slope']);
    expect(got.measures.concordance.subjects).toBe(ranks.sizes['C statistic']);
    expect(got.subjects).toBe(got.measures.slope.subjects);
    expect(got.events).toBe(Math.ceil(got.subjects * 0.14));
  });
  it('and for beta risks with a net benefit', () => {
    const plan = {
      prevalence: 0.3,
      concordance: 0.72,
      linearPredictor: { kind: 'beta', a: 1.5, b: 3.5 } as const,
      threshold: 0.25,
    };
    const { measures } = binaryValidationSampleSize(plan);
    near(measures.slope.subjects, beta.sizes['C-slope']);
    near(measures.netBenefit!.subjects, beta.sizes['St Net Benefit']);
    const given = binaryValidationSampleSize({ ...plan, accuracy: { sensitivity: 0.7, specificity: 0.6 } });
    const weight = (0.7 / 0.3) * (0.25 / 0.75);
    const variance =
      (0.7 * 0.3) / 0.3 + (weight ** 2 * 0.6 * 0.4) / 0.7 + (weight ** 2 * 0.4 ** 2) / (0.3 * 0.7);
    expect(given.measures.netBenefit!.subjects).toBe(Math.ceil(variance / (0.2 / 3.92) ** 2));
    expect(given.measures.netBenefit!.standardised).toBeCloseTo(0.7 - 0.4 * weight, 12);
  });
  it('the distributions have the means they were asked for', () => {
    const ranked = quadratureOf({ kind: 'concordance', concordance: 0.75, prevalence: 0.14 });
    expect(expectation(ranked, expit)).toBeCloseTo(0.14, 10);
    const risks = quadratureOf({ kind: 'beta', a: 1.5, b: 3.5 });
    expect(expectation(risks, expit)).toBeCloseTo(0.3, 10);
    expect(expectation(risks, (x) => expit(x) ** 2)).toBeCloseTo((1.5 * 2.5) / (5 * 6), 10);
    expect(() => quadratureOf({ kind: 'normal', mean: 0, standardDeviation: 0 })).toThrow('above 0');
    expect(() => quadratureOf({ kind: 'beta', a: 0, b: 1 })).toThrow('a and b above 0');
  });
});

describe('survivalValidationSampleSize', () => {
  const { cohort, threshold, variances, netBenefit, concordance, eventShare } = simulatedInR;

  it('expects the errors that R finds in cohorts of the same kind', () => {
    const got = survivalValidationSampleSize({ cohort, threshold, random: new Random(2), simulations: 40 });
    const { observedExpected, slope, concordance: rank, netBenefit: benefit } = got.measures;
    const variance = (size: typeof slope) => size!.subjects * size!.standardError ** 2;
    const near = (value: number, there: number, share: number) =>
      expect(Math.abs(value / there - 1)).toBeLessThan(share);
    near(variance(observedExpected), variances.observedExpected, 0.05);
    near(variance(slope), variances.slope, 0.08);
    near(variance(rank), variances.concordance, 0.05);
    near(variance(benefit), netBenefit.variance, 0.12);
    expect(rank!.expected).toBeCloseTo(concordance, 2);
    expect(benefit!.expected).toBeCloseTo(netBenefit.mean, 1);
    expect(slope!.expected).toBeCloseTo(1, 1);
    expect(got.eventShare).toBeCloseTo(eventShare, 2);
    expect(got.subjects).toBe(slope!.subjects);
    expect(slope!.simulationError! / slope!.subjects).toBeLessThan(0.03);
  });
  it('without losses asks of observed/expected what the yes/no formula asks', () => {
    const plain = { risk: 0.2, horizon: 365, spread: 1 };
    const got = survivalValidationSampleSize({ cohort: plain, random: new Random(2), simulations: 10 });
    const error = Math.asinh(0.1) / 1.96;
    expect(Math.abs(got.measures.observedExpected!.subjects / (0.8 / (0.2 * error ** 2)) - 1)).toBeLessThan(
      0.03,
    );
    expect(got.measures.netBenefit).toBeNull();
  });
  it('a cohort has the risk it was asked for, the same for the same seed', () => {
    expect(hazardByHorizon(simulatedInR.cohort.risk, simulatedInR.cohort.spread)).toBeCloseTo(
      simulatedInR.hazard,
      9,
    );
    const one = simulateCohort(20_000, { risk: 0.3, horizon: 100, spread: 1.2 }, new Random('c'));
    const events = one.followUp.event.reduce((sum, code) => sum + code, 0);
    expect(events / 20_000).toBeCloseTo(0.3, 1);
    expect(one.risk.reduce((sum, value) => sum + value, 0) / 20_000).toBeCloseTo(0.3, 2);
    expect(simulateCohort(50, { risk: 0.3, horizon: 100, spread: 1.2 }, new Random('c'))).toEqual(
      simulateCohort(50, { risk: 0.3, horizon: 100, spread: 1.2 }, new Random('c')),
    );
  });
  it('a measure that no cohort determines is null, and wrong numbers are refused', () => {
    const empty = { risk: 1e-6, horizon: 100, spread: 0.5 };
    const got = survivalValidationSampleSize({
      cohort: empty,
      random: new Random(1),
      simulations: 2,
      subjects: 50,
    });
    expect(got.measures).toMatchObject({ observedExpected: null, slope: null, concordance: null });
    expect(got.subjects).toBe(0);
    const refused = (cohort: object) => () =>
      survivalValidationSampleSize({ cohort: { ...empty, ...cohort }, random: new Random(1) });
    expect(refused({ risk: 0 })).toThrow('a risk between 0 and 1');
    expect(refused({ spread: 0 })).toThrow('a spread above 0');
    expect(refused({ end: 50 })).toThrow('not before 100, got 50');
    expect(refused({ lost: 1 })).toThrow('share lost');
  });
});
