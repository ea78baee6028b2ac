import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { outcomePredictors } from './outcome-predictors.ts';
import { poolWald } from './pooled-wald.ts';
import { pool, poolOnCloglog, poolOnLogit } from './pooling.ts';
import { chiSquareDraw, normalDraw } from './random-draws.ts';

describe("Rubin's rules", () => {
  it('by hand: estimates 1, 2, 3 with variances 1', () => {
    const got = pool([1, 2, 3], [1, 1, 1]);
    expect(got.estimate).toBe(2);
    expect([got.within, got.between]).toEqual([1, 1]);
    expect(got.total).toBeCloseTo(7 / 3, 14); // 1 + 4/3
    expect(got.relativeIncrease).toBeCloseTo(4 / 3, 14);
    expect(got.lambda).toBeCloseTo(4 / 7, 14);
    expect(got.degreesOfFreedom).toBeCloseTo(2 / (4 / 7) ** 2, 12); // (m - 1) / λ² = 6.125
    // Barnard and Rubin with 10: 11/13 · 10 · 3/7 = 3.6264 beside 6.125
    const observed = (11 / 13) * 10 * (3 / 7);
    expect(pool([1, 2, 3], [1, 1, 1], 10).degreesOfFreedom).toBeCloseTo(
      (6.125 * observed) / (6.125 + observed),
      12,
    );
  });
  it('are the normal interval where the tables agree', () => {
    const got = pool([2, 2], [0.5, 0.5]);
    expect(got.high - got.low).toBeCloseTo(2 * 1.959963984540054 * 0.5, 6);
    expect(got.relativeIncrease).toBe(0);
  });
  it('of a share stay between 0 and 1 and are symmetric on their scale', () => {
    const got = poolOnLogit([0.96, 0.98], [0.02, 0.02])!;
    const logit = (p: number) => Math.log(p / (1 - p));
    expect(logit(got.value)).toBeCloseTo((logit(0.96) + logit(0.98)) / 2, 12);
    expect(logit(got.high) + logit(got.low)).toBeCloseTo(2 * logit(got.value), 10);
    expect(got.high).toBeLessThan(1);
    // the delta method: se / (p (1 - p))
    expect(got.transformed.within).toBeCloseTo(((0.02 / 0.0384) ** 2 + (0.02 / 0.0196) ** 2) / 2, 10);
    const survival = poolOnCloglog([0.5, 0.6], [0.1, 0.1])!;
    expect(survival.value).toBeGreaterThan(0.5);
    expect(survival.low).toBeLessThan(survival.value);
    expect(survival.high).toBeGreaterThan(survival.value);
    expect(poolOnLogit([1, 0.5], [0.1, 0.1])).toBeNull();
    expect(poolOnCloglog([0.5, 0.5], [0, 0.1])).toBeNull();
  });
  it('of one coefficient is the square of its t statistic', () => {
    const [q, se] = [
      [0.5, 0.9, 0.7],
      [0.3, 0.2, 0.25],
    ];
    const test = poolWald(
      q.map((value) => Float64Array.of(value)),
      se.map((value) => Float64Array.of(value ** 2)),
    );
    const one = pool(q, se);
    expect(test.ok && test.value.f).toBeCloseTo((one.estimate / one.standardError) ** 2, 12);
  });
  it('refuse one table, other lengths, errors of 0 and collinear coefficients', () => {
    expect(() => pool([1], [1])).toThrow('2 or more tables');
    expect(() => pool([1, 2], [1])).toThrow('2 standard errors');
    expect(() => pool([1, 2], [1, 0])).toThrow('errors above 0');
    expect(() => pool([1, 2], [1, 1], 0)).toThrow('positive degrees of freedom');
    const singular = Float64Array.of(1, 1, 1, 1);
    const flat = poolWald([Float64Array.of(1, 2), Float64Array.of(2, 1)], [singular, singular]);
    expect(!flat.ok && flat.issues[0]!.kind).toBe('not-estimable');
    expect(() => poolWald([Float64Array.of(1)], [Float64Array.of(1)])).toThrow('2 or more tables');
  });
});

describe('the outcome as a predictor', () => {
  it('is each cause and its Nelson-Aalen hazard, by hand', () => {
    const followUp = { days: Float64Array.of(1, 2, 2, 4, 5), event: Uint8Array.of(1, 2, 1, 0, 1) };
    const [one, hazard1, two, hazard2] = outcomePredictors(followUp).map(({ values }) => [...values]);
    expect(one).toEqual([1, 0, 1, 0, 1]);
    expect(two).toEqual([0, 1, 0, 0, 0]);
    const steps = [1 / 5, 1 / 5 + 1 / 4, 1 / 5 + 1 / 4 + 1];
    for (const [row, wanted] of [steps[0], steps[1], steps[1], steps[1], steps[2]].entries())
      expect(hazard1![row]).toBeCloseTo(wanted!, 14);
    expect(hazard2).toEqual([0, 0.25, 0.25, 0.25, 0.25]);
  });
  it('counts the hazard from the entry on, among those who have entered', () => {
    const followUp = {
      days: Float64Array.of(2, 3, 4),
      event: Uint8Array.of(1, 1, 1),
      entryDays: Float64Array.of(0, 2, 0),
    };
    // on day 2 two are at risk, on day 3 two, on day 4 one
    const hazard = outcomePredictors(followUp)[1]!.values;
    expect([...hazard]).toEqual([0.5, 0.5, 2]);
    expect(() => outcomePredictors({ ...followUp, weights: Float64Array.of(1, 2, 1) })).toThrow(
      'case weights',
    );
  });
});

describe('random draws', () => {
  it.each([0.5, 1, 3, 40])('chi-square on %d has its mean and variance', (df) => {
    const random = new Random(`chi ${df}`);
    const draws = Array.from({ length: 20_000 }, () => chiSquareDraw(random, df));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - df)).toBeLessThan(4 * Math.sqrt((2 * df) / draws.length));
    // the fourth central moment is 12 df (df + 4)
    expect(Math.abs(variance - 2 * df)).toBeLessThan(
      4 * Math.sqrt((12 * df * (df + 4) - 4 * df * df) / draws.length),
    );
  });
  it('normal has the inverse of L Lᵀ as its covariance', () => {
    const random = new Random('normal');
    const lower = Float64Array.of(2, 0, 1, 3);
    // L Lᵀ = [4 2; 2 10], inverse [10 -2; -2 4] / 36
    let [xx, xy, yy] = [0, 0, 0];
    const n = 40_000;
    for (let draw = 0; draw < n; draw++) {
      const [x, y] = normalDraw(random, { lower, size: 2 });
      xx += (x! * x!) / n;
      xy += (x! * y!) / n;
      yy += (y! * y!) / n;
    }
    expect(Math.abs(xx - 10 / 36)).toBeLessThan(0.01);
    expect(Math.abs(xy + 2 / 36)).toBeLessThan(0.006);
    expect(Math.abs(yy - 4 / 36)).toBeLessThan(0.004);
  });
});
