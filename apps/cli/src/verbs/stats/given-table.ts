import { basename } from 'node:path';
import { readTable, type Table } from '@myocast/study';
import { valueOrStop } from '../../terminal.ts';
import { isMissing } from './missing-cells.ts';
import { withDecimalPoints } from './number-cells.ts';

const delimiters = { ';': 'semicolons', '\t': 'tabs' } as const;

/**
 * The table in a file whose columns are separated by commas, semicolons or tabs. Where it is not commas, a column
 * of numbers with decimal commas comes with decimal points. Notes say what was found.
 */
export async function readGivenTable(path: string): Promise<{ table: Table; notes: readonly string[] }> {
  const table = valueOrStop(await readTable(path, { anyDelimiter: true }));
  if (table.delimiter === ',') return { table, notes: [] };
  const converted = table.columns.map((_, place) =>
    withDecimalPoints(
      table.rows.map((cells) => cells[place]!),
      isMissing,
    ),
  );
  const rows = table.rows.map((cells, row) => cells.map((cell, place) => converted[place]?.[row] ?? cell));
  const names = table.columns.filter((_, place) => converted[place] !== null);
  const file = basename(path);
  return {
    table: { ...table, rows },
    notes: [
      `${file}: columns are separated by ${delimiters[table.delimiter]}`,
      ...(names.length === 0 ? [] : [`${file}: read decimal commas in ${names.join(', ')}`]),
    ],
  };
}
