import { formatIssue } from '@myocast/base';
import { expect, it } from 'vitest';
import { parseProtocol, readProtocol } from './protocol.ts';
import { readRecords } from './read-records.ts';
import { shippedProtocol } from './study.ts';

const text = `
name: test
title: A small study
subject: { column: subject }
centre: { column: centre }
indexDate: { column: cmr_date }
missing: ['', NA]
variables:
  - { name: age, label: Age, kind: continuous, unit: a, low: 18, high: 110, predictor: true }
  - { name: sex, label: Sex, kind: category, categories: [male, female], predictor: true }
  - { name: creatinine, label: Creatinine, kind: continuous, unit: umol/L, analyte: creatinine, low: 10, high: 2000, predictor: true }
  - { name: killip, label: Killip, kind: ordinal, low: 1, high: 3, predictor: true }
  - { name: diabetes, label: Diabetes, kind: binary, predictor: true }
outcome:
  kind: first-event
  days: { column: days, unit: d }
  cause: { column: first_event }
  causes: [death, stroke]
  composite: { name: MACE, causes: [death] }
riskGroups: { horizonDays: 730, thresholds: [0.1, 0.2], names: [low, middle, high] }
`;
const checked = parseProtocol(text, 'test.yaml');
if (!checked.ok) throw new Error(checked.issues.map(formatIssue).join('\n'));
const protocol = checked.value;

const header = 'subject,centre,cmr_date,age,sex,creatinine,killip,diabetes';
const good = 'S1,A,2026-01-31,58.5,male,80,1,0';

function table(columns: string, rows: readonly string[], units: Record<string, string> = {}) {
  const names = columns.split(',');
  return {
    path: 'dir/a.csv',
    columns: names,
    units: names.map((name) => units[name] ?? null),
    rows: rows.map((row) => row.split(',')),
    delimiter: ',' as const,
  };
}

function problems(columns: string, rows: readonly string[], units?: Record<string, string>): string[] {
  const read = readRecords(protocol, table(columns, rows, units));
  return read.ok ? [] : read.issues.map(formatIssue);
}

it('checks the protocol that ships', async () => {
  const shipped = await readProtocol(shippedProtocol);
  expect(shipped.ok && shipped.value.protocol.variables.length).toBe(63);
});

it('converts units on import and keeps what was given', () => {
  const read = readRecords(
    protocol,
    table(header, ['S1,A,2026-01-31,58.5,male,1.1,1,0'], { creatinine: 'mg/dL' }),
  );
  const creatinine = read.ok && read.value.clinical![0]!.values.find((v) => v.variable === 'creatinine');
  expect(creatinine).toMatchObject({ valueGiven: '1.1', unitGiven: 'mg/dL' });
  // 1.1 mg/dL = 0.011 g/L; 0.011 / 113.12 mol/L = 97.242 umol/L.
  expect(creatinine && creatinine.value).toBeCloseTo(97.242, 3);
});

it('counts empty cells and lists columns that the protocol does not know', () => {
  const read = readRecords(
    protocol,
    table(`${header},extra`, ['S1,A,,NA,male,80,1,,x', 'S2,A,2026-01-31,,female,80,2,1,y']),
  );
  expect(read.ok && read.value).toMatchObject({
    missing: { age: 2, diabetes: 1, cmr_date: 1 },
    unknownColumns: ['extra'],
  });
});

it.each([
  ['S1,A,2026-01-31,old,male,80,1,0', 'age: expected a number from 18 to 110 a, found "old" (bad-value)'],
  ['S1,A,2026-01-31,17,male,80,1,0', 'age: expected a value from 18 to 110 a, found "17" (bad-value)'],
  ['S1,A,2026-01-31,58,man,80,1,0', 'sex: expected one of male, female, found "man" (bad-value)'],
  [
    'S1,A,2026-01-31,58,male,80,1.5,0',
    'killip: expected a whole number from 1 to 3, found "1.5" (bad-value)',
  ],
  ['S1,A,2026-01-31,58,male,80,4,0', 'killip: expected a value from 1 to 3, found "4" (bad-value)'],
  ['S1,A,2026-01-31,58,male,80,1,yes', 'diabetes: expected 0 or 1, found "yes" (bad-value)'],
  ['S1,A,31.1.2026,58,male,80,1,0', 'cmr_date: expected a date as 2026-01-31, found "31.1.2026" (bad-value)'],
  [
    'S1,A,2026-02-30,58,male,80,1,0',
    'cmr_date: expected a date as 2026-01-31, found "2026-02-30" (bad-value)',
  ],
  ['S1,,2026-01-31,58,male,80,1,0', 'centre: expected a centre, found an empty cell (missing-value)'],
  [',A,2026-01-31,58,male,80,1,0', 'subject: expected a subject, found an empty cell (missing-value)'],
  [
    'S0,A,2026-01-31,58,male,80,1,0',
    'subject: expected each subject once, found S0 in row 2 too (duplicate-subject)',
  ],
  [
    '../x,A,2026-01-31,58,male,80,1,0',
    'subject: expected letters, digits, ".", "_" or "-", found "../x" (bad-value)',
  ],
])('names row, column, expected and found for %s', (row, expected) => {
  expect(problems(header, [good.replace('S1', 'S0'), row])).toEqual([`a.csv row 3, ${expected}`]);
});

it('stops at a missing column, at a unit that does not convert, and at a table without rows', () => {
  expect(problems(header.replace(',killip', ''), ['S1,A,2026-01-31,58,male,80,1'])).toEqual([
    'a.csv row 1: expected a column "killip", found subject, centre, cmr_date, age, sex, creatinine, diabetes (missing-column)',
  ]);
  expect(problems(header, [good], { creatinine: 'mmHg' })).toEqual([
    'a.csv row 1, creatinine: expected umol/L or a unit that converts to it, found mmHg (unknown-unit)',
  ]);
  expect(problems(header, [])).toEqual(['a.csv: expected rows, found a header alone (empty-input)']);
});

it('reads follow-up in days and stops at what cannot be', () => {
  const read = readRecords(
    protocol,
    table('subject,days,first_event', ['S1,2,death', 'S2,1,'], { days: 'wk' }),
  );
  expect(read.ok && read.value.followUp).toEqual([
    { subject: 'S1', row: 2, isVirtual: false, days: 14, cause: 'death' },
    { subject: 'S2', row: 3, isVirtual: false, days: 7, cause: null },
  ]);
  expect(problems('subject,days,first_event', ['S1,-3,', 'S2,5,fall', 'S3,,death', 'S4,soon,'])).toEqual([
    'a.csv row 2, days: expected 0 or more days after time zero, found -3 (negative-time)',
    'a.csv row 3, first_event: expected nothing or one of death, stroke, found "fall" (bad-value)',
    'a.csv row 4, days: expected the day of death, found an empty cell (missing-value)',
    'a.csv row 5, days: expected a number of days, found "soon" (bad-value)',
  ]);
});

it.each([
  ['low: 18', 'low: eighteen', 'variables.0.low'],
  ['kind: ordinal', 'kind: ordinal, unit: g', 'killip: expected no unit'],
  ['causes: [death]', 'causes: [stroke]', 'composite to come first'],
  ['name: sex', 'name: age', 'variable age is given twice'],
  ['unit: a,', 'unit: furlong,', 'expected a known unit'],
  ['predictor: true }', 'predictor: true, colour: red }', 'colour'],
  ['[0.1, 0.2]', '[0.2, 0.1]', 'riskGroups: expected thresholds that rise'],
  ['[0.1, 0.2]', '[0.1, 0.1]', 'riskGroups: expected thresholds that rise'],
  ['[0.1, 0.2]', '[0.1]', 'riskGroups: expected 2 names, one more than thresholds, found 3'],
  ['[0.1, 0.2]', '[0.1, 1]', 'riskGroups.thresholds.1'],
  ['horizonDays: 730', 'horizonDays: 0', 'riskGroups.horizonDays'],
  ['middle', 'low', 'riskGroups: expected names that differ'],
])('refuses a protocol with %s replaced by %s', (before, after, expected) => {
  const read = parseProtocol(text.replace(before, after), 'p.yaml');
  expect(read.ok ? 'accepted' : read.issues.map(formatIssue).join('\n')).toContain(expected);
});
