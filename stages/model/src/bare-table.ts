import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Outcome, PredictorColumn, PredictorTable } from '@myocast/predictors';

/** Text cells of a table, as a CSV reader gives them. */
export interface TextTable {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Which columns of a bare table are not predictors. */
export interface BareColumns {
  /** Days; null for a yes/no outcome. */
  readonly time: string | null;
  /** 0 for none, k for the k-th cause; cause 1 is what is forecast, the others compete with it. */
  readonly event: string;
  readonly id: string | null;
}

/** More different texts than this do not make a category. */
const mostCategories = 12;
const missing = new Set(['', 'NA']);

/**
 * Predictors and outcome of a bare table: every other column is a predictor.
 * Numbers stay as they are; a column of at most 12 different texts becomes one 0/1
 * column `name=text` for each but the first in alphabetical order; any other
 * is left out with an issue. Empty cells and NA are missing. A row without a
 * readable outcome refuses the table.
 */
export function bareTable(
  table: TextTable,
  columns: BareColumns,
): Checked<{ table: PredictorTable; outcome: Outcome }> {
  const named = [columns.time, columns.event, columns.id].filter((name) => name !== null);
  const absent = named.find((name) => !table.columns.includes(name));
  if (absent !== undefined)
    return refused(issue('missing-column', table.path, `expected a column "${absent}", found none`));
  if (table.rows.length === 0) return refused(issue('empty-input', table.path, 'expected rows, found none'));
  const outcome = readOutcome(table, columns);
  if (!outcome.ok) return outcome;
  const issues: Issue[] = [];
  const predictors = table.columns.flatMap((name, j) => {
    if (named.includes(name)) return [];
    const read = readColumn(
      name,
      table.rows.map((row) => row[j]!.trim()),
    );
    if (read.length === 0)
      issues.push(
        issue('bad-value', `${table.path} ${name}`, 'expected numbers or a few categories; left out'),
      );
    return read;
  });
  if (predictors.length === 0)
    return refused(
      issue('missing-column', table.path, 'expected a column that can predict, found none'),
      ...issues,
    );
  const id = columns.id === null ? -1 : table.columns.indexOf(columns.id);
  const cells = table.rows.flatMap((_, row) => predictors.map(({ cells }) => cells[row]!));
  return accepted(
    {
      table: {
        subjects: table.rows.map((row, index) => (id < 0 ? `row ${index + 2}` : row[id]!)),
        centres: table.rows.map(() => ''),
        columns: predictors.map(({ column }) => column),
        values: Float64Array.from(cells, (cell) => cell ?? 0),
        observed: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)),
        segments: [],
        slices: table.rows.map(() => []),
      },
      outcome: outcome.value,
    },
    issues,
  );
}

/** Patients of a bare table, for a forecast: numbers as numbers, the rest as texts. */
export function patientsOf(table: TextTable, id: string | null, leaveOut: readonly string[]) {
  const place = id === null ? -1 : table.columns.indexOf(id);
  return table.rows.map((row, index) => ({
    subject: place < 0 ? `row ${index + 2}` : row[place]!,
    values: Object.fromEntries(
      table.columns.flatMap((name, j) => {
        const text = row[j]!.trim();
        if (j === place || leaveOut.includes(name) || missing.has(text)) return [];
        return [[name, numberOf(text) ?? text]];
      }),
    ),
  }));
}

function readOutcome(table: TextTable, { time, event }: BareColumns): Checked<Outcome> {
  const { path, rows } = table;
  const issues: Issue[] = [];
  const cause = Uint8Array.from(readEvents(table, event, issues));
  const days = time === null ? null : Float64Array.from(readDays(table, time, issues));
  const [first, ...more] = issues;
  if (first) return refused(first, ...more);
  const most = cause.reduce((largest, code) => Math.max(largest, code), 0);
  if (rows.length === 0 || most === 0)
    return refused(issue('too-few-events', path, `expected events in ${event}, found none`));
  const causes = [event, ...Array.from({ length: most - 1 }, (_, index) => `${event} ${index + 2}`)];
  return accepted({ days, cause, causes, compositeCauses: [event], compositeName: event });
}

function readEvents({ path, columns, rows }: TextTable, name: string, issues: Issue[]): number[] {
  return rows.map((row, index) => {
    const text = row[columns.indexOf(name)]!.trim();
    if (/^[0-9]$/.test(text)) return Number(text);
    const where = `${path} row ${index + 2}`;
    issues.push(issue('bad-value', where, `expected ${name} to be 0, 1, 2 …, found "${text}"`));
    return 0;
  });
}

function readDays({ path, columns, rows }: TextTable, name: string, issues: Issue[]): number[] {
  return rows.map((row, index) => {
    const text = row[columns.indexOf(name)]!.trim();
    const days = numberOf(text);
    const where = `${path} row ${index + 2}`;
    if (days === null)
      issues.push(issue('bad-value', where, `expected ${name} to be a number, found "${text}"`));
    else if (days < 0)
      issues.push(issue('negative-time', where, `expected ${name} of 0 or more, found ${days}`));
    return days ?? 0;
  });
}

interface ReadColumn {
  readonly column: PredictorColumn;
  readonly cells: readonly (number | null)[];
}

function readColumn(name: string, texts: readonly string[]): ReadColumn[] {
  const given = [...new Set(texts.filter((text) => !missing.has(text)))].sort();
  if (given.length === 0) return [];
  const column = (label: string, kind: PredictorColumn['kind']): PredictorColumn => {
    return { name: label, label, unit: null, kind, source: 'clinical' };
  };
  if (given.every((text) => numberOf(text) !== null)) {
    const binary = given.every((text) => Number(text) === 0 || Number(text) === 1);
    return [{ column: column(name, binary ? 'binary' : 'continuous'), cells: texts.map(numberOf) }];
  }
  if (given.length > mostCategories) return [];
  return given.slice(1).map((category) => ({
    column: column(`${name}=${category}`, 'binary'),
    cells: texts.map((text) => (missing.has(text) ? null : Number(text === category))),
  }));
}

function numberOf(text: string): number | null {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
