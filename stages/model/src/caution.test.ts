import { describe, expect, it } from 'vitest';
import { caution, cautionLimits } from './caution.ts';
import { missingShare, neededFor, variableShares } from './missing-share.ts';
import type { PopulationPlace } from './population-distance.ts';
import type { ForecastPlan } from './train.ts';

const groups = { horizonDays: 730, thresholds: [0.1, 0.2], names: ['low', 'intermediate', 'high'] };

/** Only what a caution reads of a plan. */
const planOf = (plan: Partial<ForecastPlan> = {}) =>
  ({
    posterior: { slopes: [2, 1, 0], covariance: [] },
    curves: [],
    scaler: { columns: [{ name: 'age' }, { name: 'log mvo' }, { name: 'edv' }] },
    riskGroups: groups,
    intervalEnds: [365, 1460],
    timed: true,
    ...plan,
  }) as ForecastPlan;

/** A straight line to this risk at 1460 days: half of it at 730. */
const rising = (risk: number, low = risk, high = risk) => ({
  timesDays: [0, 1460],
  composite: { risk: [0, risk], low: [0, low], high: [0, high] },
});
const all = [1, 1, 1];
const at = (percentile: number): PopulationPlace => ({
  distance: 1,
  percentile,
  pValue: 0.5,
  features: 3,
  of: 8,
  farthest: [
    { name: 'age', share: 0.5, deviation: 3.21 },
    { name: 'mvo', share: 0.2, deviation: -2 },
    { name: 'edv', share: 0.1, deviation: 1.5 },
  ],
});

describe('the registered risk group', () => {
  it.each([
    [0, 'low'],
    [0.0999, 'low'],
    [0.1, 'intermediate'],
    [0.1999, 'intermediate'],
    [0.2, 'high'],
    [0.5, 'high'],
  ])('of a risk of %d at 730 days is %s', (risk, name) => {
    expect(caution(planOf(), rising(2 * risk), all, null)).toEqual({
      distance: null,
      group: name,
      abstains: null,
    });
  });

  it('is none where none is registered, where follow-up ends before, and where the forecast abstains', () => {
    const groupWith = (plan: Partial<ForecastPlan>) => caution(planOf(plan), rising(0.3), all, null).group;
    expect(groupWith({ riskGroups: null })).toBeNull();
    expect(groupWith({ intervalEnds: [365, 729] })).toBeNull();
    expect(groupWith({ intervalEnds: [365, 730] })).toBe('intermediate');
    expect(caution(planOf(), rising(0.3), all, at(99.9)).group).toBeNull();
  });
});

describe('a forecast abstains', () => {
  const reason = (...args: Parameters<typeof caution>) => caution(...args).abstains?.reason ?? null;

  it('where what is missing carries more than 60 % of the linear variance', () => {
    // Slopes 2, 1, 0: the first column carries 4/5, the second 1/5, the third nothing.
    expect(missingShare(planOf(), [0, 1, 1])).toBeCloseTo(0.8, 12);
    expect(missingShare(planOf(), [1, 0, 0])).toBeCloseTo(0.2, 12);
    expect(reason(planOf(), rising(0.1), [0, 1, 1], null)).toBe('little-observed');
    expect(reason(planOf(), rising(0.1), [1, 0, 0], null)).toBeNull();
    const even = planOf({ posterior: { slopes: [Math.sqrt(0.59), Math.sqrt(0.41), 0], covariance: [] } });
    expect(reason(even, rising(0.1), [0, 1, 0], null)).toBeNull();
    expect(caution(planOf(), rising(0.1), [0, 1, 1], null).abstains!.words).toContain('carries 80 %');
  });

  it('of a model without slopes only where nothing is seen', () => {
    const none = planOf({ posterior: { slopes: [0, 0, 0], covariance: [] } });
    expect([missingShare(none, [0, 0, 0]), missingShare(none, [0, 1, 0])]).toEqual([1, 0]);
  });

  it('where the subject lies farther out than 99.5 % of those trained on', () => {
    expect(reason(planOf(), rising(0.1), all, at(cautionLimits.percentile))).toBeNull();
    expect(reason(planOf(), rising(0.1), all, at(99.6))).toBe('far-from-training');
    expect(caution(planOf(), rising(0.1), all, at(99.6)).abstains!.words).toContain('than 99.6 %');
    expect(caution(planOf(), rising(0.1), all, at(40)).distance).toEqual({
      percentile: 40,
      known: 3,
      of: 8,
      far: [
        { name: 'age', deviation: 3.21 },
        { name: 'mvo', deviation: -2 },
        { name: 'edv', deviation: 1.5 },
      ],
    });
  });

  it('counts a bend as known where its column is', () => {
    // The first column's slope is 1, and its bends' 2 and 2: 9 of 10.
    const bent = planOf({
      posterior: { slopes: [1, 1, 0, 2, 2], covariance: [] },
      curves: [{ column: 0, knots: [0, 1], means: [0, 0] }],
    });
    expect(missingShare(bent, [1, 1, 1])).toBe(0);
    expect(missingShare(bent, [0, 1, 1])).toBeCloseTo(0.9, 12);
  });

  it('says the fewest missing variables that would end it, the one that carries most first', () => {
    const names = ['age', 'log bnp', 'culprit=RCA', 'culprit=LCX', 'sex'];
    const plan = planOf({
      posterior: { slopes: [1, 2, 2, 1, Math.sqrt(6)], covariance: [] },
      scaler: { columns: names.map((name) => ({ name })) } as unknown as ForecastPlan['scaler'],
    });
    // Of 16: sex 6, the two columns of the culprit 5, bnp 4, age 1.
    const shares = variableShares(plan, [1, 0, 0, 0, 0]);
    expect(shares.map(({ variable, share }) => [variable, share * 16])).toEqual([
      ['sex', expect.closeTo(6, 9)],
      ['culprit', expect.closeTo(5, 9)],
      ['bnp', expect.closeTo(4, 9)],
      ['age', expect.closeTo(1, 9)],
    ]);
    // 15 of 16 are missing; without sex 9 of 16, which is at most 0.6.
    expect(neededFor(shares, 0.6)).toEqual(['sex']);
    expect(neededFor(shares, 0.5)).toEqual(['sex', 'culprit']);
    expect(neededFor(shares, 1)).toEqual([]);
    expect(caution(plan, rising(0.1), [1, 0, 0, 0, 0], null).abstains!.needed).toEqual(['sex']);
  });

  it('says every reason, the first one first', () => {
    const found = caution(planOf(), rising(0.5, 0, 2), [0, 1, 1], at(99.9)).abstains!;
    expect(found.reasons.map(({ reason: own }) => own)).toEqual([
      'little-observed',
      'far-from-training',
      'wide-interval',
    ]);
    for (const { words } of found.reasons) expect(found.words).toContain(words);
  });

  it('where an interval that is shown is wider than 0.75, whatever it is at the end, and names that day', () => {
    // Wide at 2 years and narrow at 5, where both bounds come near to 1.
    const shape = {
      timesDays: [0, 365.25, 730.5, 1826.25, 2400],
      composite: { risk: [0, 0.2, 0.6, 0.9, 1], low: [0, 0.1, 0.1, 0.8, 0.9], high: [0, 0.4, 0.9, 1, 1] },
    };
    const long = planOf({ intervalEnds: [2400], riskGroups: null });
    const found = caution(long, shape, all, null).abstains!;
    expect(found.reason).toBe('wide-interval');
    expect(found.words).toContain('at 2 y is 10 % to 90 %');
    // From a day after that one it is not shown.
    const later = {
      timesDays: [1000, 1826.25, 2400],
      composite: { risk: [0, 0.5, 0.6], low: [0, 0.3, 0.3], high: [0, 0.8, 0.8] },
    };
    expect(caution(long, later, all, null).abstains).toBeNull();
  });

  it('where the interval is too wide at the registered day, and not for a day beyond the follow-up', () => {
    // The line is at 1/2 of its width by 730 days.
    expect(reason(planOf(), rising(0.5, 0, 1), all, null)).toBeNull();
    expect(reason(planOf(), rising(0.5, 0, 1.6), all, null)).toBe('wide-interval');
    const early = planOf({ intervalEnds: [300], riskGroups: { ...groups, horizonDays: 1825 } });
    expect(caution(early, rising(0.5, 0, 4), all, null).abstains!.words).toContain('at 300 d is 0 % to 82 %');
  });
});
