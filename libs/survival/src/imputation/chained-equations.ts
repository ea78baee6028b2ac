import { accepted, type Checked, issue, type Random, refused } from '@myocast/base';
import type { FollowUp } from '../follow-up.ts';
import {
  checkColumns,
  columnIssues,
  type DerivedColumn,
  type ImputationColumn,
  withCategories,
} from './column.ts';
import { type ColumnModel, drawColumnModel, drawValue, type FitNote } from './column-model.ts';
import { outcomePredictors } from './outcome-predictors.ts';
import { type WorkingTable, workingTable } from './working-table.ts';

export interface ImputationInput {
  /** Those to be imputed, and complete ones that help: every column serves to impute every other. */
  readonly columns: readonly ImputationColumn[];
  /** Adds each cause's event and cumulative hazard to the predictors of every column. */
  readonly followUp?: FollowUp;
  readonly derived?: readonly DerivedColumn[];
}

export interface ImputationConfig {
  /** Completed tables, 2 or more */
  readonly imputations: number;
  /** Rounds through the columns before a completed table is taken */
  readonly iterations: number;
  readonly random: Random;
  /** Observed values that predictive mean matching chooses from; 5 where absent */
  readonly donors?: number;
  /** Names in the order of imputation; columns with fewest missing cells first where absent */
  readonly sequence?: readonly string[];
}

/** What was done about one column. */
export interface ColumnReport {
  readonly name: string;
  /** Null where nothing was missing */
  readonly method: 'norm' | 'pmm' | 'logistic' | 'polytomous' | 'proportional-odds' | null;
  readonly observed: number;
  readonly missing: number;
  /** Predictors in its model, indicators of categories counted one by one */
  readonly predictors: number;
  /** Draws that a limit cut, in the completed tables */
  readonly limited: number;
}

/** Mean and standard deviation of the imputed cells of a column, for each imputation and iteration. */
export interface ImputationTrace {
  readonly name: string;
  /** [imputations] of [iterations] */
  readonly means: readonly Float64Array[];
  readonly standardDeviations: readonly Float64Array[];
}

/** Something about the fits of a column that its user should know. */
export interface ImputationNote {
  readonly column: string;
  readonly what: FitNote['what'];
  /** The predictor that was left out */
  readonly predictor: string | null;
  /** How many fits */
  readonly times: number;
}

export interface Imputed {
  /** [imputations] of [columns, in the order given] of [n] */
  readonly completed: readonly (readonly Float64Array[])[];
  readonly columns: readonly ColumnReport[];
  readonly traces: readonly ImputationTrace[];
  readonly notes: readonly ImputationNote[];
  /** Rows in which no cell of any column was observed; they are imputed from the outcome alone */
  readonly emptyRows: number;
}

/**
 * Multiple imputation by chained equations: column after column, missing cells are drawn from a regression
 * on all other columns as they stand, with newly drawn parameters each time, and the round is repeated. Values are assumed to be missing
 * at random given what is in the table, the outcome included.
 *
 * Numeric columns: predictive mean matching or a normal regression; binary, unordered and ordered ones: logistic,
 * polytomous and proportional odds regression, all with drawn parameters. Predictors that are constant or combinations of others are left out of a fit,
 * and what was left out is counted. A column without any observed value is refused.
 *
 * Each imputation has its own stream of random numbers, so that it is the same alone or among others.
 *
 * @throws RangeError when lengths differ, a code is not one, fewer than 2 imputations or no iteration is asked for, or the sequence
 * is not of these columns
 *
 * Source: vanbuuren2011; the outcome as a predictor white2009 (docs/references.bib).
 * Agrees with: R mice (in distribution), but for polytomous columns, whose parameters mice does not draw.
 */
export function impute(input: ImputationInput, config: ImputationConfig): Checked<Imputed> {
  const { columns, followUp, derived = [] } = input;
  checkInput(input, config);
  const [first, ...more] = columnIssues(columns);
  if (first) return refused(first, ...more);
  if (!columns.some(({ observed }) => observed.includes(0)))
    return refused(issue('empty-input', 'imputation', 'expected a column with a missing cell, found none'));
  const outcome = followUp ? outcomePredictors(followUp) : [];
  const order = sequenceOf(columns, config.sequence);
  const chains = Array.from({ length: config.imputations }, (_, at) => {
    const random = config.random.fork(`imputation ${at}`);
    const table = workingTable(withCategories(columns), startOf(columns, random), derived, outcome);
    return runChain(columns, table, order, config, random);
  });
  return accepted({
    completed: chains.map(({ values }) => values),
    columns: columns.map((column, place) => reportOf(column, place, chains)),
    traces: order.map((place) => ({
      name: columns[place]!.name,
      means: chains.map(({ means }) => means.get(place)!),
      standardDeviations: chains.map(({ spreads }) => spreads.get(place)!),
    })),
    notes: joinNotes(chains.flatMap(({ notes }) => notes)),
    emptyRows: columns[0]!.values.reduce(
      (count, _, row) => count + (columns.every(({ observed }) => !observed[row]) ? 1 : 0),
      0,
    ),
  });
}

interface Chain {
  readonly values: readonly Float64Array[];
  readonly means: ReadonlyMap<number, Float64Array>;
  readonly spreads: ReadonlyMap<number, Float64Array>;
  readonly notes: readonly (FitNote & { readonly column: string })[];
  /** [columns] */
  readonly limited: readonly number[];
  readonly predictors: readonly number[];
}

function runChain(
  columns: readonly ImputationColumn[],
  table: WorkingTable,
  order: readonly number[],
  { iterations, donors = 5 }: ImputationConfig,
  random: Random,
): Chain {
  const rows = columns.map(({ observed }) => splitRows(observed));
  const means = new Map(order.map((place) => [place, new Float64Array(iterations)]));
  const spreads = new Map(order.map((place) => [place, new Float64Array(iterations)]));
  const notes: (FitNote & { readonly column: string })[] = [];
  const limited = columns.map(() => 0);
  for (let iteration = 0; iteration < iterations; iteration++)
    for (const place of order) {
      const column = columns[place]!;
      const { observed, missing } = rows[place]!;
      const stream = random.fork(`${iteration} ${column.name}`);
      const matrix = table.predictors[place]!;
      const model = drawColumnModel(column, matrix, observed, donors, stream, (found) =>
        notes.push({ ...found, column: column.name }),
      );
      limited[place] = fill(table, place, missing, model, stream);
      const own = momentsOfCells(table.values[place]!, missing);
      means.get(place)![iteration] = own.mean;
      spreads.get(place)![iteration] = own.standardDeviation;
    }
  return {
    values: table.values,
    means,
    spreads,
    notes,
    limited,
    predictors: table.predictors.map(({ names }) => names.length),
  };
}

/** Draws the cells of some rows; how many of them a limit cut. */
export function fill(
  table: WorkingTable,
  place: number,
  rows: Int32Array,
  model: ColumnModel,
  random: Random,
): number {
  let limited = 0;
  for (const row of rows) {
    const { value, isLimited } = drawValue(model, table.predictors[place]!.columns, row, random);
    table.set(place, row, value);
    if (isLimited) limited++;
  }
  return limited;
}

/** Every missing cell starts as one of the observed values of its column. */
function startOf(columns: readonly ImputationColumn[], random: Random): Float64Array[] {
  return columns.map(({ name, values, observed }) => {
    const stream = random.fork(`start ${name}`);
    const pool = values.filter((_, row) => observed[row] === 1);
    return values.map((value, row) => (observed[row] ? value : pool[stream.integer(pool.length)]!));
  });
}

export function splitRows(marks: Uint8Array): { observed: Int32Array; missing: Int32Array } {
  const all = Int32Array.from(marks.keys());
  return { observed: all.filter((row) => marks[row] === 1), missing: all.filter((row) => marks[row] !== 1) };
}

/** Places of the columns with missing cells, in the order in which they are imputed. */
function sequenceOf(columns: readonly ImputationColumn[], sequence?: readonly string[]): number[] {
  const missing = columns.map(({ observed }) => observed.reduce((sum, mark) => sum + (mark ? 0 : 1), 0));
  const places = [...columns.keys()].filter((place) => missing[place]! > 0);
  if (!sequence) return places.sort((a, b) => missing[a]! - missing[b]! || a - b);
  return sequence
    .map((name) => columns.findIndex((column) => column.name === name))
    .filter((place) => missing[place]! > 0);
}

function momentsOfCells(values: Float64Array, rows: Int32Array) {
  let [mean, squares] = [0, 0];
  for (const row of rows) mean += values[row]! / rows.length;
  for (const row of rows) squares += (values[row]! - mean) ** 2;
  return { mean, standardDeviation: rows.length > 1 ? Math.sqrt(squares / (rows.length - 1)) : 0 };
}

const methods = {
  binary: 'logistic',
  unordered: 'polytomous',
  ordered: 'proportional-odds',
} as const;

function reportOf(column: ImputationColumn, place: number, chains: readonly Chain[]): ColumnReport {
  const { name, kind, method, observed } = column;
  const there = observed.reduce((sum, mark) => sum + (mark ? 1 : 0), 0);
  const isComplete = there === observed.length;
  return {
    name,
    method: isComplete ? null : kind === 'numeric' ? (method ?? 'pmm') : methods[kind],
    observed: there,
    missing: observed.length - there,
    predictors: isComplete ? 0 : chains[0]!.predictors[place]!,
    limited: chains.reduce((sum, { limited }) => sum + limited[place]!, 0),
  };
}

function joinNotes(notes: Chain['notes']): ImputationNote[] {
  const joined = new Map<string, ImputationNote>();
  for (const { column, what, ...rest } of notes) {
    const predictor = 'predictor' in rest ? rest.predictor : null;
    const key = JSON.stringify([column, what, predictor]);
    joined.set(key, { column, what, predictor, times: (joined.get(key)?.times ?? 0) + 1 });
  }
  return [...joined.values()];
}

function checkInput({ columns, followUp, derived = [] }: ImputationInput, config: ImputationConfig): void {
  const { imputations, iterations, donors = 5, sequence } = config;
  const n = columns[0]?.values.length ?? 0;
  if (n === 0) throw new RangeError('impute: expected at least one column with a row, got none');
  checkColumns(
    'impute',
    columns,
    n,
    derived.map(({ name }) => name),
  );
  if (followUp && followUp.days.length !== n)
    throw new RangeError(`impute: expected ${n} follow-up times, got ${followUp.days.length}`);
  checkCount('imputations', imputations, 2);
  checkCount('iterations', iterations, 1);
  checkCount('donors', donors, 1);
  if (sequence) checkSequence(columns, sequence);
}

function checkCount(what: string, count: number, least: number): void {
  if (!Number.isInteger(count) || count < least)
    throw new RangeError(`impute: expected ${least} or more ${what}, got ${count}`);
}

function checkSequence(columns: readonly ImputationColumn[], sequence: readonly string[]): void {
  const wrong = sequence.find((name) => !columns.some((column) => column.name === name));
  if (wrong !== undefined)
    throw new RangeError(`impute: expected names of columns in the sequence, got ${wrong}`);
  const absent = columns.find(({ name, observed }) => observed.includes(0) && !sequence.includes(name));
  if (absent)
    throw new RangeError(`impute: expected ${absent.name} in the sequence, which has missing cells`);
}
