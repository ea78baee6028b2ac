import { basename } from 'node:path';
import { accepted, type Checked, convert, type Issue, issue, refused } from '@myocast/base';
import type { Protocol, ProtocolVariable } from './protocol.ts';
import { readNumber, type Table } from './read-table.ts';

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
  readonly values: readonly GivenValue[];
}

export interface FollowUpRow {
  readonly subject: string;
  readonly row: number;
  readonly days: number;
  readonly cause: string | null;
}

/** What a table says about subjects, checked against the protocol; null where it is not such a table. */
export interface TableRecords {
  readonly file: string;
  readonly rows: number;
  readonly clinical: readonly ClinicalRow[] | null;
  readonly followUp: readonly FollowUpRow[] | null;
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
export function readRecords(protocol: Protocol, table: Table): Checked<TableRecords> {
  const file = basename(table.path);
  const kinds = kindsOfTable(protocol, table);
  const problems = [...missingColumns(protocol, table, kinds, file)];
  if (table.rows.length === 0)
    problems.push(issue('empty-input', file, 'expected rows, found a header alone'));
  const reader = { protocol, table, file, problems, missing: new Map<string, number>() };
  const variables = kinds.clinical ? presentVariables(reader) : [];
  const [stopped, ...others] = problems;
  if (stopped) return refused(stopped, ...others);

  const subjects = readSubjects(reader);
  const clinical = kinds.clinical
    ? table.rows.map((cells, index) => clinicalRow(reader, variables, cells, subjects[index]!, index + 2))
    : null;
  const followUp = kinds.followUp
    ? table.rows.flatMap((cells, index) => followUpRow(reader, cells, subjects[index]!, index + 2) ?? [])
    : null;
  const [first, ...more] = problems;
  if (first) return refused(first, ...more);
  const known = knownColumns(protocol);
  return accepted({
    file,
    rows: table.rows.length,
    clinical,
    followUp,
    unknownColumns: table.columns.filter((column) => !known.has(column)),
    missing: Object.fromEntries(reader.missing),
  });
}

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
    const expected = entry.unit ?? null;
    const convertible =
      unitGiven === expected ||
      (unitGiven !== null && expected !== null && convert(1, unitGiven, expected, entry.analyte) !== null);
    if (!convertible) {
      const message = `expected ${expected ?? 'no unit'}${expected ? ' or a unit that converts to it' : ''}, found ${unitGiven}`;
      problems.push(issue('unknown-unit', `${file} row 1, ${columnOf(entry)}`, message));
    }
    return [{ entry, at, unitGiven }];
  });
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
  subject: string,
  row: number,
): ClinicalRow {
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
    subject,
    row,
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

/** The value in the protocol's unit, or what was expected in its place. */
function readValue(
  entry: ProtocolVariable,
  text: string,
  unitGiven: string | null,
): number | string | { readonly expected: string } {
  if (entry.kind === 'category')
    return entry.categories!.includes(text) ? text : { expected: `one of ${entry.categories!.join(', ')}` };
  const given = readNumber(text);
  if (entry.kind === 'binary') return given === 0 || given === 1 ? given : { expected: '0 or 1' };
  const value = given === null || !entry.unit ? given : convert(given, unitGiven!, entry.unit, entry.analyte);
  if (value === null) return { expected: 'a number' };
  if (entry.kind === 'ordinal' && !Number.isInteger(value))
    return { expected: `a whole number${range(entry)}` };
  const low = entry.low ?? Number.NEGATIVE_INFINITY;
  const high = entry.high ?? Number.POSITIVE_INFINITY;
  return value >= low && value <= high ? value : { expected: `a value${range(entry)}` };
}

function range({ low, high, unit }: ProtocolVariable): string {
  const inUnit = unit ? ` ${unit}` : '';
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}${inUnit}`;
  if (low !== undefined) return ` of at least ${low}${inUnit}`;
  return high === undefined ? '' : ` of at most ${high}${inUnit}`;
}

function followUpRow(
  reader: Reader,
  cells: readonly string[],
  subject: string,
  row: number,
): FollowUpRow | null {
  const { protocol, table, file, problems } = reader;
  if (protocol.outcome.kind !== 'first-event') return null;
  const { days, cause, causes } = protocol.outcome;
  const at = table.columns.indexOf(days.column);
  const daysGiven = cells[at]!.trim();
  const causeGiven = cells[table.columns.indexOf(cause.column)]!.trim();
  const found = isMissing(protocol, causeGiven) ? null : decode(cause.codes, causeGiven);
  if (found !== null && !causes.includes(found)) {
    const expected = Object.keys(cause.codes ?? {}).join(', ') || `empty or one of ${causes.join(', ')}`;
    problems.push(
      issue(
        'bad-value',
        `${file} row ${row}, ${cause.column}`,
        `expected ${expected}, found "${causeGiven}"`,
      ),
    );
    return null;
  }
  const path = `${file} row ${row}, ${days.column}`;
  if (isMissing(protocol, daysGiven)) {
    countMissing(reader, days.column);
    if (found !== null)
      problems.push(issue('missing-value', path, `expected the day of ${found}, found an empty cell`));
    return null;
  }
  const number = readNumber(daysGiven);
  const inDays = number === null ? null : convert(number, table.units[at] ?? days.unit, 'd');
  if (inDays === null)
    problems.push(issue('bad-value', path, `expected a number of days, found "${daysGiven}"`));
  else if (inDays < 0)
    problems.push(
      issue('negative-time', path, `expected 0 or more days after time zero, found ${daysGiven}`),
    );
  return { subject, row, days: inDays ?? 0, cause: found };
}

/** What a code means; a cell without a code means itself. Numbers are compared as numbers: 1.0 is 1. */
function decode(codes: ProtocolVariable['codes'], text: string): string | null {
  if (!codes) return text;
  const number = readNumber(text);
  for (const key of [text, ...(number === null ? [] : [String(number)])])
    if (Object.hasOwn(codes, key)) return codes[key]!;
  return text;
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
