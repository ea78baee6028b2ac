import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { bareTable } from '@myocast/model';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { readTable } from '@myocast/study';

/** A public table with follow-up and without images. */
export interface SurvivalTable {
  readonly name: string;
  readonly file: string;
  readonly time: string;
  readonly event: string;
  /** Columns that are not known at time zero. */
  readonly leaveOut: readonly string[];
}

const deepSurv = (name: string): SurvivalTable => ({
  name: `deepsurv-${name}`,
  file: `deepsurv_${name}_train.csv`,
  time: 'time',
  event: 'event',
  leaveOut: [],
});

export const survivalTables: readonly SurvivalTable[] = [
  // The length of the hospital stay is counted from the same day as the follow-up, and ends with it for who dies there.
  { name: 'whas500', file: 'whas500.csv', time: 'lenfol', event: 'fstat', leaveOut: ['los'] },
  { name: 'hf299', file: 'hf299.csv', time: 'time', event: 'DEATH_EVENT', leaveOut: [] },
  ...['whas', 'metabric', 'gbsg', 'support'].map(deepSurv),
];

export interface ReadTable {
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  readonly rowsInFile: number;
  /** Rows of the file that repeat another in every cell; they were left out. */
  readonly repeatedRows: number;
}

/**
 * The distinct rows of a table, or a random sample of them where they are more than the most; null where the file is not
 * there. A row that stands in a file twice (as nearly all of deepsurv_whas do) would be learned from in one fold and
 * asked for in another, which a model that remembers rows wins.
 */
export async function readSurvivalTable(
  folder: string,
  { name, file, time, event, leaveOut }: SurvivalTable,
  mostRows: number,
): Promise<ReadTable | null> {
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  const text = await readTable(path);
  if (!text.ok) throw new Error(text.issues[0]!.message);
  const { columns } = text.value;
  const rows = [...new Map(text.value.rows.map((row) => [row.join(), row])).values()];
  const kept = [...columns.keys()].filter((j) => !leaveOut.includes(columns[j]!));
  const sample =
    rows.length <= mostRows
      ? rows
      : new Random(`rows of ${name}`)
          .permutation(rows.length)
          .slice(0, mostRows)
          .sort((a, b) => a - b)
          .map((row) => rows[row]!);
  const bare = bareTable(
    {
      path,
      columns: kept.map((j) => columns[j]!),
      rows: sample.map((row) => kept.map((j) => row[j]!)),
    },
    { time, event, id: null },
  );
  if (!bare.ok) throw new Error(bare.issues[0]!.message);
  const rowsInFile = text.value.rows.length;
  return { ...bare.value, rowsInFile, repeatedRows: rowsInFile - rows.length };
}
