import { Random } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import { describe, expect, it } from 'vitest';
import { competitors } from './competitors.ts';
import { fitPredict, horizonDays, judgedCohort, test, train, withoutTimes } from './judged.fixture.ts';

const timed = [
  'clinical-cox',
  'cmr-cox',
  'clinical-cmr-cox',
  'elastic-net-cox',
  'fine-gray',
  'boosted-cox',
  'random-survival-forest',
  'image-only',
  'late-fusion',
];
const yesNo = [
  'clinical-cox',
  'cmr-cox',
  'clinical-cmr-cox',
  'all-columns-logistic',
  'random-survival-forest',
  'image-only',
  'late-fusion',
];
const byColumns = judgedCohort('columns', 1);
const bySlices = judgedCohort('slices', 2);

describe('the list of comparators', () => {
  const { columns } = byColumns.table;
  const names = (config: Parameters<typeof competitors>[0]) => competitors(config).map(({ name }) => name);

  it('is complete with times, logistic without, and without CMR where there is none', () => {
    expect(names({ columns, horizonDays }).sort()).toEqual(['multimodal', ...timed].sort());
    expect(names({ columns, horizonDays: null }).sort()).toEqual(['multimodal', ...yesNo].sort());
    const clinical = columns.filter(({ source }) => source === 'clinical');
    expect(names({ columns: clinical, horizonDays })).toEqual([
      'multimodal',
      'clinical-cox',
      'elastic-net-cox',
      'fine-gray',
      'boosted-cox',
      'random-survival-forest',
    ]);
  });

  it('is cut to the names that are wanted, and knows no others', () => {
    expect(names({ columns, horizonDays, only: ['fine-gray'] })).toEqual(['fine-gray']);
    expect(() => competitors({ columns, horizonDays, only: ['cox'] })).toThrow(
      /expected names among multimodal.*got cox/,
    );
  });
});

describe.each(yesNo)('%s of a yes/no outcome', (name) => {
  const cohort = name === 'image-only' || name === 'late-fusion' ? bySlices : byColumns;
  const outcome = withoutTimes(cohort.outcome);

  it('gives probabilities that tell events from the others and add up to as many as there are', async () => {
    const { risk, incidenceAtHorizon, incidence } = await fitPredict(name, { table: cohort.table, outcome });
    expect(incidenceAtHorizon).toEqual(risk);
    expect(incidence!(100)).toEqual(risk);
    const pairs = test.flatMap((one, i) =>
      test.flatMap((other, j) => (outcome.cause[one]! > outcome.cause[other]! ? [risk[i]! - risk[j]!] : [])),
    );
    const auc = pairs.filter((difference) => difference > 0).length / pairs.length;
    expect(auc).toBeGreaterThan(0.6);
    const events = test.filter((row) => outcome.cause[row] === 1).length;
    const expected = risk.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(expected - events) / test.length).toBeLessThan(0.08);
  });
});

describe('what the training rows do not allow', () => {
  const constant: PredictorTable = {
    ...byColumns.table,
    values: byColumns.table.values.map(() => 3),
    segments: [],
    slices: byColumns.table.slices.map(() => []),
  };
  const empty: PredictorTable = {
    ...constant,
    columns: [],
    values: new Float64Array(0),
    observed: new Uint8Array(0),
  };

  it.each(timed)('%s: constant columns and no columns, by its name and in words', async (name) => {
    const { outcome } = byColumns;
    await expect(fitPredict(name, { table: constant, outcome })).rejects.toThrow(
      new RegExp(
        `^${name}: expected a predictor that varies among the 130 training rows, found none in \\d+`,
      ),
    );
    const one = competitors({ columns: byColumns.table.columns, horizonDays, only: [name] })[0]!;
    const input = { table: empty, outcome, train, test, random: new Random(1) };
    await expect(one.fitPredict(input)).rejects.toThrow(
      new RegExp(`^${name}: expected .* found none in 0 columns`),
    );
  });

  it.each(timed)('%s: fewer than two events', async (name) => {
    const cause = byColumns.outcome.cause.map((code, row) => (row > 0 && code === 1 ? 0 : code));
    await expect(
      fitPredict(name, { table: byColumns.table, outcome: { ...byColumns.outcome, cause } }),
    ).rejects.toThrow(new RegExp(`^${name}: expected at least 2 events of MACE among the training rows`));
  });
});
