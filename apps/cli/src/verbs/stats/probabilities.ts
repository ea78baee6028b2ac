import { type StudyTable, stopAtColumn } from './study-table.ts';
import { readStudyTable, type TableRequest } from './study-table.ts';
import type { RiskOptions } from './table-verb.ts';
import { splitTerms } from './terms.ts';

/** A predicted probability of the event by a day, and the column that it was read from. */
export interface Probability {
  readonly name: string;
  readonly risk: Float64Array;
}

/**
 * Reads a table with one or more columns of --risk or --survival, separated by commas, and others of the same sort
 * (`alike`), all as risks: one minus a survival. Values outside 0 to 1 stop.
 */
export async function readProbabilities(
  path: string,
  options: RiskOptions,
  alike: readonly string[] = [],
  more: Partial<TableRequest> = {},
): Promise<{ table: StudyTable; predictions: Probability[]; others: Probability[] }> {
  const columns = splitTerms((options.risk ?? options.survival)!);
  const table = await readStudyTable(path, {
    ...options,
    ...more,
    numbers: [...columns, ...alike, ...(more.numbers ?? [])],
  });
  const read = (name: string) => ({
    name,
    risk:
      options.risk === undefined ? probabilities(table, name).map((p) => 1 - p) : probabilities(table, name),
  });
  return { table, predictions: columns.map(read), others: alike.map(read) };
}

/** The numbers of a column, all of them between 0 and 1. */
export function probabilities(table: StudyTable, column: string): Float64Array {
  const values = table.numbers(column);
  const wrong = values.findIndex((value) => value < 0 || value > 1);
  if (wrong >= 0)
    stopAtColumn(
      'bad-value',
      table,
      column,
      `expected probabilities between 0 and 1, found ${values[wrong]} in row ${table.rowNumbers[wrong]}`,
    );
  return values;
}

/** Ends the verb because nobody was followed to a day. */
export function stopBeyond(table: StudyTable, time: string, days: readonly number[]): never {
  stopAtColumn(
    'not-estimable',
    table,
    time,
    `expected follow-up to day ${days.join(', ')}, found none so long`,
  );
}
