import type { Outcome, PredictorTable } from '@myocast/predictors';
import { aalenJohansen, incidenceAt } from '@myocast/survival';
import { describe, expect, it } from 'vitest';
import type { Planted } from '../planted.fixture.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { fitPredict, harrell, horizonDays, judgedCohort, shuffled, test, train } from './judged.fixture.ts';

/** What every comparator must do with rows that are held out. */
export function heldOutSuite(name: string, cohort: Planted): void {
  describe(name, () => {
    const reference = fitPredict(name, cohort);

    it('finds a planted hazard', async () => {
      expect(harrell(await reference, cohort.outcome)).toBeGreaterThan(0.6);
    });

    it('falls to chance when the outcomes are shuffled', async () => {
      const found: number[] = [];
      for (const seed of [11, 12, 13]) {
        const { table, outcome } = judgedCohort(seed % 2 ? 'columns' : 'slices', seed);
        const dealt = shuffled(outcome, seed);
        found.push(harrell(await fitPredict(name, { table, outcome: dealt }), dealt));
      }
      expect(Math.abs(found.reduce((sum, index) => sum + index, 0) / found.length - 0.5)).toBeLessThan(0.05);
    });

    it('gives incidences that rise from 0, stay below 1, and on the training rows agree on average with Aalen-Johansen', async () => {
      const { incidence, incidenceAtHorizon } = await reference;
      expect(incidenceAtHorizon).toEqual(incidence!(horizonDays));
      const curves = [0, 100, 400, horizonDays, 1400, 5000].map((day) => incidence!(day));
      expect(curves[0]).toEqual(new Float64Array(test.length));
      for (const [k, curve] of curves.entries())
        for (const [row, value] of curve.entries()) {
          expect(value).toBeLessThanOrEqual(1);
          expect(value).toBeGreaterThanOrEqual(curves[Math.max(0, k - 1)]![row]!);
        }
      const learned = await fitPredict(name, cohort, train);
      const observed = incidenceAt(aalenJohansen(trainingFollowUp(cohort.outcome, train)), horizonDays);
      const mean = learned.incidenceAtHorizon!.reduce((sum, value) => sum + value, 0) / train.length;
      expect(Math.abs(mean - observed)).toBeLessThan(0.04);
    });

    it('never looks at the outcome of a test row', async () => {
      const { days, cause } = cohort.outcome;
      const outcome: Outcome = {
        ...cohort.outcome,
        days: days!.map((day, row) => (row < train.length ? day : 5000 - day)),
        cause: cause.map((code, row) => (row < train.length ? code : 2 - code)),
      };
      expect((await fitPredict(name, { table: cohort.table, outcome })).risk).toEqual((await reference).risk);
    });

    it('predicts a test row from its own predictors alone', async () => {
      const row = test[7]!;
      const table = withOtherRow(cohort.table, row);
      const before = await reference;
      const after = await fitPredict(name, { table, outcome: cohort.outcome });
      const moved = [before.risk, before.incidenceAtHorizon!].map((values, which) =>
        [...values.keys()].filter(
          (place) => values[place] !== (which === 0 ? after.risk : after.incidenceAtHorizon!)[place],
        ),
      );
      expect(moved).toEqual([[7], [7]]);
    });
  });
}

/** Another value in every column, segment and slice of one row. */
function withOtherRow(table: Planted['table'], row: number): PredictorTable {
  const p = table.columns.length;
  const values = table.values.slice();
  values.set(
    Array.from({ length: p }, (_, j) => 2 - values[row * p + j]!),
    row * p,
  );
  const observed = table.observed.slice();
  observed.fill(1, row * p, (row + 1) * p);
  return {
    ...table,
    values,
    observed,
    segments: table.segments.map((segment) => ({
      ...segment,
      values: segment.values.map((value, cell) => (Math.floor(cell / 16) === row ? value + 30 : value)),
    })),
    slices: table.slices.map((own, at) =>
      at === row
        ? own.map((series) => ({ ...series, values: series.values.map((value) => value + 2) }))
        : own,
    ),
  };
}
