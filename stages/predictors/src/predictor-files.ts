import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, canonicalJson, type Checked, contentHash, issue, refused } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import type { SliceTokens } from '@myocast/imaging';
import { readNumber, readTable } from '@myocast/study';
import { stringify } from 'csv-stringify/sync';
import { type PredictorInput, predictorTable, sourcesOf, withMask } from './predictor-table.ts';
import type { Outcome, PredictorColumn, PredictorTable, SegmentColumn } from './records.ts';

const segmentCount = 16;

/** Where the values of a column stand: file and JSON pointer inside the subject's record, and what was done. */
export interface ColumnOrigin {
  readonly file: string;
  readonly pointer: string;
  readonly as: string;
}

/** `predictors.json`: what the columns of `predictors.csv` are and where each came from. */
export interface PredictorsRecord {
  /** Hash of the frozen data set. */
  readonly dataSet: string;
  /** SHA-256 of predictors.csv. */
  readonly table: string;
  readonly columns: readonly (PredictorColumn & { readonly from: ColumnOrigin })[];
  readonly segments: readonly { readonly name: string; readonly unit: string; readonly from: ColumnOrigin }[];
  readonly outcome: {
    readonly timed: boolean;
    readonly causes: readonly string[];
    readonly compositeCauses: readonly string[];
    readonly compositeName: string;
  };
}

/**
 * Writes `predictors.csv` (subject, centre, days, cause, predictors, segments as
 * `name:1` to `name:16`; empty where nothing was observed) and `predictors.json`.
 * Slice tokens stay where they are, in masks/<subject>/.
 */
export async function writePredictors(
  folder: string,
  input: PredictorInput,
): Promise<{ table: PredictorTable; outcome: Outcome }> {
  const built = predictorTable(input);
  const { table, outcome } = built;
  const header = [
    'subject',
    'centre',
    'days',
    'cause',
    ...table.columns.map(({ name }) => name),
    ...table.segments.flatMap(({ name }) => segmentNames(name)),
  ];
  const rows = table.subjects.map((subject, n) => [
    subject,
    table.centres[n]!,
    outcome.days ? String(outcome.days[n]) : '',
    String(outcome.cause[n]),
    ...cells(table.values, table.observed, n, table.columns.length),
    ...table.segments.flatMap(({ values, observed }) => cells(values, observed, n, segmentCount)),
  ]);
  const csv = stringify([header, ...rows]);
  const measured = input.dataSet.subjects.map(({ subject }) => input.quantities(subject));
  const { columns, segments } = sourcesOf(input.dataSet, measured);
  const { causes, compositeCauses, compositeName } = outcome;
  const record: PredictorsRecord = {
    dataSet: input.dataSet.hash,
    table: contentHash(csv),
    columns: columns.map(({ column, from }) => ({ ...column, from })),
    segments: segments.map(({ name, unit, pointer }) => ({
      name,
      unit,
      from: { file: 'quantities/{subject}.json', pointer, as: 'as it is' },
    })),
    outcome: { timed: outcome.days !== null, causes, compositeCauses, compositeName },
  };
  await writeFileAtomic(join(folder, 'predictors.csv'), csv);
  await writeFileAtomic(join(folder, 'predictors.json'), `${canonicalJson(record)}\n`);
  return built;
}

/** Reads what `writePredictors` wrote. Refused when the table is not the one that its record names. */
export async function readPredictors(
  folder: string,
  slices: (subject: string) => readonly SliceTokens[],
): Promise<Checked<{ table: PredictorTable; outcome: Outcome; record: PredictorsRecord }>> {
  const path = join(folder, 'predictors.csv');
  const record = await readJsonFile<PredictorsRecord>(join(folder, 'predictors.json'));
  if (record === null)
    return refused(issue('not-readable', folder, 'expected predictors.json, found no such file'));
  const read = await readTable(path);
  if (!read.ok) return read;
  const found = contentHash(await readFile(path));
  if (found !== record.table)
    return refused(issue('bad-value', path, `expected the content of hash ${record.table}, found ${found}`));
  const { rows } = read.value;
  const p = record.columns.length;
  const block = (from: number, width: number) =>
    withMask(rows.flatMap((row) => row.slice(from, from + width).map(readNumber)));
  const table: PredictorTable = {
    subjects: rows.map((row) => row[0]!),
    centres: rows.map((row) => row[1]!),
    columns: record.columns.map(({ from: _from, ...column }) => column),
    ...block(4, p),
    segments: record.segments.map(
      ({ name, unit }, k): SegmentColumn => ({
        name,
        unit,
        ...block(4 + p + k * segmentCount, segmentCount),
      }),
    ),
    slices: rows.map((row) => slices(row[0]!)),
  };
  const { timed, ...causes } = record.outcome;
  const outcome: Outcome = {
    days: timed ? Float64Array.from(rows, (row) => Number(row[2])) : null,
    cause: Uint8Array.from(rows, (row) => Number(row[3])),
    ...causes,
  };
  return accepted({ table, outcome, record });
}

function segmentNames(name: string): string[] {
  return Array.from({ length: segmentCount }, (_, index) => `${name}:${index + 1}`);
}

function cells(values: Float64Array, observed: Uint8Array, n: number, width: number): string[] {
  return Array.from({ length: width }, (_, k) =>
    observed[n * width + k] ? String(values[n * width + k]) : '',
  );
}
