import { describe, expect, it } from 'vitest';
import { followUpOf } from '../testing/tied-cohort.ts';
import { kaplanMeier, medianFollowUp, medianSurvival, survivalAt } from './kaplan-meier.ts';

describe('Kaplan-Meier', () => {
  it('is the product of the shares that survive each day, by hand', () => {
    const curve = kaplanMeier(followUpOf([1, 2, 2, 3], [1, 1, 0, 1]));
    expect([...curve.survival]).toEqual([0.75, 0.5, 0]);
    expect([survivalAt(curve, 0.5), survivalAt(curve, 2), survivalAt(curve, 99)]).toEqual([1, 0.5, 0]);
    expect(medianSurvival(curve)).toBe(2);
    expect(curve.standardError[0]).toBeCloseTo(Math.sqrt((0.75 * 0.25) / 4), 12);
  });
  it('has no median when the curve stays above one half', () => {
    expect(medianSurvival(kaplanMeier(followUpOf([1, 2, 3], [1, 0, 0])))).toBeNull();
    expect(medianFollowUp(followUpOf([10, 20, 30], [0, 1, 0]))).toBe(30);
  });
  it('refuses a negative time and names its row', () => {
    expect(() => kaplanMeier(followUpOf([1, -2], [1, 0]))).toThrow('row 1, got -2');
  });
});
