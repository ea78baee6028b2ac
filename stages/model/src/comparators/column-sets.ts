import type { PredictorColumn } from '@myocast/predictors';

/** Places of the columns that a comparator is given. */
export type ColumnSet = (columns: readonly PredictorColumn[]) => number[];

/**
 * Prespecified clinical predictors of the trial. A study that lacks one of them is another
 * study: there every clinical column is taken. A name also stands for its logarithm and its categories.
 */
const clinicalNames = [
  'age',
  'killip',
  'diabetes',
  'multivessel',
  'nt_probnp',
  'symptom_to_balloon',
  'anterior',
];

/**
 * Prespecified CMR predictors: infarct and obstruction as a share of the myocardium, ejection fraction.
 * Those that a study has are taken; where it has none of them, every CMR column.
 */
const cmrNames = ['infarct', 'mvo', 'ejection_fraction'];

export const clinicalColumns: ColumnSet = (columns) => {
  const known = new Set(columns.map(({ name }) => variableOf(name)));
  return clinicalNames.every((name) => known.has(name))
    ? pick(columns, clinicalNames)
    : ofSource(columns, 'clinical');
};

export const cmrColumns: ColumnSet = (columns) => {
  const prespecified = pick(columns, cmrNames);
  return prespecified.length > 0 ? prespecified : ofSource(columns, 'cmr');
};

export const clinicalAndCmrColumns: ColumnSet = (columns) => [
  ...clinicalColumns(columns),
  ...cmrColumns(columns),
];

export const everyColumn: ColumnSet = (columns) => [...columns.keys()];

export const everyCmrColumn: ColumnSet = (columns) => ofSource(columns, 'cmr');

function ofSource(columns: readonly PredictorColumn[], wanted: PredictorColumn['source']): number[] {
  return columns.flatMap(({ source }, j) => (source === wanted ? [j] : []));
}

/** Columns with one of these names, as they are, as a logarithm, or as a category. */
function pick(columns: readonly PredictorColumn[], names: readonly string[]): number[] {
  return columns.flatMap(({ name }, j) => (names.includes(variableOf(name)) ? [j] : []));
}

/** The variable that a column comes from: `log nt_probnp` from nt_probnp, `culprit=RCA` from culprit. */
export const variableOf = (column: string) => column.replace(/^log /, '').replace(/=.*$/, '');
