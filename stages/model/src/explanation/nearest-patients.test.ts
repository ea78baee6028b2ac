import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { describe, expect, it } from 'vitest';
import { planted } from '../planted.fixture.ts';
import { fitPopulation } from '../population-distance.ts';
import { fitScaler, type Scaler } from '../scaler.ts';
import { mapPatients, nearestPatients, type PatientMap } from './nearest-patients.ts';
import { symmetricEigen } from '../symmetric-eigen.ts';

/** A table of clinical columns; null is missing. */
function tableOf(rows: readonly (readonly (number | null)[])[]): PredictorTable {
  const p = rows[0]!.length;
  return {
    subjects: rows.map((_, row) => `name ${row}`),
    centres: rows.map(() => 'c'),
    columns: Array.from({ length: p }, (_, j) => ({
      name: `x${j}`,
      label: '',
      unit: null,
      kind: 'continuous',
      source: 'clinical',
    })),
    values: Float64Array.from(rows.flat(), (cell) => cell ?? 0),
    observed: Uint8Array.from(rows.flat(), (cell) => Number(cell !== null)),
    segments: [],
    slices: rows.map(() => []),
  };
}

const outcomeFor = (n: number): Outcome => ({
  days: Float64Array.from({ length: n }, (_, row) => 100 + row),
  cause: Uint8Array.from({ length: n }, (_, row) => row % 3),
  causes: ['mace', 'other'],
  compositeCauses: ['mace'],
  compositeName: 'MACE',
});

const scalerOf = (table: PredictorTable, rows: readonly number[]): Scaler =>
  fitScaler(table, rows, { bands: 6, components: 4, contrasts: 0 }, new Random(1));

/** Two correlated columns of 60 rows, then rows of which something is missing. */
function pair() {
  const random = new Random('pair');
  const rows = Array.from({ length: 60 }, () => {
    const x = random.normal();
    return [x, 0.6 * x + 0.8 * random.normal()];
  });
  const table = tableOf([...rows, [1.2, null], [null, null], rows[7]!]);
  const train = [...Array(60).keys()];
  const scaler = scalerOf(table, train);
  const population = fitPopulation(scaler, table, train);
  return { table, train, scaler, population };
}

describe('eigenvalues of a symmetric matrix', () => {
  it('take it apart into values and orthonormal vectors', () => {
    const random = new Random('eigen');
    const p = 12;
    const b = Array.from({ length: p * p }, () => random.normal());
    const matrix = Array.from({ length: p * p }, (_, cell) => {
      return (b[cell]! + b[(cell % p) * p + Math.floor(cell / p)]!) / 2;
    });
    const { values, vectors } = symmetricEigen(matrix, p);
    expect([...values].sort((x, y) => y - x)).toEqual(values);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        const rebuilt = values.reduce((sum, value, k) => sum + value * vectors[k]![i]! * vectors[k]![j]!, 0);
        expect(Math.abs(rebuilt - matrix[i * p + j]!)).toBeLessThan(1e-10);
        const dot = vectors[i]!.reduce((sum, x, k) => sum + x * vectors[j]![k]!, 0);
        expect(Math.abs(dot - Number(i === j))).toBeLessThan(1e-12);
      }
    }
  });
});

describe('the nearest patients', () => {
  it('of two columns are nearest by Mahalanobis distance', () => {
    const { table, train, scaler, population } = pair();
    const map = mapPatients(population, scaler, table, train, outcomeFor(63));
    const config = { count: 60, horizonDays: 130, itself: null };
    const found = nearestPatients(population, map, scaler, table, 62, config);
    const r = population.correlation[1]!;
    const z = (row: number) =>
      [0, 1].map((j) => {
        const { mean, sd } = scaler.columns[j]!;
        const own = (table.values[row * 2 + j]! - mean) / sd;
        return (own - population.mean[j]!) / population.sd[j]!;
      });
    const own = z(62);
    const brute = train
      .map((index) => {
        const [a, b] = z(index).map((value, j) => value - own[j]!) as [number, number];
        return { index, distance: Math.sqrt((a * a - 2 * r * a * b + b * b) / (1 - r * r) / map.usual) };
      })
      .sort((a, b) => a.distance - b.distance);
    // Row 62 is row 7 again.
    expect(brute[0]).toMatchObject({ index: 7, distance: 0 });
    for (const [place, { index, distance }] of brute.entries()) {
      expect(found.patients[place]!.index).toBe(index);
      expect(Math.abs(found.patients[place]!.distance - distance)).toBeLessThan(1e-6);
    }
    expect(found.patients[0]).toMatchObject({ days: 107, cause: 'mace' });
    const others = nearestPatients(population, map, scaler, table, 62, { ...config, itself: 7 });
    expect(others.patients.some(({ index }) => index === 7)).toBe(false);
  });

  it('of a patient with a missing column are at the distance that is expected of it', () => {
    const { table, train, scaler, population } = pair();
    const map = mapPatients(population, scaler, table, [...train, 60, 61], outcomeFor(63));
    // Of two whitened axes each missing value leaves a variance of exactly 1.
    expect(map.doubt[60]).toBeCloseTo(1, 9);
    expect(map.doubt[61]).toBeCloseTo(2, 9);
    expect(Math.max(...map.doubt.slice(0, 60))).toBeLessThan(1e-9);
    const r = population.correlation[1]!;
    const { mean, sd } = scaler.columns[0]!;
    const u = ((1.2 - mean) / sd - population.mean[0]!) / population.sd[0]!;
    // Regression puts the missing one at r u: the length is then that of u alone.
    const length = map.scores[60]!.reduce((sum, score) => sum + score * score, 0);
    expect(length).toBeCloseTo((u * u * (1 - 2 * r * r + r * r)) / (1 - r * r), 9);
    const near = nearestPatients(population, map, scaler, table, 62, {
      count: 62,
      horizonDays: null,
      itself: 7,
    });
    expect(near.patients.slice(0, 10).some(({ index }) => index === 61)).toBe(false);
  });

  it('say what became of them by the horizon, with those who were not followed so far', () => {
    const { table, train, scaler, population } = pair();
    const at = (days: readonly number[], cause: readonly number[], horizonDays: number) => {
      const map: PatientMap = {
        ...mapPatients(population, scaler, table, train.slice(0, days.length), outcomeFor(63)),
        days,
        cause,
      };
      const config = { count: 9, horizonDays, itself: null };
      const { events, incidence } = nearestPatients(population, map, scaler, table, 62, config);
      return { events, incidence };
    };
    // One of four has the event; of the three left one is censored before a death and one goes on.
    expect(at([10, 20, 30, 90], [1, 0, 2, 0], 60)).toEqual({ events: 1, incidence: 0.25 });
    const later = at([10, 20, 30, 90], [1, 0, 1, 0], 60);
    expect(later.events).toBe(2);
    expect(later.incidence).toBeCloseTo(0.25 + 0.75 / 2, 12);
    expect(at([10, 20, 30, 40], [1, 0, 2, 0], 60)).toEqual({ events: 1, incidence: null });
    expect(at([10, 20, 30, 40], [1, 0, 0, 2], 60).incidence).toBeCloseTo(0.25, 12);
    expect(at([70, 80], [1, 1], 60)).toEqual({ events: 0, incidence: 0 });
  });

  it('are found among images too, and nothing of the map names a patient', () => {
    const { table, outcome } = planted(150, 'columns', new Random(3));
    const train = [...Array(120).keys()];
    const scaler = scalerOf(table, train);
    const population = fitPopulation(scaler, table, train);
    const map = mapPatients(population, scaler, table, train, outcome);
    expect(JSON.parse(JSON.stringify(map))).toEqual(map);
    expect(JSON.stringify([map, population])).not.toMatch(/"s\d+"/);
    // Over all pairs the mean of the squares is 1.
    const squares = train.flatMap((row) =>
      nearestPatients(population, map, scaler, table, row, {
        count: 200,
        horizonDays: 900,
        itself: row,
      }).patients.map(({ distance }) => distance ** 2),
    );
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
    expect(mean).toBeCloseTo(1, 9);
  });
});
