import { basename } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { readNumber, readTable, type Table } from '@myocast/study';
import type { FollowUp } from '@myocast/survival';
import { StoppedByIssues, valueOrStop } from './terminal.ts';

/** The rows of a table in which every column that is asked for holds a number. */
export interface NumericColumns {
  readonly file: string;
  /** Row numbers as a spreadsheet counts them: the header is row 1. */
  readonly rowNumbers: readonly number[];
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Rows left out because a cell is empty: one issue each. */
  readonly dropped: readonly Issue[];
}

const missingCells = new Set(['', 'NA', 'NaN', 'nan', 'null']);

/**
 * Reads columns of numbers. A row with a missing cell (empty or NA) is left out and
 * reported; a column that is not there, or a cell that is something else than a number,
 * stops.
 */
export async function readColumns(path: string, names: readonly string[]): Promise<NumericColumns> {
  const table = valueOrStop(await readTable(path));
  const file = basename(path);
  const wanted = [...new Set(names)];
  const absent = wanted.filter((name) => !table.columns.includes(name));
  if (absent.length > 0)
    throw new StoppedByIssues(
      absent.map((name) =>
        issue('missing-column', file, `expected a column "${name}", found ${table.columns.join(', ')}`),
      ),
    );
  if (table.rows.length === 0)
    throw new StoppedByIssues([issue('empty-input', file, 'expected rows under the header, found none')]);
  const rows: { number: number; cells: number[] }[] = [];
  const dropped: Issue[] = [];
  const wrong: Issue[] = [];
  for (const [index, row] of table.rows.entries()) {
    const read = readRow(table, row, wanted, `${file} row ${index + 2}`);
    if (read.wrong.length > 0) wrong.push(...read.wrong);
    else if (read.missing !== null)
      dropped.push(
        issue(
          'missing-value',
          `${file} row ${index + 2} column ${read.missing}`,
          'expected a number, found an empty cell or NA; row left out',
        ),
      );
    else rows.push({ number: index + 2, cells: read.cells });
  }
  if (wrong.length > 0) throw stoppedBy(file, wrong);
  if (rows.length === 0)
    throw new StoppedByIssues([
      issue('empty-input', file, 'expected a row without missing cells, found none'),
    ]);
  return {
    file,
    rowNumbers: rows.map(({ number }) => number),
    values: new Map(wanted.map((name, at) => [name, Float64Array.from(rows, ({ cells }) => cells[at]!)])),
    dropped,
  };
}

function readRow(
  table: Table,
  row: readonly string[],
  names: readonly string[],
  where: string,
): { cells: number[]; missing: string | null; wrong: Issue[] } {
  const read = { cells: [] as number[], missing: null as string | null, wrong: [] as Issue[] };
  for (const name of names) {
    const text = row[table.columns.indexOf(name)]!.trim();
    const value = readNumber(text);
    if (missingCells.has(text)) read.missing ??= name;
    else if (value === null)
      read.wrong.push(issue('bad-value', `${where} column ${name}`, `expected a number, found "${text}"`));
    else read.cells.push(value);
  }
  return read;
}

/** The numbers of a column that `readColumns` was asked for. */
export function column(columns: NumericColumns, name: string): Float64Array {
  const values = columns.values.get(name);
  if (!values) throw new RangeError(`column: "${name}" was not read`);
  return values;
}

/**
 * Times and events. Events are whole numbers: 0 censored. Without `cause`, only 0 and 1
 * are allowed; with it, that code is the event and every other one competes with it.
 */
export function followUpOf(columns: NumericColumns, time: string, event: string, cause?: number): FollowUp {
  const days = column(columns, time);
  const codes = column(columns, event);
  const wrong = columns.rowNumbers.flatMap((number, row) => {
    const where = `${columns.file} row ${number} column`;
    const found = [];
    if (days[row]! < 0)
      found.push(issue('negative-time', `${where} ${time}`, `expected 0 or more, found ${days[row]}`));
    const code = codes[row]!;
    const allowed = Number.isInteger(code) && code >= 0 && code <= (cause === undefined ? 1 : 254);
    const expected = cause === undefined ? '0 or 1 (or choose a --cause)' : 'a whole number, 0 for censored';
    if (!allowed) found.push(issue('bad-value', `${where} ${event}`, `expected ${expected}, found ${code}`));
    return found;
  });
  if (wrong.length > 0) throw stoppedBy(columns.file, wrong);
  return { days, event: Uint8Array.from(codes, (code) => codeOf(code, cause ?? 1)) };
}

/** A column of the wrong sort has as many issues as rows: the first five, and how many more. */
function stoppedBy(file: string, wrong: readonly Issue[]): StoppedByIssues {
  const more = wrong.length - 5;
  if (more <= 0) return new StoppedByIssues(wrong);
  const rest = issue('bad-value', file, `and ${more} more cells like these`);
  return new StoppedByIssues([...wrong.slice(0, 5), rest]);
}

function codeOf(code: number, cause: number): number {
  if (code === 0) return 0;
  return code === cause ? 1 : 2;
}
