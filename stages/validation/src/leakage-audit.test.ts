import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { expect, it } from 'vitest';
import { auditPredictors, auditSplits } from './leakage-audit.ts';

const n = 200;
const random = new Random('leakage');
const hazard = Float64Array.from({ length: n }, () => random.normal(0, 0.8));
const days = Float64Array.from(hazard, (value) => Math.ceil(2000 * random.exponential(Math.exp(value))));
const end = Float64Array.from(hazard, () => Math.ceil(random.uniform(300, 1800)));
const outcome: Outcome = {
  days: days.map((day, row) => Math.min(day, end[row]!)),
  cause: Uint8Array.from(days, (day, row) => (day <= end[row]! ? 1 : 0)),
  causes: ['death'],
  compositeCauses: ['death'],
  compositeName: 'death',
};

/** Six honest columns, of which the first carries half of the hazard, and one more. */
function tableWith(last: (row: number) => number | null): PredictorTable {
  const rows = Array.from({ length: n }, (_, row) => [
    hazard[row]! + random.normal(0, 0.8),
    ...Array.from({ length: 5 }, () => random.normal()),
    last(row),
  ]);
  return {
    subjects: rows.map((_, row) => `S${row}`),
    centres: rows.map((_, row) => `C${row % 4}`),
    columns: ['a', 'b', 'c', 'd', 'e', 'f', 'last'].map((name) => ({
      name,
      label: name,
      unit: null,
      kind: 'continuous',
      source: 'clinical',
    })),
    values: Float64Array.from(rows.flat(), (value) => value ?? 0),
    observed: Uint8Array.from(rows.flat(), (value) => (value === null ? 0 : 1)),
    segments: [],
    slices: rows.map(() => []),
  };
}

const issuesOf = (table: PredictorTable) => auditPredictors(table, outcome).flatMap(({ issues }) => issues);
const found = (table: PredictorTable) => issuesOf(table).map(({ path }) => path);

it('leaves honest predictors alone, strong ones and noisy ones', () => {
  expect(found(tableWith(() => random.normal()))).toEqual([]);
  expect(found(tableWith((row) => hazard[row]!))).toEqual([]);
});

it('catches a predictor that is the outcome with noise', () => {
  expect(found(tableWith((row) => outcome.cause[row]! + random.normal(0, 0.2)))).toEqual(['last']);
});

it('catches one that is missing unless something happened', () => {
  const table = tableWith((row) => (outcome.cause[row] === 1 || random.chance(0.1) ? random.normal() : null));
  const [only, ...others] = issuesOf(table);
  expect(others).toEqual([]);
  expect(only!.message).toMatch(/whether it is there orders the events/);
});

it('catches one that was made from the end of follow-up', () => {
  const messages = issuesOf(tableWith((row) => Math.round(outcome.days![row]! / 30))).map(
    ({ message }) => message,
  );
  expect(messages.join('\n')).toMatch(/follows the day of the event/);
  expect(messages.join('\n')).toMatch(/follows the end of follow-up/);
});

it('catches one patient under two names', () => {
  const table = tableWith(() => random.normal());
  const values = table.values.slice();
  values.set(values.subarray(0, 7), 9 * 7);
  expect(found({ ...table, values })).toEqual(['S9']);
});

it('says of every audit what was looked at, also where nothing was found', () => {
  const honest = auditPredictors(
    tableWith(() => random.normal()),
    outcome,
  );
  expect(honest.map(({ checked, issues }) => [checked, issues.length])).toEqual([
    ['7 predictors', 0],
    ['7 predictors', 0],
    ['7 predictors', 0],
    ['200 subjects', 0],
  ]);
  const yesNo = auditPredictors(
    tableWith(() => random.normal()),
    { ...outcome, days: null },
  );
  expect(yesNo[2]!.checked).toBe('nothing: the outcome has no times');
});

it('catches splits that train on whom they hold out, or hold somebody out twice or never', () => {
  const fair = [
    { name: 'A', train: [1, 2], test: [0] },
    { name: 'B', train: [0], test: [1, 2] },
  ];
  expect(auditSplits(fair, 3)).toMatchObject({ checked: '2 splits of 3 subjects', issues: [] });
  const [leaky, never] = auditSplits([{ name: 'A', train: [0, 1], test: [0] }, fair[1]!], 4).issues;
  expect(leaky).toMatchObject({ path: 'A' });
  expect(never!.message).toContain('found 1 who are not');
});
