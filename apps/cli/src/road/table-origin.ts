import { basename } from 'node:path';
import { accepted, type Checked, type Issue, refused } from '@myocast/base';
import {
  isBesideSimulation,
  originColumn,
  patientsOrigin,
  type PatientsOrigin,
  type Table,
  virtualRows,
} from '@myocast/study';

export interface TableAndOrigin {
  readonly rest: Table;
  readonly origin: PatientsOrigin;
}

/** A table without the column that says whether its patients are virtual, and what the column said. */
export async function apartFromOrigin(table: Table): Promise<Checked<TableAndOrigin>> {
  const problems: Issue[] = [];
  const besideSimulation = await isBesideSimulation(table.path);
  const origin = patientsOrigin(virtualRows({ ...table, besideSimulation }, basename(table.path), problems));
  const [first, ...more] = problems;
  if (first) return refused(first, ...more);
  const without = <Cell>(cells: readonly Cell[]) => cells.filter((_, j) => table.columns[j] !== originColumn);
  return accepted({
    origin,
    rest: {
      ...table,
      columns: without(table.columns),
      units: without(table.units),
      rows: table.rows.map(without),
    },
  });
}
