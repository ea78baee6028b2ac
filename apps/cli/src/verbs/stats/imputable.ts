import { type Issue, issue } from '@myocast/base';
import { readNumber } from '@myocast/study';
import type { ColumnKind, ImputationColumn } from '@myocast/survival/imputation';
import { StoppedByIssues } from '../../terminal.ts';
import { isMissing, type StudyTable } from './study-table.ts';

/** How a column is to be imputed; 'plain' leaves it to its cells. */
export type ImputationTerm = 'plain' | 'norm' | 'log' | 'sqrt' | 'factor' | 'ordered';

/** A column of a CSV table as the imputation takes it, and the way back to a cell. */
export interface ImputableColumn {
  readonly column: ImputationColumn;
  readonly cellOf: (value: number) => string;
}

/** What is done with which column. */
export interface ParsedTerm {
  readonly name: string;
  readonly apply: ImputationTerm;
  /** Limits of a normal draw. */
  readonly limits?: readonly [low: number, high: number];
}

/** `log(bili)`, `norm(age, 18, 110)`. */
export function parseImputationTerm(text: string, columns: readonly string[]): ParsedTerm {
  if (columns.includes(text)) return { name: text, apply: 'plain' };
  const called = /^(norm|log|sqrt|factor|ordered)\(\s*(.+?)\s*\)$/.exec(text);
  if (!called) return { name: text, apply: 'plain' };
  const apply = called[1] as ImputationTerm;
  return (apply === 'norm' && withLimits(called[2]!)) || { name: called[2]!, apply };
}

/** `age, 18, 110` */
function withLimits(inner: string): ParsedTerm | null {
  const [name, ...rest] = inner.split(',').map((part) => part.trim());
  const [low, high] = rest.map(readNumber);
  if (rest.length !== 2 || low == null || high == null || low >= high) return null;
  return { name: name!, apply: 'norm', limits: [low, high] };
}

/**
 * A column for the imputation.
 *
 * Two different values are binary, numbers numeric, words categories without an order; factor() makes categories
 * of numbers, ordered() gives them the order of the numbers or of the alphabet. log() and sqrt() impute on that scale, norm() draws from a normal
 * regression instead of taking observed values, and stays within limits where it is given two.
 */
export function imputable(table: StudyTable, { name, apply, limits }: ParsedTerm): ImputableColumn {
  if (!table.columns.includes(name))
    throw new StoppedByIssues([
      issue('missing-column', table.file, `expected a column "${name}", found ${table.columns.join(', ')}`),
    ]);
  const cells = table.labels(name);
  const known = [...new Set(cells.filter((cell) => !isMissing(cell)))];
  const kind = kindOf(known, apply);
  if (kind !== 'numeric') return categories(name, cells, known, kind);
  const found = numeric(table, name, cells, apply);
  return limits ? { ...found, column: { ...found.column, low: limits[0], high: limits[1] } } : found;
}

function kindOf(known: readonly string[], apply: ImputationTerm): ColumnKind {
  const isNumbers = known.some((cell) => readNumber(cell) !== null);
  if (apply === 'ordered') return 'ordered';
  if (apply === 'factor' || apply === 'plain') {
    if (known.length === 2) return 'binary';
    if (apply === 'factor' || (!isNumbers && known.length > 0)) return 'unordered';
  }
  return 'numeric';
}

const scales = {
  log: {
    isAllowed: (value: number) => value > 0,
    to: Math.log,
    from: Math.exp,
    expected: 'a number above 0',
  },
  sqrt: {
    isAllowed: (value: number) => value >= 0,
    to: Math.sqrt,
    from: (value: number) => value ** 2,
    expected: 'a number of 0 or more',
  },
  plain: {
    isAllowed: () => true,
    to: (value: number) => value,
    from: (value: number) => value,
    expected: 'a number',
  },
};

function numeric(
  table: StudyTable,
  name: string,
  cells: readonly string[],
  apply: ImputationTerm,
): ImputableColumn {
  const scale = scales[apply === 'log' || apply === 'sqrt' ? apply : 'plain'];
  const wrong: Issue[] = [];
  // an observed value goes back to the cell as it was written
  const written = new Map<number, string>();
  const values = Float64Array.from(cells, (cell, at) => {
    if (isMissing(cell)) return 0;
    const value = readNumber(cell);
    if (value === null || !scale.isAllowed(value)) {
      const where = `${table.file} row ${table.rowNumbers[at]} column ${name}`;
      wrong.push(issue('bad-value', where, `expected ${scale.expected}, found "${cell}"`));
      return 0;
    }
    written.set(scale.to(value), cell);
    return scale.to(value);
  });
  if (wrong.length > 0) throw new StoppedByIssues(wrong.slice(0, 5));
  return {
    column: {
      name,
      kind: 'numeric',
      values,
      observed: marks(cells),
      method: apply === 'norm' ? 'norm' : 'pmm',
    },
    cellOf: (value) => written.get(value) ?? String(scale.from(value)),
  };
}

function categories(
  name: string,
  cells: readonly string[],
  known: readonly string[],
  kind: ColumnKind,
): ImputableColumn {
  const order = known.toSorted(byValue);
  const code = new Map(order.map((cell, at) => [cell, at]));
  return {
    column: {
      name,
      kind,
      values: Float64Array.from(cells, (cell) => code.get(cell) ?? 0),
      observed: marks(cells),
    },
    cellOf: (value) => order[value]!,
  };
}

const marks = (cells: readonly string[]) => Uint8Array.from(cells, (cell) => (isMissing(cell) ? 0 : 1));

function byValue(a: string, b: string): number {
  const [x, y] = [readNumber(a), readNumber(b)];
  if (x !== null && y !== null) return x - y;
  return a.localeCompare(b, 'en');
}
