import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import type { Table } from './read-table.ts';
import type { PatientsOrigin } from './records.ts';

/** Column of any table that says of each row whether its patient is `virtual` or `real`; an empty cell says nothing. */
export const originColumn = 'data_origin';

/** A table, whose rows can be read before it is asked whether they are of virtual patients. */
export interface OriginTable extends Pick<Table, 'path' | 'columns' | 'rows'> {
  /** There is a `simulation.json` beside it. */
  readonly besideSimulation?: boolean;
}

/**
 * Of each row whether its patient is virtual: as the column `data_origin` says, or, in a table without it, when it
 * lies beside the record of a simulation. A table that says nothing is taken to be of real patients.
 *
 * @param file what issues call the table
 * @param problems gets an issue for each cell that says something else
 */
export function virtualRows(
  { columns, rows, besideSimulation = false }: OriginTable,
  file: string,
  problems: Issue[],
): boolean[] {
  const at = columns.indexOf(originColumn);
  if (at < 0) return rows.map(() => besideSimulation);
  return rows.map((cells, index) => {
    const text = cells[at]!.trim();
    if (text !== '' && text !== 'virtual' && text !== 'real')
      problems.push(
        issue(
          'bad-value',
          `${file} row ${index + 2}, ${originColumn}`,
          `expected virtual or real, found "${text}"`,
        ),
      );
    return text === 'virtual';
  });
}

/** The origin of all patients together. */
export function patientsOrigin(areVirtual: readonly boolean[]): PatientsOrigin {
  if (!areVirtual.includes(true)) return 'real patients';
  return areVirtual.includes(false) ? 'virtual and real patients' : 'virtual patients';
}

/** Whether the folder of this file holds the record of a simulation. */
export async function isBesideSimulation(path: string): Promise<boolean> {
  const record = join(dirname(path), 'simulation.json');
  if (!existsSync(record)) return false;
  // Another program's file of this name says nothing about patients.
  const found = await readJsonFile<{ generatorVersion?: unknown } | null>(record).catch(() => null);
  return typeof found?.generatorVersion === 'number';
}
