import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { pairwiseCorrelation, pairwiseMoments, shrunk } from './pairwise-moments.ts';
import { planted } from './planted.fixture.ts';
import {
  fitPopulation,
  placeInPopulation,
  placeOf,
  type Population,
  populationOf,
} from './population-distance.ts';
import { fitScaler } from './scaler.ts';

const p = 6;
const names = Array.from({ length: p }, (_, j) => `x${j}`);

/** Correlated normal features with a share missing. */
function drawn(n: number, seed: string, missing = 0) {
  const random = new Random(seed);
  const rows = Array.from({ length: n }, () => {
    const shared = random.normal();
    const values = Float64Array.from({ length: p }, (_, j) => random.normal() + (j < 3 ? 1.2 * shared : 0));
    const observed = Uint8Array.from({ length: p }, () => (random.chance(missing) ? 0 : 1));
    return { values: values.map((value, j) => (observed[j] ? value : 0)), observed };
  });
  return { names, values: rows.map(({ values }) => values), observed: rows.map(({ observed }) => observed) };
}

/** Quadratic form by Gauss-Jordan elimination: no Cholesky. */
function quadratic(matrix: number[][], u: number[]): number {
  const k = u.length;
  const a = matrix.map((line, i) => [...line, u[i]!]);
  for (let i = 0; i < k; i++) {
    const pivot = a[i]![i]!;
    for (let c = i; c <= k; c++) a[i]![c]! /= pivot;
    for (let r = 0; r < k; r++) {
      if (r === i) continue;
      const factor = a[r]![i]!;
      for (let c = i; c <= k; c++) a[r]![c]! -= factor * a[i]![c]!;
    }
  }
  return u.reduce((sum, value, i) => sum + value * a[i]![k]!, 0);
}

function distanceBy(
  { mean, sd, correlation }: Population,
  values: Float64Array,
  observed: Uint8Array,
): number {
  const seen = [...Array(p).keys()].filter((j) => observed[j]);
  const u = seen.map((j) => (values[j]! - mean[j]!) / sd[j]!);
  const squared = quadratic(
    seen.map((i) => seen.map((j) => correlation[i * p + j]!)),
    u,
  );
  const spread = 2 / (9 * seen.length);
  return (Math.cbrt(squared / seen.length) - 1 + spread) / Math.sqrt(spread);
}

describe('the distance from the training population', () => {
  it('is the Mahalanobis distance over what is observed, as a normal score', () => {
    const population = populationOf(drawn(80, 'a', 0.2));
    const { values, observed } = drawn(10, 'b', 0.4);
    for (const [row, own] of values.entries()) {
      const place = placeOf(population, own, observed[row]!);
      expect(Math.abs(place!.distance - distanceBy(population, own, observed[row]!))).toBeLessThan(1e-9);
    }
  });

  it('of a training row is that from the others: the population fitted without it, at the same shrinkage', () => {
    const data = drawn(40, 'c', 0.2);
    const population = populationOf(data);
    const brute = data.values.map((own, row) => {
      const cut = data.values.map((one) => one.map((z) => Math.max(-4, Math.min(4, z))));
      const rest = { values: cut.toSpliced(row, 1), observed: data.observed.toSpliced(row, 1) };
      const moments = pairwiseMoments(rest.values, rest.observed, p);
      const mean = names.map((_, j) => {
        const seen = rest.values.filter((__, i) => rest.observed[i]![j]);
        return seen.reduce((sum, value) => sum + value[j]!, 0) / seen.length;
      });
      const sd = names.map((_, j) => {
        const seen = rest.values.filter((__, i) => rest.observed[i]![j]);
        return Math.sqrt(seen.reduce((sum, value) => sum + (value[j]! - mean[j]!) ** 2, 0) / seen.length);
      });
      const correlation = [...shrunk(pairwiseCorrelation(moments), p, population.shrinkage)];
      return distanceBy({ ...population, mean, sd, correlation }, own, data.observed[row]!);
    });
    for (const [index, distance] of brute.sort((a, b) => a - b).entries())
      expect(Math.abs(population.leaveOneOut[index]! - distance)).toBeLessThan(1e-8);
  });

  it('has percentiles that are uniform among new patients, however much of them is missing', () => {
    const population = populationOf(drawn(400, 'd', 0.1));
    for (const missing of [0, 0.5]) {
      const { values, observed } = drawn(2000, `e ${missing}`, missing);
      const places = values.flatMap((own, row) => placeOf(population, own, observed[row]!) ?? []);
      for (const level of [50, 90, 95]) {
        const below = places.filter(({ percentile }) => percentile <= level).length / places.length;
        expect(Math.abs(below - level / 100), `${missing} ${level}`).toBeLessThan(0.05);
      }
      expect(places.filter(({ pValue }) => pValue <= 0.1).length / places.length).toBeLessThan(0.15);
    }
  });

  it('sees a combination that is unusual though each value is not, and says which features make it up', () => {
    const population = populationOf(drawn(400, 'f'));
    const all = new Uint8Array(p).fill(1);
    const together = placeOf(population, Float64Array.of(2.5, 2.5, 2.5, 0, 0, 0), all)!;
    const against = placeOf(population, Float64Array.of(2.5, -2.5, 2.5, 0, 0, 0), all)!;
    expect(together.percentile).toBeLessThan(70);
    expect(against.pValue).toBeLessThan(0.05);
    expect(against.farthest[0]!.name).toBe('x1');
    const typo = placeOf(population, Float64Array.of(0, 0, 0, 0, 0, 50), all)!;
    expect(typo).toMatchObject({ percentile: 100, pValue: 1 / 401 });
    expect(typo.farthest[0]!).toMatchObject({ name: 'x5' });
    expect(typo.farthest[0]!.share).toBeGreaterThan(0.95);
  });

  it('is unmoved by a few absurd training values, and null for a patient of whom nothing is known', () => {
    const clean = drawn(200, 'g');
    const spoilt = { ...clean, values: clean.values.map((own) => own.slice()) };
    for (const row of [3, 70]) spoilt.values[row]![4] = 1e6;
    const far = Float64Array.of(0, 0, 0, 0, 6, 0);
    const all = new Uint8Array(p).fill(1);
    expect(placeOf(populationOf(spoilt), far, all)!.pValue).toBeLessThan(0.03);
    expect(placeOf(populationOf(clean), far, new Uint8Array(p))).toBeNull();
    expect(() => populationOf(drawn(9, 'h'))).toThrow(RangeError);
  });

  it('works on a predictor table with images, with a column that repeats another, and does not look at other rows', () => {
    const { table } = planted(150, 'columns', new Random(1));
    const values = table.values.slice();
    for (let row = 0; row < 150; row++) values[row * 16 + 3] = values[row * 16 + 2]!;
    const twice = { ...table, values };
    const train = [...Array(100).keys()];
    const scaler = fitScaler(twice, train, { bands: 6, components: 4, contrasts: 0 }, new Random(2));
    const population = fitPopulation(scaler, twice, train);
    expect(population.names.slice(-2)).toEqual(['lge-sax component 3', 'lge-sax component 4']);
    const spoilt = { ...twice, values: values.slice().fill(1e9, 100 * 16) };
    expect(fitPopulation(scaler, spoilt, train)).toEqual(population);
    expect(placeInPopulation(population, scaler, spoilt, 120)!.percentile).toBe(100);
    const usual = Array.from(
      { length: 50 },
      (_, index) => placeInPopulation(population, scaler, twice, 100 + index)!.percentile,
    );
    const mean = usual.reduce((sum, value) => sum + value, 0) / 50;
    expect(mean).toBeGreaterThan(35);
    expect(mean).toBeLessThan(65);
    expect(JSON.parse(JSON.stringify(population))).toEqual(population);
  });
});
