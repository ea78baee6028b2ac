import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QuantitiesRecord, SliceTokens } from '@myocast/imaging';
import type { FrozenDataSet } from '@myocast/study';
import { expect, it } from 'vitest';
import { readPredictors, writePredictors } from './predictor-files.ts';
import { outcomeOf, predictorTable } from './predictor-table.ts';

const dataSet: FrozenDataSet = {
  study: 'test',
  hash: 'abc',
  variables: [
    { name: 'age', label: 'Age', kind: 'continuous', unit: 'a', predictor: true },
    { name: 'bnp', label: 'BNP', kind: 'continuous', unit: 'ng/L', low: 1, scale: 'log', predictor: true },
    {
      name: 'culprit',
      label: 'Culprit',
      kind: 'category',
      unit: null,
      categories: ['LAD', 'RCA', 'LCx'],
      predictor: true,
    },
    { name: 'killip', label: 'Killip', kind: 'ordinal', unit: null, predictor: true },
    { name: 'lvef', label: 'LVEF', kind: 'continuous', unit: '%', predictor: false },
  ],
  causes: ['death', 'stroke'],
  compositeCauses: ['death'],
  compositeName: 'MACE',
  subjects: [
    {
      subject: 'S1',
      centre: 'A',
      values: { age: 58.25, bnp: 800, culprit: 'RCA', killip: 2, lvef: 35 },
      followUp: { days: 12.5, cause: 'stroke' },
    },
    { subject: 'S2', centre: 'B', values: { age: 60 }, followUp: { days: 700, cause: null } },
  ],
};
const sixteen = (value: number) => Array.from({ length: 16 }, (_, s) => (s === 15 ? null : value + s));
const quantities = {
  subject: 'S1',
  cine: {
    slices: 9,
    ejectionFractionPercent: 45,
    edvMl: 150,
    esvMl: 82.5,
    massG: 110,
    rvEdvMl: 140,
    rvEjectionFractionPercent: null,
    wallThicknessMm: sixteen(6),
    wallThickeningPercent: sixteen(10),
  },
  lge: {
    infarctPercent: 21.5,
    mvoPercent: 2,
    transmuralityPercent: sixteen(0),
    mvoSegmentPercent: sixteen(1),
  },
} as unknown as QuantitiesRecord;
const tokens: SliceTokens = {
  kind: 'lge-sax',
  encoder: 'e',
  width: 1,
  values: new Float32Array(1),
  level: new Float32Array(1),
};
const input = {
  dataSet,
  quantities: (subject: string) => (subject === 'S1' ? quantities : null),
  slices: (subject: string) => (subject === 'S1' ? [tokens] : []),
};

it('holds predictors alone, with logarithms, one column a category but the first, and a mask', () => {
  const { table, outcome } = predictorTable(input);
  expect(table.columns.map(({ name }) => name)).toEqual([
    'age',
    'log bnp',
    'culprit=RCA',
    'culprit=LCx',
    'killip',
    'ejection_fraction',
    'edv',
    'esv',
    'lv_mass',
    'wall_thickening',
    'rv_edv',
    'infarct',
    'mvo',
    'mvo_segments',
  ]);
  expect(Array.from(table.values.subarray(0, 14))).toEqual([
    58.25,
    Math.log(800),
    1,
    0,
    2,
    45,
    150,
    82.5,
    110,
    17,
    140,
    21.5,
    2,
    13,
  ]);
  expect(Array.from(table.values.subarray(14))).toEqual([60, ...Array(13).fill(0)]);
  expect([...table.observed]).toEqual([...Array(14).fill(1), 1, ...Array(13).fill(0)]);
  expect(table.segments.map(({ name }) => name)).toEqual(['transmurality', 'mvo', 'thickness', 'thickening']);
  expect([...table.segments[0]!.observed]).toEqual([...Array(15).fill(1), ...Array(17).fill(0)]);
  expect(table.slices.map((slices) => slices.length)).toEqual([1, 0]);
  expect([[...outcome.days!], [...outcome.cause]]).toEqual([
    [12.5, 700],
    [2, 0],
  ]);
});

it('indexes volumes to the body surface where the study has it', () => {
  const bsa = { name: 'bsa', label: 'BSA', kind: 'continuous', unit: 'm2', predictor: false } as const;
  const subjects = [{ ...dataSet.subjects[0]!, values: { bsa: 2 } }];
  const { table } = predictorTable({ ...input, dataSet: { ...dataSet, variables: [bsa], subjects } });
  expect(table.columns.slice(0, 3).map(({ name, unit }) => `${name} ${unit}`)).toEqual([
    'ejection_fraction %',
    'edv_index ml/m2',
    'esv_index ml/m2',
  ]);
  expect(Array.from(table.values.subarray(0, 4))).toEqual([45, 75, 41.25, 55]);
});

it('has no CMR column without exams, and a yes/no outcome without days', () => {
  const subjects = dataSet.subjects.map((subject, n) => ({ ...subject, followUp: null, event: n === 0 }));
  const { table, outcome } = predictorTable({
    dataSet: { ...dataSet, subjects, causes: ['low'], compositeCauses: ['low'] },
    quantities: () => null,
    slices: () => [],
  });
  expect(table.columns.every(({ source }) => source === 'clinical')).toBe(true);
  expect(table.segments).toEqual([]);
  expect([outcome.days, [...outcome.cause]]).toEqual([null, [1, 0]]);
  const without = {
    ...dataSet,
    subjects: [dataSet.subjects[0]!, { ...dataSet.subjects[1]!, followUp: null }],
  };
  expect(() => outcomeOf(without)).toThrow('got none for S2');
});

it('reads back to the bit what it wrote, and names where each value came from', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-predictors-'));
  const written = await writePredictors(folder, input);
  const read = await readPredictors(folder, input.slices);
  if (!read.ok) throw new Error('refused');
  expect(read.value.table).toEqual(written.table);
  expect(read.value.outcome).toEqual(written.outcome);
  const records = { 'dataset.json': dataSet.subjects[0]!, 'quantities/{subject}.json': quantities };
  for (const { name, from } of read.value.record.columns) {
    const record: unknown = records[from.file as keyof typeof records];
    const found = from.pointer
      .slice(1)
      .split('/')
      .reduce((part, key) => (part as Record<string, unknown>)[key], record);
    const value = written.table.values[written.table.columns.findIndex((column) => column.name === name)];
    if (from.as === 'as it is') expect(found).toBe(value);
    else if (from.as === 'natural logarithm') expect(Math.log(found as number)).toBe(value);
    else expect(found).toBeDefined();
  }
  const path = join(folder, 'predictors.csv');
  await writeFile(path, (await readFile(path, 'utf8')).replace('58.25', '58.26'));
  expect((await readPredictors(folder, input.slices)).ok).toBe(false);
});
