import { Random } from '@myocast/base';
import {
  type Imputed,
  type ImputationColumn,
  type ImputationNote,
  impute,
} from '@myocast/survival/imputation';
import { InvalidArgumentError, Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import type { ImputableColumn } from './imputable.ts';
import type { StudyTable } from './study-table.ts';
import { wholeNumber } from './table-verb.ts';

export interface ImputationOptions {
  readonly iterations: number;
  readonly donors: number;
  readonly seed: number;
}

export const iterationsOption = () =>
  new Option('--iterations <rounds>', 'rounds through the columns of each imputation')
    .argParser(atLeast(1))
    .default(10);
export const donorsOption = () =>
  new Option('--donors <count>', 'observed values that a match chooses from')
    .argParser(atLeast(1))
    .default(5);
export const imputationSeedOption = () =>
  new Option('--seed <seed>', 'seed of every random number').argParser(wholeNumber).default(1);

/** Imputes columns of a table with its outcome, and gives the completed cells of each by its name. */
export function imputeTable(
  table: StudyTable,
  columns: readonly ImputableColumn[],
  imputations: number,
  { iterations, donors, seed }: ImputationOptions,
): { readonly imputed: Imputed; readonly completed: readonly ReadonlyMap<string, readonly string[]>[] } {
  const { days, event, entryDays } = table.followUp;
  const imputed = valueOrStop(
    impute(
      {
        columns: columns.map(({ column }) => column),
        followUp: { days, event, ...(entryDays ? { entryDays } : {}) },
      },
      { imputations, iterations, donors, random: new Random(seed) },
    ),
  );
  const completed = imputed.completed.map(
    (values) =>
      new Map(
        columns.map(({ column, cellOf }, place) => {
          const own = table.labels(column.name);
          return [
            column.name,
            own.map((cell, row) => (column.observed[row] ? cell : cellOf(values[place]![row]!))),
          ];
        }),
      ),
  );
  return { imputed, completed };
}

/** What was imputed, for a document. */
export function imputationWords(
  { columns, traces, notes, emptyRows }: Imputed,
  given: readonly ImputationColumn[],
) {
  const rows = given[0]!.observed.length;
  const incomplete = Array.from({ length: rows }, (_, row) => given.some(({ observed }) => !observed[row]));
  return {
    columns,
    rowsWithMissing: incomplete.filter(Boolean).length,
    rowsWithNothing: emptyRows,
    notes,
    traces: traces.map(({ name, means, standardDeviations }) => ({
      name,
      means: means.map((trace) => [...trace]),
      standardDeviations: standardDeviations.map((trace) => [...trace]),
    })),
  };
}

/** Notes for a person, a line each. */
export function noteLines(notes: readonly ImputationNote[]): string[] {
  return notes.map(
    ({ column, what, predictor, times }) =>
      `${column}: ${meanings[what]}${predictor === null ? '' : ` ${predictor}`} (${times} fits)`,
  );
}

const meanings: { readonly [what in ImputationNote['what']]: string } = {
  constant: 'left out a predictor that does not vary,',
  collinear: 'left out a predictor that others determine,',
  ridge: 'predictors nearly determine each other, a ridge was added',
  'perfectly-predicted': 'the others determine it exactly',
  'few-rows': 'as many predictors as observed rows, the draws are too narrow',
  'no-variation': 'one observed value only, which was filled in',
  'no-maximum': 'no maximum of the likelihood, drawn by its frequencies alone',
};

export function atLeast(least: number) {
  return (text: string): number => {
    const value = wholeNumber(text);
    if (value < least) throw new InvalidArgumentError(`Expected ${least} or more.`);
    return value;
  };
}
