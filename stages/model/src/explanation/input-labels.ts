import type { PredictorColumn, PredictorTable } from '@myocast/predictors';
import { variableOf } from '../comparators/column-sets.ts';

/**
 * What a reader calls each variable of a row, with its value: `Age 61 y`, `NT-proBNP 1840 ng/L` for a column that
 * is its logarithm, `Culprit artery: RCA`. Variables without an observed column are left out.
 */
export function inputLabels(table: PredictorTable, row: number): Record<string, string> {
  const groups = new Map<string, Cell[]>();
  for (const [j, column] of table.columns.entries()) {
    const at = row * table.columns.length + j;
    if (!table.observed[at]) continue;
    const name = variableOf(column.name);
    groups.set(name, [...(groups.get(name) ?? []), { column, value: table.values[at]! }]);
  }
  return Object.fromEntries([...groups].map(([name, cells]) => [name, labelOf(cells)]));
}

interface Cell {
  readonly column: PredictorColumn;
  readonly value: number;
}

function labelOf(cells: readonly Cell[]): string {
  const [first] = cells;
  const { column, value } = first!;
  if (column.name.includes('=')) {
    const own = cells.find((cell) => cell.value === 1);
    if (own)
      return own.column.label === own.column.name ? own.column.name.replace('=', ': ') : own.column.label;
    return `${column.label.replace(/[:=][^:=]*$/, '')}: none of the named`;
  }
  if (column.kind === 'binary') return `${column.label}: ${value === 1 ? 'yes' : 'no'}`;
  if (!column.name.startsWith('log ')) return `${column.label} ${written(value)}${unitOf(column.unit)}`;
  const label = column.label.replace(/ \(natural logarithm\)$/, '').replace(/^log /, '');
  return `${label} ${written(Math.exp(value))}${unitOf(column.unit?.replace(/^ln\((.*)\)$/, '$1') ?? null)}`;
}

const unitOf = (unit: string | null) => (unit === null || unit === '' ? '' : ` ${unit}`);

/** Three digits, and whole numbers whole. */
function written(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
