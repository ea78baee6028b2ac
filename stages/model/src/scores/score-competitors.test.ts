import { Random } from '@myocast/base';
import type { Outcome, PredictorColumn, PredictorTable } from '@myocast/predictors';
import { aalenJohansen, incidenceAt, takeFollowUp } from '@myocast/survival';
import { describe, expect, it } from 'vitest';
import { cadillac } from './cadillac.ts';
import { coverage } from './coverage.ts';
import { itemNames } from './items.ts';
import { scoreCompetitors } from './score-competitors.ts';
import { scoreInputs } from './score-inputs.ts';

const columns: readonly PredictorColumn[] = (
  [
    ['ejection_fraction', '%'],
    ['infarct', '%'],
    ['mvo', '%'],
    ['killip', null],
  ] as const
).map(([name, unit]) => ({ name, label: name, unit, kind: 'continuous', source: 'cmr' }));

/** Subjects whose hazard doubles with each point of the Eitel score; one in twenty competing events. */
function cohort(n: number, random: Random): { table: PredictorTable; outcome: Outcome; points: number[] } {
  const rows = Array.from({ length: n }, () => [
    random.uniform(25, 65),
    random.uniform(0, 40),
    random.chance(0.5) ? 0 : random.uniform(0, 6),
    1 + Math.floor(random.uniform(0, 3)),
  ]);
  const points = rows.map(
    ([ef, size, mvo]) => Number(ef! <= 47) + Number(size! >= 19) + 2 * Number(mvo! >= 1.4),
  );
  const first = points.map((own) => random.exponential(2e-4 * 2 ** own));
  const other = rows.map(() => random.exponential(5e-5));
  const end = rows.map(() => random.uniform(600, 1500));
  return {
    points,
    table: {
      subjects: rows.map((_, row) => `s${row}`),
      centres: rows.map(() => 'A'),
      columns,
      values: Float64Array.from(rows.flat()),
      observed: new Uint8Array(n * 4).fill(1),
      segments: [],
      slices: rows.map(() => []),
    },
    outcome: {
      days: Float64Array.from(rows, (_, row) => Math.ceil(Math.min(first[row]!, other[row]!, end[row]!))),
      cause: Uint8Array.from(rows, (_, row) => {
        if (end[row]! < Math.min(first[row]!, other[row]!)) return 0;
        return first[row]! < other[row]! ? 1 : 2;
      }),
      causes: ['mace', 'other death'],
      compositeCauses: ['mace'],
      compositeName: 'MACE',
    },
  };
}

const train = [...Array(1500).keys()];
const test = Array.from({ length: 1500 }, (_, index) => 1500 + index);
const { table, outcome, points } = cohort(3000, new Random(3));
const competitor = (name: string, config = {}) =>
  scoreCompetitors({ columns, horizonDays: 730, ...config }).find((entry) => entry.name === name)!;
const held = (of: PredictorTable = table, config = {}, from: Outcome = outcome) =>
  competitor('score-eitel', config).fitPredict({
    table: of,
    outcome: from,
    train,
    test,
    random: new Random(1),
  });

describe('scores as competitors', () => {
  it('are those of which the columns tell two thirds of the points', () => {
    expect(scoreCompetitors({ columns, horizonDays: 730 }).map(({ name }) => name)).toEqual([
      'score-killip',
      'score-eitel',
    ]);
    expect(scoreCompetitors({ columns, horizonDays: null })).toEqual([]);
    // LVEF and Killip: 4 + 3 of 18 points
    const notFed = itemNames.filter((name) => name !== 'lvef' && name !== 'killip');
    expect(coverage(cadillac, notFed)).toBeCloseTo(7 / 18, 12);
    expect(coverage(cadillac, [])).toBe(1);
  });

  it('have the points as risk, whatever happened', async () => {
    const { risk } = await held();
    expect([...risk]).toEqual(points.slice(1500));
    const shuffled = { ...outcome, days: outcome.days!.toReversed(), cause: outcome.cause.toReversed() };
    expect((await held(table, {}, shuffled)).risk).toEqual(risk);
  });

  it('have incidences that fit new subjects, class by class', async () => {
    const { risk, incidenceAtHorizon } = await held();
    const event = outcome.cause.map((code) => code);
    for (const own of [0, 1, 2, 3, 4]) {
      const rows = [...risk.keys()].filter((row) => risk[row] === own);
      const followUp = takeFollowUp(
        { days: outcome.days!, event },
        rows.map((row) => test[row]!),
      );
      const observed = incidenceAt(aalenJohansen(followUp), 730);
      expect(Math.abs(incidenceAtHorizon![rows[0]!]! - observed)).toBeLessThan(0.08);
      // the truth, had nothing competed and the hazard been known: 1 - exp(-730 · 2e-4 · 2^points), less 2 to 4 %
      const truth = 1 - Math.exp(-730 * 2e-4 * 2 ** own);
      expect(Math.abs(incidenceAtHorizon![rows[0]!]! - truth)).toBeLessThan(0.06);
    }
  });

  it('do not look at the rows held out', async () => {
    const blank = {
      ...outcome,
      days: outcome.days!.map((day, row) => (row < 1500 ? day : 0)),
      cause: outcome.cause.map((code, row) => (row < 1500 ? code : 0)),
    };
    const [seen, unseen] = [await held(), await held(table, {}, blank)];
    expect({ ...unseen, incidence: null }).toEqual({ ...seen, incidence: null });
    expect(unseen.incidence!(400)).toEqual(seen.incidence!(400));
  });

  it('use the middle of the possible points where an item is missing, and count it', async () => {
    const observed = table.observed.slice();
    observed[1500 * 4 + 2] = 0;
    observed[1501 * 4] = 0;
    const holes = { ...table, observed };
    const { risk } = await held(holes);
    const without = (row: number, item: number) =>
      points[row]! -
      (item === 2 ? 2 * Number(table.values[row * 4 + 2]! >= 1.4) : Number(table.values[row * 4]! <= 47));
    expect(risk[0]).toBe(without(1500, 2) + 1);
    expect(risk[1]).toBe(without(1501, 0) + 0.5);
    expect(competitor('score-eitel').completeness(holes)).toMatchObject({
      subjects: 3000,
      complete: 2998,
      missing: { mvo: 1, lvef: 1 },
    });
  });

  it('fill what the predictors lack from the record of the same subjects', async () => {
    const record = scoreInputs(table);
    const observed = table.observed.map((seen, cell) => (cell % 4 === 2 ? 0 : seen));
    const holes = { ...table, observed };
    expect((await held(holes, { record })).risk).toEqual((await held()).risk);
    const few = scoreCompetitors({ columns: columns.slice(0, 1), horizonDays: 730, record });
    expect(few.map(({ name }) => name)).toContain('score-eitel');
  });

  it('expect nothing without an event, and the average where the points do not vary', async () => {
    const none = { ...outcome, cause: new Uint8Array(3000) };
    expect((await held(table, {}, none)).incidenceAtHorizon!.every((value) => value === 0)).toBe(true);
    const same = { ...table, values: table.values.map((value, cell) => (cell % 4 === 3 ? value : 0)) };
    const { incidenceAtHorizon } = await held(same);
    const everyone = aalenJohansen(takeFollowUp({ days: outcome.days!, event: outcome.cause }, train));
    for (const value of incidenceAtHorizon!) expect(value).toBeCloseTo(incidenceAt(everyone, 730), 2);
  });
});
