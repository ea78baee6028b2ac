import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, quantile, studentisedInterval } from './bootstrap.ts';
import { bootstrapDraws, leftOut } from './draws.ts';

describe('bootstrap', () => {
  it('covers the mean of a normal sample as wide as theory says, the same for the same seed', () => {
    const random = new Random('sample');
    const sample = Float64Array.from({ length: 200 }, () => random.normal());
    const mean = (rows: Int32Array) => rows.reduce((sum, row) => sum + sample[row]!, 0) / rows.length;
    const once = bootstrapInterval(200, mean, { resamples: 2000, random: new Random(5) });
    expect(Math.abs(once.standardError! - 1 / Math.sqrt(200))).toBeLessThan(0.01);
    expect(once.high! - once.low!).toBeCloseTo(2 * 1.96 * once.standardError!, 1);
    expect(bootstrapInterval(200, mean, { resamples: 2000, random: new Random(5) })).toEqual(once);
  });
  it('counts resamples without the statistic, and gives no interval when most lack it', () => {
    const rare = bootstrapInterval(4, (rows) => (rows.includes(0) ? 1 : null), {
      resamples: 200,
      random: new Random(1),
    });
    expect(rare.skipped).toBeGreaterThan(30);
    expect(rare).toMatchObject({ low: 1, high: 1 });
    expect(bootstrapInterval(4, () => null, { resamples: 10, random: new Random(1) })).toMatchObject({
      low: null,
      skipped: 10,
    });
  });
  it("has R's quantiles", () => {
    expect(quantile([1, 2, 4, 8], 0.25)).toBe(1.75);
  });
  it('says why there is no BCa interval: a constant, one subject, one who must be there', () => {
    const bca = (n: number, statistic: (rows: Int32Array) => number | null) =>
      bootstrapInterval(n, statistic, { resamples: 50, random: new Random(3), kind: 'bca' });
    const constant = bca(9, () => 0.1 + 0.2);
    expect(constant).toMatchObject({ low: null, skipped: 0 });
    expect(constant.standardError).toBeCloseTo(0, 12);
    expect(constant.reason).toBe('0 of 50 resampled values lie below the estimate');
    expect(bca(1, (rows) => rows[0]!)).toMatchObject({ low: null, resamples: 50, skipped: 0 });
    const needsFirst = bca(6, (rows) => (rows.includes(0) ? rows.at(-1)! : null));
    expect(needsFirst.reason).toMatch(/without one of the subjects|lie below/);
    expect(needsFirst.skipped).toBeGreaterThan(5);
    expect(bootstrapInterval(9, () => 2, { resamples: 50, random: new Random(3) })).toMatchObject({
      low: 2,
      high: 2,
      standardError: 0,
    });
  });
  it('a studentised interval counts resamples whose own error is 0', () => {
    const mean = (rows: Int32Array) => {
      const estimate = rows.reduce((sum, row) => sum + row, 0) / rows.length;
      const squares = rows.reduce((sum, row) => sum + (row - estimate) ** 2, 0);
      return { estimate, standardError: Math.sqrt(squares) / rows.length };
    };
    const got = studentisedInterval(2, mean, { resamples: 400, random: new Random(8) });
    expect(got.skipped).toBeGreaterThan(150);
    expect(got.skipped).toBeLessThan(250);
    expect(studentisedInterval(3, () => null, { resamples: 5, random: new Random(8) }).reason).toMatch(
      '5 of 5 resamples',
    );
  });
});

describe('bootstrapDraws', () => {
  const strata = [0, 1, 0, 1, 1, 0, 0];
  const cluster = [7, 8, 7, 8, 9, 7, 6];
  it('keeps the number in each stratum, and the rows of a cluster together', () => {
    const within = bootstrapDraws(7, { resamples: 30, random: new Random(1), strata });
    const together = bootstrapDraws(7, { resamples: 30, random: new Random(1), cluster });
    const sizes = new Set<number>();
    for (let resample = 0; resample < 30; resample++) {
      const ones = within.rows(resample).filter((row) => strata[row] === 1);
      expect([within.rows(resample).length, ones.length]).toEqual([7, 3]);
      const rows = [...together.rows(resample)];
      sizes.add(rows.length);
      const times = (row: number) => rows.filter((other) => other === row).length;
      for (const [a, b] of [
        [0, 2],
        [2, 5],
        [1, 3],
      ])
        expect(times(a!)).toBe(times(b!));
    }
    expect(sizes.size).toBeGreaterThan(3);
  });
  it('draws clusters within their strata, and refuses one that lies in two', () => {
    const draws = bootstrapDraws(7, { resamples: 9, random: new Random(2), strata, cluster });
    for (let resample = 0; resample < 9; resample++) {
      const units = draws.units().filter(({ stratum }) => stratum === 1);
      expect(units).toHaveLength(2);
      const rows = draws.rows(resample).filter((row) => strata[row] === 1);
      expect(rows.length % 3 === 0 || [2, 4].includes(rows.length)).toBe(true);
    }
    const wrong = { resamples: 9, random: new Random(2), strata: [0, 0, 1, 1, 1, 0, 0], cluster };
    expect(() => bootstrapDraws(7, wrong)).toThrow('cluster 7 in several');
    expect(() => bootstrapDraws(7, { resamples: 9, random: new Random(2), strata: [1] })).toThrow(
      'expected 7 codes of strata, got 1',
    );
  });
  it('gives the same rows in any order of execution, and refuses rows that are not there', () => {
    const draws = bootstrapDraws(50, { resamples: 9, random: new Random('a') });
    const later = draws.rows(8);
    draws.rows(0);
    expect(draws.rows(8)).toEqual(later);
    expect(draws.rows(7)).not.toEqual(later);
    const given = bootstrapDraws(3, { resamples: 1, rows: () => Int32Array.of(0, 3) });
    expect(() => given.rows(0)).toThrow('expected rows of 0 to 2, got 3');
    expect(leftOut(5, Int32Array.of(4, 0, 0))).toEqual(Int32Array.of(1, 2, 3));
  });
});
