import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { brierScore, ipcWeights } from './brier-score.ts';

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
      expect(ipcWeights(followUp, t)!.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(50, 9);
      const same = new Float64Array(50).fill(incidenceAt(aalenJohansen(followUp), t));
      expect(brierScore(same, followUp, t).ipa).toBeCloseTo(0, 12);
    }
  });
  it('knows those who are censored on the day of the horizon, and nothing beyond the last day', () => {
    const followUp = followUpOf([100, 730, 730, 730], [1, 0, 0, 0]);
    const risk = Float64Array.of(1, 0, 0, 0);
    expect(brierScore(risk, followUp, 730).score).toBe(0);
    expect(brierScore(risk, followUp, 731)).toEqual({ score: null, reference: null, ipa: null });
  });
});
