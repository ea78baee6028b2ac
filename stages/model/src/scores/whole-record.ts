import type { QuantitiesRecord } from '@myocast/imaging';
import { type PredictorInput, predictorsOf, type PredictorTable } from '@myocast/predictors';

/**
 * Everything that a study knows of its subjects, as one table: also the variables that are not offered to the models
 * (weight, cardiac arrest, three vessels …), which the scores need, and haemorrhage from the T2* map.
 */
export function wholeRecord(
  dataSet: PredictorInput['dataSet'],
  quantities: (subject: string) => QuantitiesRecord | null,
): PredictorTable {
  const variables = dataSet.variables.map((variable) => ({ ...variable, predictor: true }));
  const table = predictorsOf({ dataSet: { ...dataSet, variables }, quantities, slices: () => [] });
  const p = table.columns.length;
  const haemorrhage = table.subjects.map(
    (subject) => quantities(subject)?.tissue?.haemorrhage?.present ?? null,
  );
  const widen = (cells: Float64Array | Uint8Array, last: (row: number) => number) =>
    haemorrhage.flatMap((_, row) => [...cells.subarray(row * p, (row + 1) * p), last(row)]);
  return {
    ...table,
    columns: [
      ...table.columns,
      {
        name: 'haemorrhage',
        label: 'Intramyocardial haemorrhage',
        unit: null,
        kind: 'binary',
        source: 'cmr',
      },
    ],
    values: Float64Array.from(widen(table.values, (row) => Number(haemorrhage[row] === true))),
    observed: Uint8Array.from(widen(table.observed, (row) => Number(haemorrhage[row] !== null))),
  };
}
