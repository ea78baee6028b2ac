import { type Issue, issue } from '@myocast/base';
import { readStudyTable, type StudyTable, stopAtColumn, type TableRequest } from './study-table.ts';
import type { RiskOptions } from './table-verb.ts';
import { splitTerms } from './terms.ts';

/** A predicted probability of the event by a day, and the column that it was read from. */
export interface Probability {
  readonly name: string;
  readonly risk: Float64Array;
}

/** The column of --risk or --survival; several, separated by commas, where a command takes them. */
export const riskColumn = ({ risk, survival }: RiskOptions): string => (risk ?? survival)!;
export const riskColumns = (options: RiskOptions): string[] => splitTerms(riskColumn(options));

/**
 * Reads a table with these columns of the sort of --risk or --survival, all as risks: one minus a survival. Values
 * outside 0 to 1 stop.
 */
export async function readProbabilities(
  path: string,
  options: RiskOptions,
  columns: readonly string[],
  more: Partial<TableRequest> = {},
): Promise<{ table: StudyTable; predictions: Probability[] }> {
  const table = await readStudyTable(path, {
    ...options,
    ...more,
    numbers: [...columns, ...(more.numbers ?? [])],
  });
  const predictions = columns.map((name) => {
    const values = probabilities(table, name);
    return { name, risk: options.risk === undefined ? values.map((value) => 1 - value) : values };
  });
  return { table, predictions };
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

/** An issue of the library on the risk of one subject, at the cell that it was read from. */
export function atRow(one: Issue, { file, rowNumbers }: StudyTable, column: string): Issue {
  const subject = /^risk of subject (\d+)$/.exec(one.path)?.[1];
  if (subject === undefined) return one;
  return issue(one.kind, `${file} row ${rowNumbers[Number(subject) - 1]} column ${column}`, one.message);
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
