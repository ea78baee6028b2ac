import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, quantile } from './bootstrap.ts';

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
});
