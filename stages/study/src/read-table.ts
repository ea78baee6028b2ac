import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { CsvError, parse } from 'csv-parse/sync';

/** A CSV table as it was given: text cells, nothing interpreted yet. */
export interface Table {
  /** Path of the file. */
  readonly path: string;
  /** Names of the columns, all different. */
  readonly columns: readonly string[];
  /** The unit that a header `name [unit]` names; null where it names none. */
  readonly units: readonly (string | null)[];
  /** Every row has as many cells as there are columns. Row `index` is row `index + 2` of the file. */
  readonly rows: readonly (readonly string[])[];
  /** What stands between two cells. */
  readonly delimiter: Delimiter;
}

export type Delimiter = ',' | ';' | '\t';

export interface TableFormat {
  /** Take semicolons or tabs where the header has more of them than commas. */
  readonly anyDelimiter?: boolean;
}

/**
 * Reads a CSV table (RFC 4180, UTF-8 with or without a byte order mark, any line
 * ends). The first row is the header; a column header is `name` or `name [unit]`.
 *
 * Refused: no such file, an empty file, bytes that are not UTF-8, a broken quote,
 * semicolons in place of commas unless any delimiter is allowed, a column given twice,
 * a row with more or fewer cells than the header. Rows are named as a spreadsheet numbers them: the header is row 1.
 */
export async function readTable(
  path: string,
  { anyDelimiter = false }: TableFormat = {},
): Promise<Checked<Table>> {
  const name = basename(path);
  const text = await readText(path);
  if (!text.ok) return text;
  const delimiter = anyDelimiter ? delimiterOf(text.value) : ',';
  const records = parseRecords(text.value, delimiter, name);
  if (!records.ok) return records;
  const [header, ...rows] = records.value;
  if (!header) return refused(issue('empty-input', name, 'expected a table, found an empty file'));
  if (header.length === 1 && header[0]!.includes(';'))
    return refused(
      issue('unsupported', `${name} row 1`, 'expected columns separated by commas, found semicolons'),
    );
  const named = header.map(splitHeader);
  const columns = named.map((column) => column.name);
  const [first, ...more] = [...duplicateColumns(columns, name), ...raggedRows(rows, columns.length, name)];
  if (first) return refused(first, ...more);
  return accepted({ path, columns, units: named.map((column) => column.unit), rows, delimiter });
}

/** A cell as a number; null when it is not one. Empty cells are not numbers. */
export function readNumber(cell: string): number | null {
  const text = cell.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** What there was in place of a file, by the code of the operating system. */
const unreadable: { readonly [code: string]: string } = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'a file that may not be read',
};

async function readText(path: string): Promise<Checked<string>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) {
    const found = unreadable[bytes.code ?? ''] ?? bytes.code ?? bytes.message;
    return refused(issue('not-readable', path, `expected a CSV file, found ${found}`));
  }
  try {
    return accepted(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refused(issue('not-readable', basename(path), 'expected text in UTF-8, found other bytes'));
  }
}

/** Of the header outside quotes and units, the delimiter that comes most often; a comma where none comes more often. */
function delimiterOf(text: string): Delimiter {
  const [header] = text.replace(/"(?:[^"]|"")*"|\[[^[\]]*\]/g, '').split(/[\r\n]/, 1);
  const times = (one: string) => header!.split(one).length - 1;
  const others: readonly Delimiter[] = [';', '\t'];
  return others.reduce((best, one) => (times(one) > times(best) ? one : best), ',' as Delimiter);
}

function parseRecords(text: string, delimiter: Delimiter, name: string): Checked<string[][]> {
  try {
    const records: string[][] = parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: false,
    });
    while (records.length > 0 && isBlank(records.at(-1)!)) records.pop();
    return accepted(records);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error ? ` line ${String(error['lines'])}` : '';
    return refused(issue('not-readable', `${name}${line}`, `expected CSV, found: ${error.message}`));
  }
}

function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && record[0]!.trim() === '';
}

function splitHeader(header: string): { name: string; unit: string | null } {
  const match = /^(.*?)\s*\[([^[\]]*)\]$/.exec(header.trim());
  return match ? { name: match[1]!, unit: match[2]!.trim() || null } : { name: header.trim(), unit: null };
}

function duplicateColumns(columns: readonly string[], name: string): Issue[] {
  return columns.flatMap((column, index) => {
    const before = columns.indexOf(column);
    if (before === index) return [];
    const message = `expected different names, found "${column}" as column ${before + 1} and ${index + 1}`;
    return [issue('duplicate-column', `${name} row 1`, message)];
  });
}

function raggedRows(rows: readonly (readonly string[])[], width: number, name: string): Issue[] {
  return rows.flatMap((row, index) => {
    if (row.length === width) return [];
    const found = isBlank(row) ? 'an empty line' : `${row.length}`;
    return [issue('ragged-row', `${name} row ${index + 2}`, `expected ${width} cells, found ${found}`)];
  });
}
