import { describe, expect, it } from 'vitest';
import { caution, cautionLimits, missingShare } from './caution.ts';
import type { PopulationPlace } from './population-distance.ts';
import type { ForecastPlan } from './train.ts';

const groups = { horizonDays: 730, thresholds: [0.1, 0.2], names: ['low', 'intermediate', 'high'] };

/** Only what a caution reads of a plan. */
const planOf = (plan: Partial<ForecastPlan> = {}) =>
  ({
    posterior: { slopes: [2, 1, 0], covariance: [] },
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
    const even = planOf({ posterior: { slopes: [Math.sqrt(0.59), Math.sqrt(0.41)], covariance: [] } });
    expect(reason(even, rising(0.1), [0, 1], null)).toBeNull();
    expect(caution(planOf(), rising(0.1), [0, 1, 1], null).abstains!.words).toContain('carries 80 %');
  });

  it('of a model without slopes only where nothing is seen', () => {
    const none = planOf({ posterior: { slopes: [0, 0], covariance: [] } });
    expect([missingShare(none, [0, 0]), missingShare(none, [0, 1])]).toEqual([1, 0]);
  });

  it('where the subject lies farther out than 99.5 % of those trained on', () => {
    expect(reason(planOf(), rising(0.1), all, at(cautionLimits.percentile))).toBeNull();
    expect(reason(planOf(), rising(0.1), all, at(99.6))).toBe('far-from-training');
    expect(caution(planOf(), rising(0.1), all, at(99.6)).abstains!.words).toContain(
      'age 3.2 SD, mvo -2.0 SD',
    );
    expect(caution(planOf(), rising(0.1), all, at(40)).distance).toEqual({
      percentile: 40,
      far: [
        { name: 'age', deviation: 3.21 },
        { name: 'mvo', deviation: -2 },
        { name: 'edv', deviation: 1.5 },
      ],
    });
  });

  it('where the interval at the registered day, or at the end of follow-up, is wider than 0.75', () => {
    // The line is at half of its width by 730 days.
    expect(reason(planOf(), rising(0.5, 0, 1), all, null)).toBeNull();
    const atEnd = planOf({ riskGroups: null });
    expect(reason(atEnd, rising(0.5, 0.25, 0.8), all, null)).toBeNull();
    expect(reason(atEnd, rising(0.5, 0.1, 0.9), all, null)).toBe('wide-interval');
    const early = planOf({ intervalEnds: [1460], riskGroups: { ...groups, horizonDays: 1825 } });
    expect(reason(early, rising(0.5, 0.1, 0.9), all, null)).toBe('wide-interval');
  });
});
