import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../follow-up.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { aalenJohansen } from './aalen-johansen.ts';
import { hazardOnDays, incidenceOnDays, survivalOnDays } from './curve-on-days.ts';
import { grayTest } from './gray-test.ts';
import { kaplanMeier, reversedFollowUp } from './kaplan-meier.ts';
import { logRank } from './log-rank.ts';
import { nelsonAalen } from './nelson-aalen.ts';
import { compareRestrictedMeans, restrictedMean, restrictedTimeLost } from './restricted-mean.ts';
import { riskSetGaps } from './risk-table.ts';
import { survivalQuantiles } from './survival-quantiles.ts';

const variances = ['greenwood', 'aalen', 'robust'] as const;
const cohorts: { readonly [name: string]: FollowUp } = {
  'no events': followUpOf([3, 5, 5], [0, 0, 0]),
  'all events on one day': followUpOf([4, 4, 4], [1, 1, 1]),
  'all rows on day 0': followUpOf([0, 0], [1, 2]),
  'one subject with the event': followUpOf([7], [1]),
  'one subject censored': followUpOf([7], [0]),
  'one subject with a competing event': followUpOf([7], [2]),
  'only competing events': followUpOf([1, 2, 3], [2, 2, 2]),
  'weights of 0': { ...followUpOf([1, 2], [1, 1]), weights: new Float64Array(2) },
  'tiny and large weights': {
    ...followUpOf([1, 2, 2, 3], [1, 1, 0, 2]),
    weights: Float64Array.of(1e-9, 1e9, 3, 1),
  },
  'a risk set that empties': {
    ...followUpOf([2, 3, 9, 8], [1, 1, 2, 1]),
    entryDays: Float64Array.of(0, 1, 5, 6),
  },
};

describe.each(Object.entries(cohorts))('of %s', (_, followUp) => {
  it('the curves are numbers, errors and limits included', () => {
    const curves = [
      ...variances.map((variance) => kaplanMeier(followUp, 'plain', { variance })),
      kaplanMeier(reversedFollowUp(followUp), 'log'),
      ...(['delta', 'aalen', 'robust'] as const).flatMap((variance) =>
        [1, 2].map((cause) => aalenJohansen(followUp, cause, { variance, scale: 'log' })),
      ),
      ...(['aalen', 'robust'] as const).map((variance) =>
        nelsonAalen(followUp, { variance, ties: 'fleming-harrington' }),
      ),
    ];
    for (const curve of curves)
      for (const values of Object.values(curve))
        if (values instanceof Float64Array) expect(values.every(Number.isFinite)).toBe(true);
    for (const curve of curves)
      for (const [k, low] of curve.low.entries()) expect(low).toBeLessThanOrEqual(curve.high[k]!);
  });
  it('restricted means are numbers or refused by name', () => {
    for (const tau of [0.5, 2, 100])
      for (const checked of [
        restrictedMean(followUp, tau),
        restrictedMean(followUp, tau, { variance: 'robust' }),
        restrictedTimeLost(followUp, tau, 2),
      ]) {
        if (!checked.ok) expect(checked.issues[0]).toMatchObject({ path: 'tau' });
        else expect(Object.values(checked.value).every((value) => !Number.isNaN(value))).toBe(true);
      }
  });
});

describe('awkward input', () => {
  it('leaves the curve level where nobody is at risk, and at 0 once all early subjects have the event', () => {
    const gap = cohorts['a risk set that empties']!;
    expect(riskSetGaps(gap)).toEqual([[3, 5]]);
    const curve = kaplanMeier(gap);
    expect([...curve.days]).toEqual([2, 3, 8, 9]);
    expect([...curve.atRisk]).toEqual([2, 1, 2, 1]);
    expect([...curve.survival]).toEqual([0.5, 0, 0, 0]);
    expect([...nelsonAalen(gap).hazard]).toEqual([0.5, 1.5, 2, 2]);
    expect(riskSetGaps({ ...gap, entryDays: Float64Array.of(1, 1, 2, 6) })).toEqual([[0, 1]]);
  });
  it('has no value beyond the last day, unless the curve is settled', () => {
    const censored = followUpOf([1, 5], [1, 0]);
    const dead = followUpOf([1, 5], [2, 1]);
    expect(survivalOnDays(kaplanMeier(censored), censored, [0, 5, 6]).map((row) => row.survival)).toEqual([
      1,
      0.5,
      null,
    ]);
    expect(survivalOnDays(kaplanMeier(censored), censored, [6])[0]).toEqual({
      day: 6,
      atRisk: 0,
      survival: null,
      standardError: null,
      low: null,
      high: null,
    });
    expect(incidenceOnDays(aalenJohansen(censored), censored, [6])[0]!.incidence).toBeNull();
    expect(incidenceOnDays(aalenJohansen(dead, 2), dead, [0.5, 6]).map((row) => row.incidence)).toEqual([
      0, 0.5,
    ]);
    expect(hazardOnDays(nelsonAalen(dead), dead, [5, 6]).map((row) => row.hazard)).toEqual([1, null]);
    expect(restrictedMean(censored, 6).issues[0]).toMatchObject({
      kind: 'not-estimable',
      message: 'expected at most 5, the last day of follow-up, found 6',
    });
    expect(restrictedMean(dead, 6)).toMatchObject({ ok: true, value: { mean: 3, tau: 6 } });
  });
  it('has no test where nothing can be compared, and leaves out a group that was never at risk', () => {
    const allAtOnce = logRank([0, 1, 0], followUpOf([4, 4, 4], [1, 1, 1]), { scores: [0, 1] });
    expect(allAtOnce).toMatchObject({ chiSquare: null, p: null, trend: { z: null, p: null } });
    expect(logRank([0, 1, 1], followUpOf([1, 5, 6], [0, 1, 1]))).toMatchObject({
      chiSquare: null,
      degreesOfFreedom: 0,
    });
    const early = logRank([2, 2, 0, 0, 1, 1], followUpOf([1, 1, 2, 5, 3, 4], [0, 0, 1, 1, 1, 0]));
    const without = logRank([0, 0, 1, 1], followUpOf([2, 5, 3, 4], [1, 1, 1, 0]));
    expect(early).toMatchObject({ chiSquare: without.chiSquare, degreesOfFreedom: 1 });
    expect(grayTest([0, 1, 1], followUpOf([3, 4, 5], [0, 0, 0]))).toMatchObject({ chiSquare: null, p: null });
  });
  it("has no score of Gray's test where a group comes back after all of it had an event", () => {
    const followUp = {
      ...followUpOf([2, 9, 5, 7], [1, 1, 1, 2]),
      entryDays: Float64Array.of(0, 4, 0, 0),
    };
    const test = grayTest([0, 0, 1, 1], followUp);
    expect(test.chiSquare).toBeNull();
    expect(test.groups.map(({ score }) => score)).toContain(null);
  });
  it('reads quantiles at the level of the curve', () => {
    const curve = kaplanMeier(followUpOf([1, 2, 3, 4], [1, 1, 1, 1]), 'log-log');
    expect(survivalQuantiles(curve, [0.5, 0.6, 0.9]).map(({ day }) => day)).toEqual([2.5, 3, 4]);
    expect(() => survivalQuantiles(curve, [1])).toThrow('between 0 and 1');
  });
  it('refuses what its caller should know', () => {
    const followUp = followUpOf([1, 2], [1, 0]);
    const half = { ...followUp, weights: Float64Array.of(1, 0.5) };
    expect(() => logRank([0, 1], half)).toThrow('whole numbers as weights');
    expect(() => grayTest([0, 1], half)).toThrow('got 0.5 in row 1');
    expect(() => grayTest([0, 0], followUp)).toThrow('at least 2 groups');
    expect(() => grayTest([0, 1], followUp, { rho: -1 })).toThrow('rho');
    expect(() => logRank([0, 1], followUp, { rho: -1 })).toThrow('rho');
    expect(() => logRank([0, 1], followUp, { test: 'gehan', rho: 1 })).toThrow('fleming-harrington');
    expect(() => logRank([0, 1], followUp, { strata: [1] })).toThrow('2 strata, got 1');
    expect(() => logRank([0, 1], followUp, { scores: [1] })).toThrow('2 scores, got 1');
    expect(() => kaplanMeier(followUp, 'log', { cluster: [1] })).toThrow('2 clusters, got 1');
    expect(() => restrictedMean(followUp, 0)).toThrow('tau');
    const [one, other] = [1, 2].map((tau) => restrictedMean(followUp, tau));
    if (!one!.ok || !other!.ok) throw new Error('expected two means');
    const [first, second] = [one!.value, other!.value];
    expect(() => compareRestrictedMeans(first, second)).toThrow('one tau');
  });
});
