import { basename } from 'node:path';
import { type Issue, type IssueKind, issue } from '@myocast/base';
import { readNumber, readTable, type Table } from '@myocast/study';
import type { FollowUp } from '@myocast/survival';
import { StoppedByIssues, valueOrStop } from '../../terminal.ts';
import { type EventCodes, eventCodes } from './event-codes.ts';
import { type Design, designOf, termColumns } from './terms.ts';

/** The columns of a table that a verb asks for, by what is done with them. */
export interface TableRequest {
  readonly time: string;
  readonly event: string;
  /** Code of the event; every other code but the censored one competes. Without it only 0 and 1 are allowed. */
  readonly cause?: string;
  readonly censored?: string;
  readonly entry?: string;
  readonly weights?: string;
  /** Columns of numbers. */
  readonly numbers?: readonly string[];
  /** Columns of names: groups, strata, clusters. Numbers are names too. */
  readonly labels?: readonly string[];
  /** Covariate terms: a column, log(column), sqrt(column), factor(column), rcs(column, knots). */
  readonly covariates?: readonly string[];
  /** Keep rows in which a covariate is missing: it is going to be imputed. */
  readonly incomplete?: boolean;
}

/** The rows of a table in which every column that was asked for is filled. */
export interface StudyTable {
  readonly file: string;
  /** Every column of the file. */
  readonly columns: readonly string[];
  readonly followUp: FollowUp;
  readonly codes: EventCodes;
  /** Row numbers as a spreadsheet counts them: the header is row 1. */
  readonly rowNumbers: readonly number[];
  /** Rows left out: one issue each. */
  readonly dropped: readonly Issue[];
  /** Lines on how the table was understood where it could be understood otherwise. */
  readonly notes: readonly string[];
  readonly numbers: (column: string) => Float64Array;
  readonly labels: (column: string) => readonly string[];
  /** The unit in the header of a column; null where it has none. */
  readonly unit: (column: string) => string | null;
  /** The covariates that were asked for, with these cells in place of the columns' own where given. */
  readonly design: (completed?: ReadonlyMap<string, readonly string[]>) => Design;
}

const missingCells = new Set(['', 'NA', 'NaN', 'nan', 'null']);

/** Whether a cell says that nothing is known. */
export function isMissing(cell: string): boolean {
  return missingCells.has(cell.trim());
}

/**
 * Reads what a verb needs of a CSV table. A row with a missing cell (empty or NA) in one
 * of those columns is left out and reported, as is one whose entry is its own time (nobody
 * is under observation for no time); a column that is not there, a cell that is something
 * else than was asked for, a negative time or weight and an entry after its time stop.
 */
export async function readStudyTable(path: string, request: TableRequest): Promise<StudyTable> {
  const table = valueOrStop(await readTable(path));
  const file = basename(path);
  const columns = wantedColumns(request, table);
  checkColumns(table, file, columns);
  const filled = filledRows(table, file, filledColumns(request, table));
  const observed = underObservation(cellsOf(table, file, filled.rows), request);
  const cells = cellsOf(table, file, observed.rows);
  if (observed.rows.length === 0)
    throw new StoppedByIssues([
      issue('empty-input', file, 'expected a row without missing cells, found none'),
    ]);
  const coded = eventCodes(cells.text(request.event), request, (at) => cells.where(at, request.event));
  stopAt(file, coded.wrong);
  const followUp: FollowUp = {
    days: cells.numbers(request.time),
    event: coded.event,
    ...(request.entry === undefined ? {} : { entryDays: cells.numbers(request.entry) }),
    ...(request.weights === undefined ? {} : { weights: cells.numbers(request.weights) }),
  };
  stopAt(file, wrongTimes(followUp, request, cells));
  return {
    file,
    columns: table.columns,
    followUp,
    codes: coded.codes,
    rowNumbers: observed.rows.map((row) => row + 2),
    dropped: [...filled.dropped, ...observed.dropped],
    notes: coded.notes,
    numbers: cells.numbers,
    labels: cells.text,
    unit: (column) => table.units[table.columns.indexOf(column)] ?? null,
    design: (completed) =>
      designOf(request.covariates ?? [], {
        columns: table.columns,
        where: cells.where,
        text: (column) => completed?.get(column) ?? cells.text(column),
        observed: (column) => cells.text(column).filter((cell) => !isMissing(cell)),
      }),
  };
}

/** The cells of some rows of a table. */
interface Cells {
  readonly rows: readonly number[];
  readonly where: (at: number, column: string) => string;
  readonly text: (column: string) => readonly string[];
  /** Stops where a cell is not a number. */
  readonly numbers: (column: string) => Float64Array;
}

function cellsOf(table: Table, file: string, rows: readonly number[]): Cells {
  const where = (at: number, column: string) => `${file} row ${rows[at]! + 2} column ${column}`;
  const text = (column: string) => {
    const place = table.columns.indexOf(column);
    return rows.map((row) => table.rows[row]![place]!.trim());
  };
  const numbers = (column: string) => {
    const wrong: Issue[] = [];
    const values = Float64Array.from(text(column), (cell, at) => {
      const value = readNumber(cell);
      if (value === null)
        wrong.push(issue('bad-value', where(at, column), `expected a number, found "${cell}"`));
      return value ?? 0;
    });
    stopAt(file, wrong);
    return values;
  };
  return { rows, where, text, numbers };
}

function wantedColumns(request: TableRequest, { columns }: Table): string[] {
  const { time, event, entry, weights, numbers = [], labels = [], covariates = [] } = request;
  const single = [time, event, entry, weights].filter((name) => name !== undefined);
  return [...new Set([...single, ...numbers, ...labels, ...termColumns(covariates, columns)])];
}

/** Those that a row must have to be kept. */
function filledColumns(request: TableRequest, table: Table): string[] {
  const { covariates = [], incomplete = false } = request;
  return wantedColumns({ ...request, covariates: incomplete ? [] : covariates }, table);
}

/** Leaves out rows whose entry is their own time. */
function underObservation(
  cells: Cells,
  { time, entry }: TableRequest,
): { rows: readonly number[]; dropped: readonly Issue[] } {
  if (entry === undefined) return { rows: cells.rows, dropped: [] };
  const [from, to] = [cells.numbers(entry), cells.numbers(time)];
  const never = [...from.keys()].filter((at) => from[at] === to[at]);
  return {
    rows: cells.rows.filter((_, at) => from[at] !== to[at]),
    dropped: never.map((at) =>
      issue(
        'bad-value',
        cells.where(at, entry),
        `expected an entry before the time ${to[at]}, found the same; row left out`,
      ),
    ),
  };
}

function checkColumns(table: Table, file: string, wanted: readonly string[]): void {
  const absent = wanted.filter((name) => !table.columns.includes(name));
  if (absent.length > 0)
    throw new StoppedByIssues(
      absent.map((name) =>
        issue('missing-column', file, `expected a column "${name}", found ${table.columns.join(', ')}`),
      ),
    );
  if (table.rows.length === 0)
    throw new StoppedByIssues([issue('empty-input', file, 'expected rows under the header, found none')]);
}

/** Row indices in which all these columns are filled. */
function filledRows(
  table: Table,
  file: string,
  wanted: readonly string[],
): { rows: number[]; dropped: Issue[] } {
  const places = wanted.map((name) => table.columns.indexOf(name));
  const rows: number[] = [];
  const dropped: Issue[] = [];
  for (const [row, cells] of table.rows.entries()) {
    const missing = places.findIndex((place) => isMissing(cells[place]!));
    if (missing < 0) rows.push(row);
    else
      dropped.push(
        issue(
          'missing-value',
          `${file} row ${row + 2} column ${wanted[missing]}`,
          'expected a value, found an empty cell or NA; row left out',
        ),
      );
  }
  return { rows, dropped };
}

function wrongTimes(
  { days, entryDays, weights }: FollowUp,
  { time, entry, weights: weightColumn }: TableRequest,
  { where }: Cells,
): Issue[] {
  const wrong: Issue[] = [];
  const complain = (kind: IssueKind, at: number, column: string, message: string) =>
    wrong.push(issue(kind, where(at, column), message));
  for (const [at, value] of days.entries()) {
    if (value < 0) complain('negative-time', at, time, `expected 0 or more, found ${value}`);
    if (entryDays && entryDays[at]! > value)
      complain('bad-value', at, entry!, `expected an entry before the time ${value}, found ${entryDays[at]}`);
    if (weights && weights[at]! < 0)
      complain('bad-value', at, weightColumn!, `expected 0 or more, found ${weights[at]}`);
  }
  return wrong;
}

/** A column of the wrong sort has as many issues as rows: the first five, and how many more. */
function stopAt(file: string, wrong: readonly Issue[]): void {
  if (wrong.length === 0) return;
  const more = wrong.length - 5;
  if (more <= 0) throw new StoppedByIssues(wrong);
  const rest = issue('bad-value', file, `and ${more} more cells like these`);
  throw new StoppedByIssues([...wrong.slice(0, 5), rest]);
}

/** Ends the verb because of a column. */
export function stopAtColumn(kind: IssueKind, { file }: StudyTable, column: string, message: string): never {
  throw new StoppedByIssues([issue(kind, `${file} column ${column}`, message)]);
}
