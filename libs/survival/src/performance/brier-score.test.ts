import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { sharedTablesPresent } from '../testing/shared-table.ts';
import { mgus2, riskBy, whas500 } from '../testing/whas-and-mgus.ts';
import {
  brierScore,
  brierScores,
  compareBrierScores,
  compareIntegratedBrierScores,
  integratedBrierScore,
} from './brier-score.ts';
import { knownAtHorizon } from './known-at-horizon.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../reference/survival/${name}`, import.meta.url), 'utf8'));
const golden = read('brier.json');
const sksurv = read('brier-sksurv.json');

describe('Brier score', () => {
  it('without censoring is the mean squared error, competing events counting as no event', () => {
    const followUp = followUpOf([1, 2, 3, 4], [1, 2, 1, 1]);
    const { score } = brierScore(Float64Array.of(0.9, 0.4, 0.2, 0.1), followUp, 2.5);
    expect(score).toBeCloseTo((0.1 ** 2 + 0.4 ** 2 + 0.2 ** 2 + 0.1 ** 2) / 4, 12);
  });
  it('by hand with one censoring: the weight goes to those who were still there', () => {
    // censored at 2 with two others at risk: G = 2/3 after it
    const followUp = followUpOf([1, 2, 3, 5], [1, 0, 1, 0]);
    const { score } = brierScore(Float64Array.of(0.5, 0.5, 0.8, 0.3), followUp, 4);
    expect(score).toBeCloseTo((0.25 + 1.5 * 0.04 + 1.5 * 0.09) / 4, 12);
  });
  it('has weights that add up to the subjects, and the IPA of the Kaplan-Meier estimate is 0', () => {
    const { followUp } = tiedCohort(new Random('weights'), 50);
    for (const t of [0, 2, 5, 8]) {
      const { known } = knownAtHorizon('test', followUp, t, 'without-event')!;
      expect(known.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(50, 12);
      const same = new Float64Array(50).fill(incidenceAt(aalenJohansen(followUp), t));
      expect(brierScore(same, followUp, t).ipa).toBeCloseTo(0, 12);
    }
  });
  it('takes a case weight of 2 as the row twice, with its errors', () => {
    const { risk: rank, followUp } = tiedCohort(new Random('weighted'), 40);
    const risk = rank.map((value) => (value + 1) / 8);
    const rows = [...risk.keys(), 3, 4, 5];
    const weights = Float64Array.from(risk, (_, row) => (row >= 3 && row <= 5 ? 2 : 1));
    const twice = Float64Array.from(rows, (row) => risk[row]!);
    const weighted = integratedBrierScore([risk, risk, risk], { ...followUp, weights }, [2, 4, 7.5]);
    const repeated = integratedBrierScore([twice, twice, twice], takeFollowUp(followUp, rows), [2, 4, 7.5]);
    for (const [key, value] of Object.entries(repeated))
      expect(weighted[key as keyof typeof weighted], key).toBeCloseTo(value!, 12);
  });
  it('has the errors of the infinitesimal jackknife: the derivatives by the case weights', () => {
    const { risk: rank, followUp } = tiedCohort(new Random('derivatives'), 40);
    const risk = rank.map((value) => (value + 1) / 8);
    const statistics = (weights: Float64Array) =>
      integratedBrierScore([risk, risk, risk], { ...followUp, weights }, [2, 4, 7.5]);
    const found = statistics(new Float64Array(40).fill(1));
    for (const [key, error] of [
      ['score', found.standardError],
      ['ipa', found.ipaStandardError],
    ] as const) {
      let sum = 0;
      for (const row of risk.keys()) {
        const [up, down] = [1e-4, -1e-4].map(
          (step) => statistics(Float64Array.from(risk, (_, at) => (at === row ? 1 + step : 1)))[key]!,
        ) as [number, number];
        sum += ((up - down) / 2e-4) ** 2;
      }
      expect(error).toBeCloseTo(Math.sqrt((sum * 40) / 39), 7);
    }
  });
  it('refuses what is no probability, no day or late entry', () => {
    const followUp = followUpOf([1, 2], [1, 0]);
    const risk = Float64Array.of(0.2, 0.3);
    expect(() => brierScore(Float64Array.of(0.2, 1.3), followUp, 1)).toThrow('between 0 and 1, got 1.3');
    expect(() => brierScore(risk, followUp, Number.NaN)).toThrow('expected a day, got NaN');
    expect(() => brierScore(risk, { ...followUp, entryDays: Float64Array.of(0, 1) }, 1)).toThrow(
      'entry days',
    );
    expect(() => integratedBrierScore([risk, risk], followUp, [2, 1])).toThrow('ascending');
    expect(compareBrierScores(risk, risk, followUp, 1)!.p).toBeNull();
  });
  it('knows those who are censored on the day of the horizon, and nothing beyond the last day', () => {
    const followUp = followUpOf([100, 730, 730, 730], [1, 0, 0, 0]);
    const risk = Float64Array.of(1, 0, 0, 0);
    expect(brierScore(risk, followUp, 730).score).toBe(0);
    expect(Object.values(brierScore(risk, followUp, 731)).every((value) => value === null)).toBe(true);
  });
});

const risks = (predictor: Float64Array, days: readonly number[], scale: number) =>
  days.map((t) => riskBy(predictor, t, scale));

describe.skipIf(!sharedTablesPresent)(
  'on cohorts, as riskRegression, pec and scikit-survival have it',
  () => {
    const { followUp, one: first, two: second } = whas500();
    const { followUp: competing, one: haemoglobin, two: age } = mgus2();
    const cases = [
      ['whas500', followUp, risks(first, golden.whas500.at, 2500), risks(second, golden.whas500.at, 2500)],
      ['mgus2', competing, risks(haemoglobin, golden.mgus2.at, 2500), risks(age, golden.mgus2.at, 2000)],
    ] as const;
    it.each(cases)('%s: score, standard error, IPA and the paired difference', (name, observed, one, two) => {
      const expected = golden[name];
      const close = (got: number | null, wanted: number, tolerance: number) =>
        expect(Math.abs(got! - wanted), `${got} for ${wanted}`).toBeLessThan(tolerance);
      for (const [k, t] of (expected.at as number[]).entries()) {
        const [a, b] = [brierScores(one, observed, expected.at)[k]!, brierScore(two[k]!, observed, t)];
        close(a.score, expected.one.score[k], 1e-9);
        close(b.score, expected.two.score[k], 1e-9);
        close(a.reference, expected.null.score[k], 1e-9);
        close(a.standardError, expected.one.se[k], 5e-6);
        close(a.ipa, expected.one.ipa[k], 1e-9);
        const difference = compareBrierScores(two[k]!, one[k]!, observed, t)!;
        close(difference.difference, expected.difference[k], 1e-9);
        close(difference.standardError, expected.differenceSe[k], 5e-6);
        close(difference.p, expected.differenceP[k], 1e-4);
      }
    });
    it('the integral by steps is that of pec', () => {
      const { at, step, scores } = golden.pec;
      const many = risks(first, at, 2500);
      const got = integratedBrierScore(many, followUp, at, { rule: 'step' });
      expect(brierScores(many, followUp, at)[7]!.score).toBeCloseTo(scores[7], 9);
      expect(got.score).toBeCloseTo(step, 9);
    });
    it('with the censoring of a training set it is that of scikit-survival', () => {
      const days = followUp.days.map((day, row) => day + row / 1e4);
      const rows = Int32Array.from(days.keys());
      const [training, judged] = [rows.subarray(0, 250), rows.subarray(250)].map((half) =>
        takeFollowUp({ days, event: followUp.event }, half),
      ) as [FollowUp, FollowUp];
      const many = risks(first.subarray(250), sksurv.at, 2500);
      const got = brierScores(many, judged, sksurv.at, { censoring: training });
      for (const [k, { score }] of got.entries()) expect(score).toBeCloseTo(sksurv.score[k], 10);
      const integrated = integratedBrierScore(many, judged, sksurv.at, { censoring: training });
      expect(integrated.score).toBeCloseTo(sksurv.integrated, 10);
      const others = risks(second.subarray(250), sksurv.at, 2500);
      const compared = compareIntegratedBrierScores(many, others, judged, sksurv.at, {
        censoring: training,
      })!;
      expect(compared.difference).toBeCloseTo(sksurv.integrated - sksurv.integratedOther, 10);
    });
    it('the difference of two integrals is that of scikit-survival, its error that of the jackknife', () => {
      const untied = { days: followUp.days.map((day, row) => day + row / 1e4), event: followUp.event };
      const [one, two] = [risks(first, sksurv.at, 2500), risks(second, sksurv.at, 2500)];
      const { difference, standardError } = compareIntegratedBrierScores(one, two, untied, sksurv.at)!;
      expect(difference).toBeCloseTo(sksurv.difference, 10);
      // leaving out one of 500 differs from the infinitesimal jackknife by the order of 1 / 500
      expect(standardError / sksurv.jackknifeSe).toBeCloseTo(1, 2);
    });
  },
);
