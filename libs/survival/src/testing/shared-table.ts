import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../../shared/data/survival/', import.meta.url);

/** Whether the patients' tables, which are not part of the repository, are there; said once where not. */
export const sharedTablesPresent = existsSync(folder);
if (!sharedTablesPresent)
  process.stderr.write('survival: comparisons on cohorts skipped, ../shared/data/survival is absent\n');

/** A table of ../shared/data/survival. */
export interface SharedTable {
  readonly rows: number;
  /** The cells of a column as text, without quotes. */
  text(column: string): string[];
  /** The cells of a column as numbers. NA and empty cells are NaN. */
  numbers(column: string): Float64Array;
}

/**
 * @param file such as 'whas500.csv'
 * @param complete rows in which one of these columns is empty or NA are left out
 */
export function sharedTable(file: string, complete: readonly string[] = []): SharedTable {
  const [head, ...lines] = readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '').trim()));
  const at = (column: string) => {
    const place = head!.indexOf(column);
    if (place < 0) throw new RangeError(`${file}: expected a column ${column}, found ${head!.join(', ')}`);
    return place;
  };
  const kept = lines.filter((line) => complete.every((column) => !['', 'NA'].includes(line[at(column)]!)));
  const text = (column: string) => kept.map((line) => line[at(column)]!);
  return {
    rows: kept.length,
    text,
    numbers: (column) =>
      Float64Array.from(text(column), (cell) => (['', 'NA'].includes(cell) ? Number.NaN : Number(cell))),
  };
}
