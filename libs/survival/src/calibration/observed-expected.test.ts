import { describe, expect, it } from 'vitest';
import { followUpOf } from '../testing/tied-cohort.ts';
import { observedExpected } from './observed-expected.ts';

const risks = (n: number, risk = 0.1) => new Float64Array(n).fill(risk);

describe('observedExpected where the estimate has no spread', () => {
  it('has the exact binomial limit of those followed to the day where there is no event', () => {
    // 10 of 12 are followed to day 5; their chance of no event is (1 - p)^10 = 0.025 at the limit
    const followUp = followUpOf([1, 4, ...Array(10).fill(5)], Array(12).fill(0));
    const found = observedExpected(risks(12), followUp, 5);
    expect(found).toMatchObject({ observed: 0, standardError: 0, low: 0, ratio: 0, ratioLow: 0 });
    expect((1 - found.high!) ** 10).toBeCloseTo(0.025, 12);
    expect(found.high).toBeCloseTo(0.308497, 6); // R binom.test(0, 10)$conf.int
    expect(found.ratioHigh).toBeCloseTo(3.08497, 5);
  });
  it('does not count on those with a competing event, and knows nothing where they are all', () => {
    const followUp = followUpOf([2, 3, 6, 6], [2, 2, 0, 0]);
    expect(observedExpected(risks(4), followUp, 5).high).toBeCloseTo(1 - Math.sqrt(0.025), 12);
    expect(observedExpected(risks(2), followUpOf([2, 3], [2, 2]), 5)).toMatchObject({ low: 0, high: 1 });
  });
  it('has no interval where everybody had the event', () => {
    const followUp = followUpOf([1, 2, 3], [1, 0, 1]);
    expect(observedExpected(risks(3, 0.5), followUp, 4)).toMatchObject({
      observed: 1,
      ratio: 2,
      low: null,
      high: null,
      ratioLow: null,
      ratioHigh: null,
    });
  });
  it('keeps the interval of an estimate that has spread', () => {
    const { low, high, ratioLow, ratioHigh, ratio, standardError } = observedExpected(
      risks(4),
      followUpOf([1, 2, 3, 4], [1, 0, 0, 0]),
      3,
    );
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(1);
    expect(ratioHigh! / ratio!).toBeCloseTo(Math.exp((1.959963984540054 * standardError!) / 0.25), 12);
    expect(ratio! / ratioLow!).toBeCloseTo(ratioHigh! / ratio!, 12);
  });
});
