import { type Issue, issue } from '@myocast/base';

/** How a column is imputed follows from what its values are. */
export type ColumnKind = 'numeric' | 'binary' | 'ordered' | 'unordered';

/** One column of a table in which cells are missing. */
export interface ImputationColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** [n] numbers; for categories their codes from 0 on without gaps, 0 and 1 where binary. Anything where not observed. */
  readonly values: Float64Array;
  /** [n] 1 observed, 0 missing */
  readonly observed: Uint8Array;
  /**
   * Of a numeric column. 'pmm', predictive mean matching, takes observed values only and so keeps skewness, gaps and
   * limits; 'norm' draws from a normal distribution around the regression. 'pmm' where absent.
   */
  readonly method?: 'pmm' | 'norm';
  /** Limits of a 'norm' column: a draw outside becomes the limit, and is counted. */
  readonly low?: number;
  readonly high?: number;
}

/** A column that follows from others, row by row, such as a body mass index: recomputed, never drawn. */
export interface DerivedColumn {
  readonly name: string;
  /** Columns that it is made of; it does not serve to impute these. */
  readonly from: readonly string[];
  readonly compute: (...values: number[]) => number;
}

/** Probabilities of more categories than these are not to be had from a regression. */
export const mostCategories = 20;

/** How many categories the observed cells have; 0 for a numeric column. */
export function categoryCount({ kind, values, observed }: ImputationColumn): number {
  if (kind === 'numeric') return 0;
  let most = -1;
  for (const [row, code] of values.entries()) if (observed[row]) most = Math.max(most, code);
  return kind === 'binary' ? 2 : most + 1;
}

/** The columns with their numbers of categories. */
export function withCategories(
  columns: readonly ImputationColumn[],
): { readonly name: string; readonly kind: ColumnKind; readonly categories: number }[] {
  return columns.map((column) => ({
    name: column.name,
    kind: column.kind,
    categories: categoryCount(column),
  }));
}

/** What makes columns impossible to impute: without an observed cell, or with too many categories. */
export function columnIssues(columns: readonly ImputationColumn[]): Issue[] {
  return columns.flatMap((column) => {
    if (!column.observed.includes(1))
      return [issue('empty-input', column.name, 'expected at least one observed value, found none')];
    const categories = categoryCount(column);
    if (column.kind === 'unordered' && categories > mostCategories && column.observed.includes(0))
      return [
        issue(
          'unsupported',
          column.name,
          `expected at most ${mostCategories} categories, found ${categories}; join some, or order them`,
        ),
      ];
    return [];
  });
}

/** @throws RangeError when lengths differ, names repeat, an observed value is not finite, or a code is not one */
export function checkColumns(
  caller: string,
  columns: readonly ImputationColumn[],
  n: number,
  others: readonly string[] = [],
): void {
  const names = [...columns.map(({ name }) => name), ...others];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new RangeError(`${caller}: expected different names, got ${twice} twice`);
  for (const column of columns) {
    checkCells(caller, column, n);
    checkCodes(caller, column);
  }
}

/** @throws RangeError when lengths differ, an observed value is not finite, or a code is not one */
export function checkCells(caller: string, column: ImputationColumn, n: number): void {
  const { name, values, observed } = column;
  if (values.length !== n || observed.length !== n)
    throw new RangeError(
      `${caller}: expected ${n} values of ${name}, got ${values.length} and ${observed.length} marks`,
    );
  const wrong = values.findIndex((value, row) => observed[row] === 1 && !isAllowed(column, value));
  if (wrong >= 0)
    throw new RangeError(
      `${caller}: expected ${expected(column)} in row ${wrong} of ${name}, got ${values[wrong]}`,
    );
}

function checkCodes(caller: string, { name, kind, values, observed }: ImputationColumn): void {
  if (kind === 'numeric' || kind === 'binary') return;
  const found = new Set(values.filter((_, row) => observed[row] === 1));
  for (let code = 0; code < found.size; code++)
    if (!found.has(code))
      throw new RangeError(`${caller}: expected codes of ${name} without gaps, got none of ${code}`);
}

function isAllowed({ kind }: ImputationColumn, value: number): boolean {
  if (kind === 'numeric') return Number.isFinite(value);
  return Number.isInteger(value) && value >= 0 && (kind !== 'binary' || value <= 1);
}

function expected({ kind }: ImputationColumn): string {
  if (kind === 'numeric') return 'a finite number';
  return kind === 'binary' ? '0 or 1' : 'a code of 0 or more';
}
