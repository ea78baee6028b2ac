import type { DerivedColumn, ImputationColumn } from './column.ts';
import type { OutcomePredictor } from './outcome-predictors.ts';
import type { PredictorMatrix } from './predictor-matrix.ts';

/** A table under imputation: every cell has a value, and predictors change with it. */
export interface WorkingTable {
  /** [columns] of [n] */
  readonly values: readonly Float64Array[];
  /** Predictors of each column, [columns]; they are the arrays that `set` changes. */
  readonly predictors: readonly PredictorMatrix[];
  readonly set: (column: number, row: number, value: number) => void;
}

/** A column and how many categories it has, 0 where it is a number. */
export type TableColumn = Pick<ImputationColumn, 'name' | 'kind'> & { readonly categories: number };

/**
 * @param start [columns] of [n]: observed cells, and something in every missing one
 * @throws RangeError when a derived column is of a column that is not there, or comes out not finite
 */
export function workingTable(
  columns: readonly TableColumn[],
  start: readonly Float64Array[],
  derived: readonly DerivedColumn[],
  outcome: readonly OutcomePredictor[],
): WorkingTable {
  const n = start[0]!.length;
  const values = start.map((column) => column.slice());
  const expanded = columns.map((column) => indicatorsOf(column, n));
  const followers = derived.map((follower) => ({
    ...follower,
    values: new Float64Array(n),
    parents: follower.from.map((name) => placeOf(columns, follower, name)),
  }));
  const follow = ({ compute, parents, name, values: own }: (typeof followers)[number], row: number) => {
    const value = compute(...parents.map((parent) => values[parent]![row]!));
    if (!Number.isFinite(value))
      throw new RangeError(`impute: expected a finite ${name} in row ${row}, got ${value}`);
    own[row] = value;
  };
  const write = (place: number, row: number, value: number) => {
    values[place]![row] = value;
    expanded[place]!.write(row, value);
  };
  for (const [place, own] of values.entries())
    for (const [row, value] of own.entries()) write(place, row, value);
  for (const follower of followers) for (let row = 0; row < n; row++) follow(follower, row);
  const always = outcome.map(({ name, values: column }) => ({ names: [name], columns: [column] }));
  return {
    values,
    set: (place, row, value) => {
      write(place, row, value);
      for (const follower of followers) if (follower.parents.includes(place)) follow(follower, row);
    },
    predictors: columns.map(({ name }, place) => {
      const free = followers
        .filter(({ from }) => !from.includes(name))
        .map((follower) => ({ names: [follower.name], columns: [follower.values] }));
      const parts = [...always, ...free, ...expanded.filter((_, other) => other !== place)];
      return { names: parts.flatMap(({ names }) => names), columns: parts.flatMap((part) => part.columns) };
    }),
  };
}

function placeOf(columns: readonly TableColumn[], { name }: DerivedColumn, from: string): number {
  const place = columns.findIndex((column) => column.name === from);
  if (place < 0) throw new RangeError(`impute: expected a column ${from} for ${name}, got none`);
  return place;
}

/** A number is its own predictor; of categories all but the first have an indicator. */
function indicatorsOf(column: TableColumn, n: number) {
  const isNumber = column.kind === 'numeric' || column.kind === 'binary';
  const others = isNumber ? [] : Array.from({ length: column.categories - 1 }, (_, k) => k + 1);
  const columns = (isNumber ? [0] : others).map(() => new Float64Array(n));
  return {
    names: isNumber ? [column.name] : others.map((code) => `${column.name} ${code}`),
    columns,
    write: (row: number, value: number) => {
      if (isNumber) columns[0]![row] = value;
      else for (const [k, indicator] of columns.entries()) indicator[row] = value === others[k] ? 1 : 0;
    },
  };
}
