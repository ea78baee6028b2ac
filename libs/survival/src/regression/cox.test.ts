import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { followUpOf } from '../testing/tied-cohort.ts';
import { coxLinearPredictor, coxSurvival, fitCox } from './cox.ts';
import { coxCurves } from './cox-curve.ts';

describe('Cox regression', () => {
  const fit = (x: number[], days: number[], event: number[], ridge = 0) =>
    fitCox(
      { names: ['x'], predictors: Float64Array.from(x), followUp: followUpOf(days, event) },
      { ties: 'efron', ridge },
    );
  it('has the closed form of three subjects', () => {
    // x = 0, 1, 0 with events in this order: L = 1 / (2 + r) · r / (1 + r), so r² = 2
    const got = fit([0, 1, 0], [1, 2, 3], [1, 1, 1]);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    expect(got.value.coefficients[0]).toBeCloseTo(Math.log(Math.SQRT2), 10);
    expect(got.value.logLikelihood.null).toBeCloseTo(-Math.log(6), 12);
  });
  it.each([
    ['a constant predictor', [2, 2, 2, 2], 'x: expected a predictor that varies'],
    ['a predictor that separates the events', [3, 2, 1, 0], 'x: expected a finite estimate'],
  ])('names %s', (_, x, message) => {
    const got = fit(x, [1, 2, 3, 4], [1, 1, 1, 0]);
    expect(got.ok).toBe(false);
    expect(`${got.issues[0]!.path}: ${got.issues[0]!.message}`).toContain(message);
  });
  it('names the column that is a combination of others', () => {
    const random = new Random('collinear');
    const rows = Array.from({ length: 40 }, () => [random.normal(), random.normal()] as const);
    const got = fitCox(
      {
        names: ['a', 'b', 'sum'],
        predictors: Float64Array.from(rows.flatMap(([a, b]) => [a, b, a + b])),
        followUp: followUpOf(
          rows.map(([a]) => random.exponential(Math.exp(a))),
          rows.map(() => 1),
        ),
      },
      { ties: 'breslow' },
    );
    expect(got.ok ? [] : got.issues.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'not-estimable sum',
    ]);
  });
  it('says so when there is no event', () => {
    const got = fit([1, 2, 3], [1, 2, 3], [0, 0, 2]);
    expect(got.issues[0]!.kind).toBe('too-few-events');
  });
  it('gives a finite estimate with a ridge penalty where there is none without', () => {
    const separating = fit([3, 2, 1, 0], [1, 2, 3, 4], [1, 1, 1, 0], 0.5);
    expect(separating.ok && separating.value.coefficients[0]! > 0).toBe(true);
    const constant = fit([2, 2, 2, 2], [1, 2, 3, 4], [1, 1, 1, 0], 0.5);
    expect(constant.ok && constant.value.coefficients[0]).toBe(0);
  });
  it('does not depend on units or on how large the values are', () => {
    const random = new Random('scale');
    const x = Array.from({ length: 80 }, () => random.normal());
    const days = x.map((value) => random.exponential(Math.exp(0.7 * value)));
    const event = x.map(() => (random.chance(0.7) ? 1 : 0));
    const plain = fit(x, days, event);
    const moved = fit(
      x.map((value) => 1e6 + 1000 * value),
      days,
      event,
    );
    if (!plain.ok || !moved.ok) throw new Error('expected both fits');
    expect(moved.value.coefficients[0]! * 1000).toBeCloseTo(plain.value.coefficients[0]!, 8);
    const there = coxLinearPredictor(moved.value, Float64Array.of(1e6 + 1000 * x[0]!));
    const here = coxLinearPredictor(plain.value, Float64Array.of(x[0]!));
    expect(coxSurvival(moved.value, there, 0.5)[0]).toBeCloseTo(coxSurvival(plain.value, here, 0.5)[0]!, 8);
  });
  it('has curves that step on event days, are 1 before them, and follow strata and offsets', () => {
    const input = {
      names: ['x'],
      predictors: Float64Array.of(0, 1, 0, 1, 0, 1),
      followUp: followUpOf([2, 3, 5, 1, 4, 6], [1, 1, 1, 1, 0, 1]),
      strata: Int32Array.of(0, 0, 0, 1, 1, 1),
    };
    const got = fitCox(input, { ties: 'efron' });
    if (!got.ok) throw new Error('expected a fit');
    const linear = coxLinearPredictor(got.value, Float64Array.of(1));
    const strata = Int32Array.of(0, 1, 2);
    const days = Float64Array.of(1, 2, 6);
    const offset = Float64Array.of(0, Math.log(2), 0);
    const curves = coxCurves(input, got.value, 'efron', Float64Array.of(1, 1, 1), { strata, offset, days });
    for (const [k, day] of days.entries()) {
      expect(curves[0]!.survival[k]).toBeCloseTo(coxSurvival(got.value, linear, day, 0)[0]!, 12);
      expect(curves[1]!.survival[k]).toBeCloseTo(coxSurvival(got.value, linear, day, 1)[0]! ** 2, 12);
      expect(curves[2]!.survival[k]).toBe(1);
    }
    expect([curves[0]!.survival[0], curves[0]!.standardError[0]]).toEqual([1, 0]);
    expect(Array.from(coxCurves(input, got.value, 'efron', Float64Array.of(1))[0]!.days)).toEqual([2, 3, 5]);
  });
  it('takes a case weight of 2 as the row twice, with Breslow ties', () => {
    const x = [-0.9, 1.2, -0.5, 0.8, 0.1];
    const days = [4, 2, 6, 3, 5];
    const event = [1, 1, 0, 0, 1];
    const weighted = fitCox(
      {
        names: ['x'],
        predictors: Float64Array.from(x),
        followUp: { ...followUpOf(days, event), weights: Float64Array.of(1, 2, 1, 1, 1) },
      },
      { ties: 'breslow' },
    );
    const doubled = fitCox(
      {
        names: ['x'],
        predictors: Float64Array.from([...x, 1.2]),
        followUp: followUpOf([...days, 2], [...event, 1]),
      },
      { ties: 'breslow' },
    );
    if (!weighted.ok || !doubled.ok) throw new Error('expected both fits');
    expect(weighted.value.coefficients[0]).toBeCloseTo(doubled.value.coefficients[0]!, 9);
    expect(weighted.value.standardErrors[0]).toBeCloseTo(doubled.value.standardErrors[0]!, 9);
  });
});
