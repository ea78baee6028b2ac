import { readFile } from 'node:fs/promises';
import { accepted, type Checked, contentHash, type Issue, issue, refused } from '@myocast/base';
import { isBesideSimulation } from './data-origin.ts';
import { type ClinicalRow, type FollowUpRow, readRecords, type TableRecords } from './read-records.ts';
import { type Protocol, readProtocol } from './protocol.ts';
import { readTable } from './read-table.ts';
import * as schema from './schema.ts';
import type { Study } from './study.ts';

/** What one file brought. */
export interface ImportReport {
  readonly file: string;
  readonly hash: string;
  /** The same bytes were imported before: nothing was done. */
  readonly alreadyImported: boolean;
  readonly rows: number;
  readonly subjects: number;
  /** Rows of virtual patients, as the table says or the record of a simulation beside it. */
  readonly virtualRows: number;
  readonly values: number;
  readonly events: number;
  readonly followUps: number;
  /** Empty cells per variable. */
  readonly missing: { readonly [variable: string]: number };
  readonly unknownColumns: readonly string[];
}

type Transaction = Parameters<Parameters<Study['database']['transaction']>[0]>[0];

interface ReadTable {
  readonly records: TableRecords;
  readonly hash: string;
}

/**
 * Takes tables into the study in one transaction: all of them, or nothing when an
 * issue stops any. When it returns, the records survive the death of the process.
 * A file whose bytes were imported before is passed over, so an import can be repeated.
 *
 * @param enteredBy who answers for the records
 */
export async function importTables(
  study: Study,
  paths: readonly string[],
  enteredBy: string,
): Promise<Checked<readonly ImportReport[]>> {
  if (paths.length === 0) throw new RangeError('importTables: expected at least one table, got none');
  const before = new Set((await study.database.select().from(schema.importLog)).map((entry) => entry.hash));
  const { read, problems } = await readTables(study.protocol, paths);
  const fresh = read.filter((table) => !before.has(table.hash));
  problems.push(...conflicts(await namesIn(study), fresh));
  const [first, ...more] = problems;
  if (first) return refused(first, ...more);
  // Clinical tables first: a follow-up row refers to its subject.
  const order = fresh.toSorted(
    (a, b) => Number(a.records.clinical === null) - Number(b.records.clinical === null),
  );
  await study.database.transaction(async (transaction) => {
    for (const table of order) await insert(transaction, study, table, enteredBy);
  });
  return accepted(
    read.map((table) => reportOf(table, before.has(table.hash))),
    read.flatMap(({ records }) =>
      records.unknownColumns.map((column) =>
        issue(
          'unknown-column',
          `${records.file}, ${column || '(no name)'}`,
          'expected a column of the protocol; not imported',
        ),
      ),
    ),
  );
}

/**
 * What is wrong with the tables that a study is about to be created from: asked before,
 * so that a wrong table leaves no empty study behind.
 */
export async function checkTables(protocolPath: string, paths: readonly string[]): Promise<Checked<null>> {
  const protocol = await readProtocol(protocolPath);
  if (!protocol.ok) return protocol;
  const { read, problems } = await readTables(protocol.value.protocol, paths);
  problems.push(...conflicts({ inStudy: new Set(), followed: new Set() }, read));
  const [first, ...more] = problems;
  return first ? refused(first, ...more) : accepted(null);
}

async function readTables(
  protocol: Protocol,
  paths: readonly string[],
): Promise<{ read: ReadTable[]; problems: Issue[] }> {
  const read: ReadTable[] = [];
  const problems: Issue[] = [];
  for (const path of paths) {
    const table = await readTable(path);
    const records = table.ok
      ? readRecords(protocol, { ...table.value, besideSimulation: await isBesideSimulation(path) })
      : table;
    if (records.ok) read.push({ records: records.value, hash: contentHash(await readFile(path)) });
    else problems.push(...records.issues);
  }
  return { read, problems };
}

/** Who is in the study, and who has an end of follow-up. */
interface Names {
  readonly inStudy: Set<string>;
  readonly followed: Set<string>;
}

async function namesIn({ database }: Study): Promise<Names> {
  const subjects = await database.select({ id: schema.subject.id }).from(schema.subject);
  const ends = await database.select({ id: schema.endOfFollowUp.subject }).from(schema.endOfFollowUp);
  return { inStudy: new Set(subjects.map(({ id }) => id)), followed: new Set(ends.map(({ id }) => id)) };
}

/** Subjects given twice, or followed up without being in the study. */
function conflicts({ inStudy, followed }: Names, tables: readonly ReadTable[]): Issue[] {
  const problems: Issue[] = [];
  const claim = (taken: Set<string>, file: string, rows: readonly { subject: string; row: number }[]) => {
    for (const { subject, row } of rows) {
      const path = `${file} row ${row}`;
      if (taken.has(subject))
        problems.push(
          issue(
            'duplicate-subject',
            path,
            `expected a new subject, found ${subject}, who was imported before`,
          ),
        );
      taken.add(subject);
    }
  };
  for (const { records } of tables) claim(inStudy, records.file, records.clinical ?? []);
  for (const { records } of tables) {
    claim(followed, records.file, records.followUp ?? []);
    for (const { subject, row } of records.followUp ?? [])
      if (!inStudy.has(subject))
        problems.push(
          issue(
            'unknown-subject',
            `${records.file} row ${row}`,
            `expected a subject of the study, found ${subject}`,
          ),
        );
  }
  return problems;
}

async function insert(
  transaction: Transaction,
  { clock }: Study,
  { records, hash }: ReadTable,
  enteredBy: string,
): Promise<void> {
  const [entry] = await transaction
    .insert(schema.importLog)
    .values({ file: records.file, hash, rows: records.rows, enteredAt: clock(), enteredBy })
    .returning({ id: schema.importLog.id });
  const importId = entry!.id;
  if (records.clinical) await insertClinical(transaction, records.clinical, importId);
  if (records.followUp) await insertFollowUp(transaction, records.followUp, importId);
}

async function insertClinical(
  transaction: Transaction,
  rows: readonly ClinicalRow[],
  importId: number,
): Promise<void> {
  const subjects = rows.map(({ subject, centre, indexDate, isVirtual, row }) => ({
    id: subject,
    centre,
    indexDate,
    isVirtual,
    importId,
    sourceRow: row,
  }));
  const observations = rows.flatMap(({ subject, row, values }) =>
    values.map(({ variable, value, valueGiven, unitGiven }) => ({
      subject,
      variable,
      valueNumber: typeof value === 'number' ? value : null,
      valueText: typeof value === 'string' ? value : null,
      valueGiven,
      unitGiven,
      importId,
      sourceRow: row,
    })),
  );
  for (const part of parts(subjects)) await transaction.insert(schema.subject).values(part);
  for (const part of parts(observations)) await transaction.insert(schema.observation).values(part);
}

async function insertFollowUp(
  transaction: Transaction,
  rows: readonly FollowUpRow[],
  importId: number,
): Promise<void> {
  const ends = rows.map(({ subject, days, isVirtual, row }) => {
    return { subject, days, isVirtual, importId, sourceRow: row };
  });
  const events = rows.flatMap(({ subject, days, cause, row }) =>
    cause === null ? [] : [{ subject, days, cause, importId, sourceRow: row }],
  );
  for (const part of parts(ends)) await transaction.insert(schema.endOfFollowUp).values(part);
  for (const part of parts(events)) await transaction.insert(schema.event).values(part);
}

/** At most 500 rows a statement: PostgreSQL takes 65535 parameters. */
function parts<Row>(rows: readonly Row[]): Row[][] {
  const size = 500;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) =>
    rows.slice(k * size, (k + 1) * size),
  );
}

function reportOf({ records, hash }: ReadTable, alreadyImported: boolean): ImportReport {
  const { file, rows, clinical, followUp, missing, unknownColumns } = records;
  return {
    file,
    hash,
    alreadyImported,
    rows,
    virtualRows: records.virtualRows,
    subjects: clinical?.length ?? 0,
    values: clinical?.reduce((sum, row) => sum + row.values.length, 0) ?? 0,
    events: followUp?.filter(({ cause }) => cause !== null).length ?? 0,
    followUps: followUp?.length ?? 0,
    missing,
    unknownColumns,
  };
}
