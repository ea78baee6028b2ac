import { issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import type { FollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { InvalidArgumentError, Option } from 'commander';
import { StoppedByIssues } from '../../terminal.ts';
import { format } from '../../text-table.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import { counts, number, numberList, type TableOptions, wholeNumber } from './table-verb.ts';
import type { Design } from './terms.ts';

/** Options that the commands of machine learning share. */
export interface LearnerOptions extends TableOptions {
  readonly covariates: readonly string[];
  readonly at?: readonly number[];
  readonly test?: string;
  readonly predictions?: string;
  readonly seed: number;
}

export const testOption = () =>
  new Option(
    '--test <other.csv>',
    'a second table with the same columns: predicted, and judged by its outcomes',
  );
export const predictionsOption = () =>
  new Option(
    '--predictions <file.csv>',
    'write the predictions, of the second table where there is one, with times and events',
  );
export const daysOption = () =>
  new Option('--at <days>', 'predictions of every row by these days, separated by commas').argParser(
    ascendingDays,
  );

/** A whole number of 1 or more, for an option. */
export function count(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Expected a whole number of 1 or more.');
  return value;
}

/** A number above 0 up to 1, for an option. */
export function share(text: string): number {
  const value = number(text);
  if (value === 0 || value > 1) throw new InvalidArgumentError('Expected a number above 0 up to 1.');
  return value;
}

/** Days without doubles, ascending. */
function ascendingDays(text: string): number[] {
  return [...new Set(numberList(text))].sort((a, b) => a - b);
}

/** The table that a model is of. */
export interface ModelTable {
  readonly table: StudyTable;
  readonly design: Design;
}

/** A table with the covariates of another one. */
export interface LikeTable {
  readonly table: StudyTable;
  /** [n, p] */
  readonly predictors: Float64Array;
}

/**
 * Reads a table for a model of another one: its covariates are columns of the same names. A category that the model
 * has not seen stops, named by its row; so does a spline, whose knots belong to the table they were made from.
 */
async function readLikeTable(
  path: string,
  options: LearnerOptions,
  { table: model, design }: ModelTable,
): Promise<LikeTable> {
  const spline = Object.keys(design.knots)[0];
  if (spline !== undefined)
    throw new StoppedByIssues([
      issue('unsupported', spline, 'expected plain columns for a second table, found a spline'),
    ]);
  const categorical = Object.keys(design.references);
  const columnOf = (term: string) => /^factor\(\s*(.+?)\s*\)$/.exec(term)?.[1] ?? term;
  const isCategorical = (term: string) => categorical.includes(columnOf(term));
  const table = await readStudyTable(path, {
    ...options,
    covariates: options.covariates.filter((term) => !isCategorical(term)),
    labels: categorical,
  });
  const plain = table.design();
  const values = new Map<string, ArrayLike<number>>();
  for (const [j, name] of plain.names.entries())
    values.set(
      name,
      table.rowNumbers.map((_, row) => plain.predictors[row * plain.names.length + j]!),
    );
  for (const term of options.covariates.filter(isCategorical))
    for (const [name, column] of indicators(term, columnOf(term), model, table)) values.set(name, column);
  const missing = design.names.find((name) => !values.has(name));
  if (missing !== undefined)
    throw new StoppedByIssues([
      issue(
        'bad-value',
        `${table.file} column ${missing}`,
        'expected numbers as in the first table, found words',
      ),
    ]);
  const columns = design.names.map((name) => values.get(name)!);
  const p = columns.length;
  return {
    table,
    predictors: Float64Array.from(
      { length: table.rowNumbers.length * p },
      (_, at) => columns[at % p]![Math.floor(at / p)]!,
    ),
  };
}

/** The columns of 0 and 1 of a categorical term, by the categories of the model's table. */
function indicators(
  term: string,
  column: string,
  model: StudyTable,
  table: StudyTable,
): [string, readonly number[]][] {
  const seen = new Set(model.labels(column));
  const labels = table.labels(column);
  const row = labels.findIndex((label) => !seen.has(label));
  if (row >= 0)
    throw new StoppedByIssues([
      issue(
        'bad-value',
        `${table.file} row ${table.rowNumbers[row]} column ${column}`,
        `expected a category of the first table (${[...seen].join(', ')}), found ${labels[row]}`,
      ),
    ]);
  return [...seen].map((category) => [
    `${term}${category}`,
    labels.map((label) => (label === category ? 1 : 0)),
  ]);
}

/** What a model says of rows; null for a row it cannot judge. */
export interface RowPredictions {
  readonly rows: readonly number[];
  readonly risk: readonly (number | null)[];
  readonly at: readonly number[];
  /** By day, then row. */
  readonly survival: readonly (readonly (number | null)[])[];
  /** By day, then row, of the cause that was asked for; only where others compete with it. */
  readonly incidence?: readonly (readonly (number | null)[])[];
}

/** The concordance of a risk: with competing causes, those with another event count as free of this one. */
export function ranking(risk: Float64Array, followUp: FollowUp, competes: boolean) {
  const { index, standardError, low, high } = concordance(risk, followUp, {
    competing: competes ? 'event-free' : 'censoring',
  });
  return { index, se: standardError, low, high };
}

/** The second table as it is judged. */
export interface Judged {
  readonly table: StudyTable;
  readonly predictions: RowPredictions;
  readonly document: object;
  readonly lines: readonly string[];
}

/** Predicts and judges the table of --test; null without it. */
export async function judgeSecond(
  options: LearnerOptions,
  model: ModelTable,
  predict: (like: LikeTable) => { readonly risk: Float64Array; readonly predictions: RowPredictions },
  competes: boolean,
): Promise<Judged | null> {
  if (options.test === undefined) return null;
  const like = await readLikeTable(options.test, options, model);
  const { table } = like;
  const { risk, predictions } = predict(like);
  const index = ranking(risk, table.followUp, competes);
  return {
    table,
    predictions,
    document: { file: table.file, ...counts(table), concordance: index, ...predictions },
    lines: [
      `${table.file}: ${table.rowNumbers.length} subjects, concordance ${format(index.index)} (se ${format(index.se)})`,
    ],
  };
}

/** Writes the file of --predictions: of the second table where there is one, else of the first. */
export async function writePredictions(
  { predictions: path }: LearnerOptions,
  first: Pick<Judged, 'table' | 'predictions'>,
  second: Judged | null,
): Promise<void> {
  if (path === undefined) return;
  const { table, predictions } = second ?? first;
  await writeFileAtomic(path, predictionsCsv(table, predictions));
}

/** A table that the other commands of `stats` read. A row without a prediction has empty cells. */
function predictionsCsv(
  { followUp }: StudyTable,
  { rows, risk, at, survival, incidence }: RowPredictions,
): string {
  const curves = incidence ? [...survival, ...incidence] : survival;
  const head = [
    'row',
    'days',
    'event',
    'risk',
    ...at.map((day) => `survival${day}`),
    ...(incidence ? at.map((day) => `incidence${day}`) : []),
  ];
  const lines = rows.map((row, place) =>
    [
      row,
      followUp.days[place],
      followUp.event[place],
      risk[place] ?? '',
      ...curves.map((curve) => curve[place] ?? ''),
    ].join(','),
  );
  return `${[head.join(','), ...lines].join('\n')}\n`;
}
