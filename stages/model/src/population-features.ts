import type { PredictorTable } from '@myocast/predictors';
import { componentScores } from './principal-components.ts';
import { type Scaler, sliceFeatures, standardScore } from './scaler.ts';

/** Standardised numbers of n rows, 0 where not observed. */
export interface PopulationFeatures {
  /** [p] columns, then the components of each sequence */
  readonly names: readonly string[];
  /** [n][p] */
  readonly values: readonly Float64Array[];
  /** [n][p] */
  readonly observed: readonly Uint8Array[];
}

/**
 * What is compared between patients: every column standardised as for the network, however far out it lies,
 * and for each sequence the mean over the slices of the component scores of what the encoder saw.
 */
export function populationFeatures(
  scaler: Scaler,
  table: PredictorTable,
  rows: readonly number[],
): PopulationFeatures {
  const names = [
    ...scaler.columns.map(({ name }) => name),
    ...scaler.slices.flatMap(({ kind, components }) =>
      components.axes.map((_, j) => `${kind} component ${j + 1}`),
    ),
  ];
  const found = rows.map((row) => [...columnsOf(scaler, table, row), ...componentsOf(scaler, table, row)]);
  return {
    names,
    values: found.map((cells) => Float64Array.from(cells, (cell) => cell ?? 0)),
    observed: found.map((cells) => Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1))),
  };
}

function columnsOf({ columns }: Scaler, table: PredictorTable, row: number): (number | null)[] {
  return columns.map((scale) => {
    const place = table.columns.findIndex(({ name }) => name === scale.name);
    const cell = row * table.columns.length + place;
    return place >= 0 && table.observed[cell] ? standardScore(scale, table.values[cell]!) : null;
  });
}

function componentsOf({ slices }: Scaler, table: PredictorTable, row: number): (number | null)[] {
  return slices.flatMap(({ kind, encoder, components }) => {
    const seen = table.slices[row]?.find((entry) => entry.kind === kind && entry.encoder === encoder);
    const scores = seen ? sliceFeatures(seen).map((features) => componentScores(components, features)) : [];
    return components.axes.map((_, j) =>
      scores.length === 0 ? null : scores.reduce((sum, own) => sum + own[j]!, 0) / scores.length,
    );
  });
}
