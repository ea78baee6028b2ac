import { basename } from 'node:path';
import { accepted, type Checked, convert, type Issue, issue, refused } from '@myocast/base';
import { type OriginTable, originColumn, virtualRows } from './data-origin.ts';
import type { Protocol, ProtocolVariable } from './protocol.ts';
import { readNumber, type Table } from './read-table.ts';
import { decode, isConvertible, readValue } from './read-value.ts';

/** One value of one subject, in the protocol's unit and as it was given. */
export interface GivenValue {
  readonly variable: string;
  readonly value: number | string;
  readonly valueGiven: string;
  readonly unitGiven: string | null;
}

export interface ClinicalRow {
  readonly subject: string;
  readonly row: number;
  readonly centre: string;
  readonly indexDate: string | null;
  readonly isVirtual: boolean;
  readonly values: readonly GivenValue[];
}

export interface FollowUpRow {
  readonly subject: string;
  readonly row: number;
  readonly days: number;
  readonly cause: string | null;
  readonly isVirtual: boolean;
}

/** What a table says about subjects, checked against the protocol; null where it is not such a table. */
export interface TableRecords {
  readonly file: string;
  readonly rows: number;
  readonly clinical: readonly ClinicalRow[] | null;
  readonly followUp: readonly FollowUpRow[] | null;
  /** Rows of virtual patients. */
  readonly virtualRows: number;
  /** Columns that the protocol does not know. */
  readonly unknownColumns: readonly string[];
  /** Empty cells per variable. */
  readonly missing: { readonly [variable: string]: number };
}

/**
 * Reads a table as the protocol says: a clinical table holds the variables, a
 * follow-up table the outcome, and one table may hold both. Values are converted to
 * the protocol's units. Everything wrong is listed, and anything wrong refuses the table.
 */
export function readRecords(protocol: Protocol, table: Table & OriginTable): Checked<TableRecords> {
  const file = basename(table.path);
  const kinds = kindsOfTable(protocol, table);
  const problems = [...missingColumns(protocol, table, kinds, file)];
  if (table.rows.length === 0)
    problems.push(issue('empty-input', file, 'expected rows, found a header alone'));
  const reader = { protocol, table, file, problems, missing: new Map<string, number>() };
  const variables = kinds.clinical ? presentVariables(reader) : [];
  if (kinds.followUp) checkUnitOfDays(reader);
  const [stopped, ...others] = problems;
  if (stopped) return refused(stopped, ...others);

  const subjects = readSubjects(reader);
  const known = knownColumns(protocol);
  const areVirtual = known.has(originColumn)
    ? table.rows.map(() => false)
    : virtualRows(table, file, problems);
  const rowAt = (index: number): RowName => {
    return { subject: subjects[index]!, row: index + 2, isVirtual: areVirtual[index]! };
  };
  const clinical = kinds.clinical
    ? table.rows.map((cells, index) => clinicalRow(reader, variables, cells, rowAt(index)))
    : null;
  const followUp = kinds.followUp
    ? table.rows.flatMap((cells, index) => followUpRow(reader, cells, rowAt(index)) ?? [])
    : null;
  const [first, ...more] = problems;
  if (first) return refused(first, ...more);
  return accepted({
    file,
    rows: table.rows.length,
    clinical,
    followUp,
    virtualRows: areVirtual.filter(Boolean).length,
    unknownColumns: table.columns.filter((column) => column !== originColumn && !known.has(column)),
    missing: Object.fromEntries(reader.missing),
  });
}

/** Whose row it is. */
type RowName = Pick<FollowUpRow, 'subject' | 'row' | 'isVirtual'>;

interface Reader {
  readonly protocol: Protocol;
  readonly table: Table;
  readonly file: string;
  readonly problems: Issue[];
  readonly missing: Map<string, number>;
}

interface Kinds {
  readonly clinical: boolean;
  readonly followUp: boolean;
}

function columnOf(entry: ProtocolVariable): string {
  return entry.column ?? entry.name;
}

function outcomeColumns({ outcome }: Protocol): string[] {
  return outcome.kind === 'first-event' ? [outcome.days.column, outcome.cause.column] : [];
}

function whoAndWhenColumns({ centre, indexDate }: Protocol): string[] {
  return [...('column' in centre ? [centre.column] : []), ...(indexDate ? [indexDate.column] : [])];
}

function knownColumns(protocol: Protocol): Set<string> {
  const subject = 'column' in protocol.subject ? [protocol.subject.column] : [];
  const variables = protocol.variables.map(columnOf);
  return new Set([...subject, ...whoAndWhenColumns(protocol), ...variables, ...outcomeColumns(protocol)]);
}

/** A table is clinical when it has a column of a variable or of who and when; one that is neither is taken for clinical. */
function kindsOfTable(protocol: Protocol, { columns }: Table): Kinds {
  const followUp = outcomeColumns(protocol).some((column) => columns.includes(column));
  const clinicalColumns = [...protocol.variables.map(columnOf), ...whoAndWhenColumns(protocol)];
  return { followUp, clinical: !followUp || clinicalColumns.some((column) => columns.includes(column)) };
}

function missingColumns(protocol: Protocol, table: Table, kinds: Kinds, file: string): Issue[] {
  const expected = [
    ...('column' in protocol.subject ? [protocol.subject.column] : []),
    ...(kinds.clinical ? whoAndWhenColumns(protocol) : []),
    ...(kinds.clinical ? protocol.variables.filter((entry) => !entry.optional).map(columnOf) : []),
    ...(kinds.followUp ? outcomeColumns(protocol) : []),
  ];
  const found = table.columns.slice(0, 8).join(', ') + (table.columns.length > 8 ? ', …' : '');
  return expected
    .filter((column) => !table.columns.includes(column))
    .map((column) =>
      issue('missing-column', `${file} row 1`, `expected a column "${column}", found ${found}`),
    );
}

/** A variable that the table has, where, and in which unit. */
interface PresentVariable {
  readonly entry: ProtocolVariable;
  readonly at: number;
  readonly unitGiven: string | null;
}

function presentVariables({ protocol, table, file, problems }: Reader): PresentVariable[] {
  return protocol.variables.flatMap((entry) => {
    const at = table.columns.indexOf(columnOf(entry));
    if (at < 0) return [];
    const unitGiven = table.units[at] ?? entry.given ?? entry.unit ?? null;
    if (!isConvertible(entry, unitGiven)) {
      const expected = entry.unit ? `${entry.unit} or a unit that converts to it` : 'no unit';
      const message = `expected ${expected}, found ${unitGiven}`;
      problems.push(issue('unknown-unit', `${file} row 1, ${columnOf(entry)}`, message));
    }
    return [{ entry, at, unitGiven }];
  });
}

function checkUnitOfDays({ protocol, table, file, problems }: Reader): void {
  if (protocol.outcome.kind !== 'first-event') return;
  const { column } = protocol.outcome.days;
  const unit = table.units[table.columns.indexOf(column)];
  if (unit && convert(1, unit, 'd') === null)
    problems.push(
      issue('unknown-unit', `${file} row 1, ${column}`, `expected d or another unit of time, found ${unit}`),
    );
}

function readSubjects({ protocol, table, file, problems }: Reader): string[] {
  const { subject } = protocol;
  if ('row' in subject) {
    const digits = String(table.rows.length).length;
    return table.rows.map((_, index) => `${subject.row}${String(index + 1).padStart(digits, '0')}`);
  }
  const at = table.columns.indexOf(subject.column);
  const firstRow = new Map<string, number>();
  return table.rows.map((cells, index) => {
    const name = cells[at]!.trim();
    const path = `${file} row ${index + 2}, ${subject.column}`;
    const before = firstRow.get(name);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      problems.push(
        name === ''
          ? issue('missing-value', path, 'expected a subject, found an empty cell')
          : issue('bad-value', path, `expected letters, digits, ".", "_" or "-", found "${name}"`),
      );
    else if (before !== undefined)
      problems.push(
        issue('duplicate-subject', path, `expected each subject once, found ${name} in row ${before} too`),
      );
    else firstRow.set(name, index + 2);
    return name;
  });
}

function clinicalRow(
  reader: Reader,
  variables: readonly PresentVariable[],
  cells: readonly string[],
  name: RowName,
): ClinicalRow {
  const { row } = name;
  const { protocol, table, file } = reader;
  const { centre, indexDate } = protocol;
  const cell = (column: string) => cells[table.columns.indexOf(column)]!.trim();
  const centreName = 'constant' in centre ? centre.constant : cell(centre.column);
  if (centreName === '')
    reader.problems.push(
      issue('missing-value', `${file} row ${row}, centre`, 'expected a centre, found an empty cell'),
    );
  const dateGiven = indexDate ? cell(indexDate.column) : '';
  if (indexDate && isMissing(protocol, dateGiven)) countMissing(reader, indexDate.column);
  else if (indexDate && !isDate(dateGiven))
    reader.problems.push(
      issue(
        'bad-value',
        `${file} row ${row}, ${indexDate.column}`,
        `expected a date as 2026-01-31, found "${dateGiven}"`,
      ),
    );
  return {
    ...name,
    centre: centreName,
    indexDate: isDate(dateGiven) ? dateGiven : null,
    values: variables.flatMap((present) => givenValue(reader, present, cells[present.at]!, row) ?? []),
  };
}

function givenValue(reader: Reader, present: PresentVariable, cell: string, row: number): GivenValue | null {
  const { entry, unitGiven } = present;
  const text = cell.trim();
  const coded = isMissing(reader.protocol, text) ? null : decode(entry.codes, text);
  if (coded === null) {
    countMissing(reader, entry.name);
    return null;
  }
  const value = readValue(entry, coded, unitGiven);
  if (typeof value !== 'object') return { variable: entry.name, value, valueGiven: text, unitGiven };
  const message = `expected ${value.expected}, found "${text}"`;
  reader.problems.push(issue('bad-value', `${reader.file} row ${row}, ${columnOf(entry)}`, message));
  return null;
}

function followUpRow(reader: Reader, cells: readonly string[], name: RowName): FollowUpRow | null {
  const { row } = name;
  const { outcome } = reader.protocol;
  if (outcome.kind !== 'first-event') return null;
  const cause = readCause(reader, outcome, cells, row);
  const days = readDays(reader, outcome, cells, row);
  if (days === null && cause)
    reader.problems.push(
      issue(
        'missing-value',
        `${reader.file} row ${row}, ${outcome.days.column}`,
        `expected the day of ${cause}, found an empty cell`,
      ),
    );
  return days === null || cause === undefined ? null : { ...name, days, cause };
}

type FirstEvent = Extract<Protocol['outcome'], { kind: 'first-event' }>;

/** The cause, null for no event, undefined where it is unknown: an empty cell among coded ones, or a problem. */
function readCause(
  reader: Reader,
  { cause, causes }: FirstEvent,
  cells: readonly string[],
  row: number,
): string | null | undefined {
  const text = cells[reader.table.columns.indexOf(cause.column)]!.trim();
  if (isMissing(reader.protocol, text)) {
    const emptyMeansNoEvent = !Object.values(cause.codes ?? {}).includes(null);
    if (emptyMeansNoEvent) return null;
    countMissing(reader, cause.column);
    return undefined;
  }
  const found = decode(cause.codes, text);
  if (found === null || causes.includes(found)) return found;
  const expected = cause.codes
    ? `one of ${Object.keys(cause.codes).join(', ')}`
    : `nothing or one of ${causes.join(', ')}`;
  reader.problems.push(
    issue('bad-value', `${reader.file} row ${row}, ${cause.column}`, `expected ${expected}, found "${text}"`),
  );
  return undefined;
}

/** Days from time zero; null where the cell is empty, or a problem. */
function readDays(
  reader: Reader,
  { days }: FirstEvent,
  cells: readonly string[],
  row: number,
): number | null {
  const { table, problems } = reader;
  const at = table.columns.indexOf(days.column);
  const text = cells[at]!.trim();
  const path = `${reader.file} row ${row}, ${days.column}`;
  if (isMissing(reader.protocol, text)) {
    countMissing(reader, days.column);
    return null;
  }
  const number = readNumber(text);
  const inDays = number === null ? null : convert(number, table.units[at] ?? days.unit, 'd');
  if (inDays === null) problems.push(issue('bad-value', path, `expected a number of days, found "${text}"`));
  else if (inDays < 0)
    problems.push(issue('negative-time', path, `expected 0 or more days after time zero, found ${text}`));
  return inDays;
}

function isMissing(protocol: Protocol, text: string): boolean {
  return text === '' || protocol.missing.includes(text);
}

function countMissing(reader: Reader, name: string): void {
  reader.missing.set(name, (reader.missing.get(name) ?? 0) + 1);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
