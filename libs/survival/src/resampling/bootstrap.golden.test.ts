import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concordance, resampledConcordance } from '../performance/concordance.ts';
import { lehmerCohort, lehmerRows } from '../testing/lehmer.ts';
import { accelerationOf, jackknifeInfluence } from './acceleration.ts';
import { bootstrapQuantile } from './bootstrap-quantile.ts';
import { bootstrapInterval, type IntervalKind, studentisedInterval } from './bootstrap.ts';
import { bootstrapDraws } from './draws.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/boot.json', import.meta.url), 'utf8'),
);
const n = 90;
const { predictors, followUp } = lehmerCohort(n, 11);
const resampling = { resamples: 399, rows: lehmerRows(n, 100) };
const a = Float64Array.from({ length: n }, (_, row) => predictors[3 * row]!);

const sum = (rows: Int32Array, values: ArrayLike<number>) =>
  rows.reduce((total, row) => total + values[row]!, 0);
const logRate = (rows: Int32Array) => Math.log(sum(rows, followUp.event) / sum(rows, followUp.days));
const statistics = { logRate, harrell: resampledConcordance('harrell', a, followUp) };

describe("the cohort and the resamples are R's", () => {
  it('number for number', () => {
    for (const [row, day] of golden.days.entries()) expect(followUp.days[row]).toBeCloseTo(day, 10);
    expect(Array.from(resampling.rows(0).slice(0, 8))).toEqual(golden.rows);
  });
});

describe('bootstrapInterval', () => {
  for (const [name, statistic] of Object.entries(statistics)) {
    const there = golden[name];
    for (const kind of ['percentile', 'basic', 'normal', 'bca'] as const satisfies IntervalKind[])
      it(`has boot.ci's ${kind} interval of ${name}`, () => {
        const got = bootstrapInterval(n, statistic, { ...resampling, kind });
        expect(got.low).toBeCloseTo(there[kind][0], 10);
        expect(got.high).toBeCloseTo(there[kind][1], 10);
        expect(got.standardError).toBeCloseTo(there.standardError, 10);
        expect(got.bias).toBeCloseTo(there.bias, 10);
        expect(got).toMatchObject({ kind, reason: null, atExtreme: false, skipped: 0 });
        if (kind === 'bca') expect(got.correction!.acceleration).toBeCloseTo(there.acceleration, 10);
        else expect(got.correction).toBeNull();
      });
  }
  it('takes influence values for the jackknife, to any scale', () => {
    const { influence } = concordance(a, followUp);
    const given = bootstrapInterval(n, statistics.harrell, { ...resampling, kind: 'bca', influence });
    const scaled = bootstrapInterval(n, statistics.harrell, {
      ...resampling,
      kind: 'bca',
      influence: influence.map((value) => 40 * value),
    });
    expect(given.correction).toMatchObject({ from: 'influence values' });
    expect(given.correction!.acceleration).toBeCloseTo(golden.harrell.acceleration, 2);
    expect(scaled.low).toBeCloseTo(given.low!, 12);
    expect(given.low).toBeCloseTo(golden.harrell.bca[0], 2);
  });
});

describe('studentisedInterval', () => {
  it("has boot.ci's interval of a mean", () => {
    const mean = (rows: Int32Array) => {
      const estimate = sum(rows, followUp.days) / n;
      const squares = rows.reduce((total, row) => total + (followUp.days[row]! - estimate) ** 2, 0);
      return { estimate, standardError: Math.sqrt(squares / (n - 1) / n) };
    };
    const { low, high } = studentisedInterval(n, mean, resampling);
    expect(low).toBeCloseTo(golden.studentised[0], 8);
    expect(high).toBeCloseTo(golden.studentised[1], 8);
  });
});

describe('jackknifeInfluence', () => {
  const strata = Array.from({ length: n }, (_, row) => predictors[3 * row + 2]!);
  const plain = bootstrapDraws(n, resampling).units();
  it("has empinf's values, with strata too", () => {
    const got = jackknifeInfluence(n, plain, logRate)!;
    for (const [at, value] of golden.logRate.influence.entries()) expect(got[at]).toBeCloseTo(value, 10);
    const { units } = bootstrapDraws(n, { resamples: 1, random: { fork: () => null } as never, strata });
    const within = jackknifeInfluence(n, units(), logRate)!;
    for (const [at, value] of golden.stratifiedJackknife.entries()) expect(within[at]).toBeCloseTo(value, 10);
  });
  it('has nearly the skewness of all rows in groups of two', () => {
    const grouped = jackknifeInfluence(n, plain, logRate, 45)!;
    expect(grouped).toHaveLength(45);
    expect(accelerationOf(grouped)).toBeCloseTo(golden.logRate.acceleration, 1);
  });
});

describe('bootstrapQuantile', () => {
  it("has norm.inter's, and says where the extremes stand in", () => {
    const values = Array.from({ length: 20 }, (_, resample) => logRate(resampling.rows(resample)));
    values.sort((x, y) => x - y);
    expect(bootstrapQuantile(values, 0.025)).toEqual({ value: values[0], atExtreme: true });
    expect(bootstrapQuantile(values, 0.025).value).toBeCloseTo(golden.extreme[0], 12);
    expect(bootstrapQuantile(values, 0.975).value).toBeCloseTo(golden.extreme[1], 12);
    expect(bootstrapQuantile([1, 2, 3], 0.5)).toEqual({ value: 2, atExtreme: false });
  });
});
