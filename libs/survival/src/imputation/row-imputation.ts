import type { Random } from '@myocast/base';
import { fill, type Imputed, type ImputationInput, splitRows } from './chained-equations.ts';
import {
  categoryCount,
  checkCells,
  type DerivedColumn,
  type ImputationColumn,
  withCategories,
} from './column.ts';
import { type ColumnModel, drawColumnModel } from './column-model.ts';
import { type WorkingTable, workingTable } from './working-table.ts';

/** Models that impute rows whose outcome is not known yet. */
export interface RowImputation {
  /** [columns] as they were fitted to */
  readonly columns: readonly ImputationColumn[];
  readonly derived: readonly DerivedColumn[];
  /** One for each imputation, [columns] models with drawn parameters */
  readonly models: readonly (readonly ColumnModel[])[];
}

/**
 * Models for new rows, out of a table that was imputed with its outcome: in each completed table every column is regressed
 * on the others without the outcome, over the rows where it is observed, and parameters are drawn. A prognostic model that is fitted to
 * the completed tables so meets new subjects who are imputed without knowing what will happen to them. Inside a validation, fit both on
 * the training fold alone.
 *
 * @param imputed what `impute` gave for the same input
 */
export function fitRowImputation(
  { columns, derived = [] }: ImputationInput,
  { completed }: Imputed,
  { random, donors = 5 }: { readonly random: Random; readonly donors?: number },
): RowImputation {
  return {
    columns,
    derived,
    models: completed.map((values, at) => {
      const table = workingTable(withCategories(columns), values, derived, []);
      return columns.map((column, place) => {
        const { observed } = splitRows(column.observed);
        const stream = random.fork(`imputation ${at}`).fork(column.name);
        return drawColumnModel(column, table.predictors[place]!, observed, donors, stream, () => {});
      });
    }),
  };
}

/**
 * Completes new rows, once for each imputation of the training table: missing cells start as observed values of the training
 * table and are drawn in turn from the models for some rounds. A row comes out the same whatever other rows are beside it.
 *
 * @param columns the columns of the training table, in its order; a row with nothing observed is fine
 * @param ids [n] under which each row has its random numbers; its number where absent
 * @returns [imputations] of [columns] of [n]
 * @throws RangeError when the columns are others, or a code is not among those of the training table
 */
export function imputeRows(
  { columns: trained, derived, models }: RowImputation,
  columns: readonly ImputationColumn[],
  {
    random,
    iterations = 10,
    ids,
  }: { readonly random: Random; readonly iterations?: number; readonly ids?: readonly string[] },
): readonly (readonly Float64Array[])[] {
  checkLikeTraining(trained, columns);
  const n = columns[0]!.values.length;
  return models.map((own, at) => {
    const streams = Array.from({ length: n }, (_, row) =>
      random.fork(`imputation ${at}`).fork(`row ${ids?.[row] ?? row}`),
    );
    const table = workingTable(withCategories(trained), startOf(trained, columns, streams), derived, []);
    for (const [row, stream] of streams.entries()) sweep(table, columns, own, row, iterations, stream);
    return table.values;
  });
}

function sweep(
  table: WorkingTable,
  columns: readonly ImputationColumn[],
  models: readonly ColumnModel[],
  row: number,
  iterations: number,
  random: Random,
): void {
  const missing = [...columns.keys()].filter((place) => !columns[place]!.observed[row]);
  const here = Int32Array.of(row);
  for (let iteration = 0; iteration < iterations; iteration++)
    for (const place of missing) fill(table, place, here, models[place]!, random);
}

function startOf(
  trained: readonly ImputationColumn[],
  columns: readonly ImputationColumn[],
  streams: readonly Random[],
): Float64Array[] {
  return columns.map(({ values, observed }, place) => {
    const pool = trained[place]!.values.filter((_, row) => trained[place]!.observed[row] === 1);
    return values.map((value, row) => (observed[row] ? value : pool[streams[row]!.integer(pool.length)]!));
  });
}

function checkLikeTraining(trained: readonly ImputationColumn[], columns: readonly ImputationColumn[]): void {
  const names = (list: readonly ImputationColumn[]) =>
    list.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  if (names(trained) !== names(columns))
    throw new RangeError(`imputeRows: expected the columns ${names(trained)}, got ${names(columns)}`);
  for (const [place, column] of columns.entries()) {
    checkCells('imputeRows', column, columns[0]!.values.length);
    const categories = categoryCount(trained[place]!);
    if (categoryCount(column) > categories)
      throw new RangeError(
        `imputeRows: expected codes of ${column.name} below ${categories}, got higher ones`,
      );
  }
}
