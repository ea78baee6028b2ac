import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { calibrationOf } from './calibration.ts';
import { centreWeights, weightedPeriods } from './centre-weights.ts';
import { personPeriods } from './discrete-hazards.ts';
import { planted } from './planted.fixture.ts';
import { trainForecast } from './train.ts';
import { fitCauses, fitWide, type WideData } from './wide-path.ts';

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

describe('weights of centres', () => {
  it('make centres alike at 1 and patients alike at 0, and add up to the effective number', () => {
    const centres = ['A', 'A', 'B', 'A', 'A'];
    expect([...centreWeights(centres, 0)]).toEqual([1, 1, 1, 1, 1]);
    // 1/4 four times and 1: sum 2, squares 1.25, so that all are multiplied by 1.6.
    const alike = centreWeights(centres, 1);
    for (const [row, weight] of [0.4, 0.4, 1.6, 0.4, 0.4].entries())
      expect(alike[row]).toBeCloseTo(weight, 12);
    expect(sum(alike)).toBeCloseTo(3.2, 12);
    const between = centreWeights(centres, 0.5);
    expect(between[2]! / between[0]!).toBeCloseTo(2, 12);
    expect(() => centreWeights(centres, 1.2)).toThrow('expected a balance from 0 to 1, got 1.2');
  });

  it('change nothing where centres are of one size', () => {
    const even = Array.from({ length: 60 }, (_, row) => 'ABC'[row % 3]!);
    for (const weight of centreWeights(even, 1)) expect(weight).toBeCloseTo(1, 12);
  });

  it('of whole numbers are as many patients: slopes, causes and calibration', () => {
    const random = new Random('weights');
    const { table, outcome } = planted(90, 'columns', random);
    const rows = [...Array(90).keys()];
    const times = rows.map((row) => 1 + (row % 3));
    const repeated = rows.flatMap((row) => Array.from({ length: times[row]! }, () => row));
    const ends = [300, 900, 1500];
    const dataOf = (own: readonly number[], periods: Float64Array): WideData => ({
      columns: Float64Array.from(own.flatMap((row) => [...table.values.subarray(row * 16, (row + 1) * 16)])),
      p: 16,
      scores: new Float64Array(0),
      g: 0,
      periods,
      intervals: 3,
      outcome,
    });
    const weighted = dataOf(
      rows,
      weightedPeriods(personPeriods(outcome, rows, ends), Float64Array.from(times)),
    );
    const many = dataOf(repeated, personPeriods(outcome, repeated, ends));
    const [one, other] = [weighted, many].map((data) => {
      const all = [...Array(data.periods.length / 9).keys()];
      const wide = fitWide(data, all, 5);
      return { wide, causes: fitCauses(data, all, wide, 5) };
    });
    const numbers = ({ wide, causes }: NonNullable<typeof one>) => [
      ...wide.intercepts,
      ...wide.slopes,
      ...causes.flatMap(({ intercept, slopes }) => [intercept, ...slopes]),
    ];
    for (const [at, value] of numbers(one!).entries()) expect(value).toBeCloseTo(numbers(other!)[at]!, 6);
    // The calibration's centre is a plain mean over the rows: logits that differ by interval alone leave it the same.
    const logits = (own: readonly number[]) => Float64Array.from(own.flatMap(() => [-1, -2, -1.5]));
    const light = calibrationOf(logits(rows), weighted.periods, 3, outcome, 0);
    const heavy = calibrationOf(logits(repeated), many.periods, 3, outcome, 0);
    expect(light.intercept).toBeCloseTo(heavy.intercept, 9);
    expect(light.slope).toBeCloseTo(heavy.slope, 9);
  });

  it('reach training: a large centre where predictors say nothing weighs less', async () => {
    const { table, outcome } = planted(240, 'columns', new Random(8));
    const rows = [...Array(240).keys()];
    const order = new Random(9).permutation(180);
    // The first 180 rows are one centre, whose outcomes are dealt out anew.
    const mixed = {
      ...outcome,
      days: outcome.days!.map((day, row) => (row < 180 ? outcome.days![order[row]!]! : day)),
      cause: outcome.cause.map((code, row) => (row < 180 ? outcome.cause[order[row]!]! : code)),
    };
    const centres = rows.map((row) => (row < 180 ? 'large' : `small ${row % 3}`));
    const slopeOf = async (centreBalance: number) => {
      const { plan } = await trainForecast({
        table: { ...table, centres },
        outcome: mixed,
        rows,
        config: { members: 2, epochs: 0, centreBalance },
        random: new Random(1),
      });
      return plan.posterior.slopes[plan.scaler.columns.findIndex(({ name }) => name === 'lab0')]!;
    };
    // lab0 raises the hazard in the small centres alone.
    expect(await slopeOf(1)).toBeGreaterThan((await slopeOf(0)) + 0.1);
  });
});
