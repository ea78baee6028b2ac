import type { PredictorTable } from '@myocast/predictors';
import type { ColumnSet } from './column-sets.ts';
import type { FitRecord } from './competitor.ts';

/** Numbers that describe each subject, some of them missing. */
export interface Features {
  readonly names: readonly string[];
  /** What each number comes from. A ridge regression takes each source for equally important, however many numbers it has. */
  readonly sources: readonly string[];
  /** The numbers of a row, in the order of the names; null where missing. */
  readonly read: (row: number) => readonly (number | null)[];
}

/** Standardised predictors of any rows, with nothing missing. */
export interface Design {
  /** [p] */
  readonly names: readonly string[];
  /** [p] */
  readonly sources: readonly string[];
  /** [rows, p] */
  readonly matrix: (rows: readonly number[]) => Float64Array;
  /** The record of a fit with these hyper-parameters. */
  readonly record: (chosen: FitRecord['chosen']) => FitRecord;
}

/** These columns of a table, as they are. */
export function columnFeatures(table: PredictorTable, choose: ColumnSet): Features {
  const p = table.columns.length;
  const chosen = choose(table.columns);
  return {
    names: chosen.map((j) => table.columns[j]!.name),
    sources: chosen.map(() => 'columns'),
    read: (row) => chosen.map((j) => (table.observed[row * p + j] ? table.values[row * p + j]! : null)),
  };
}

/**
 * Features standardised by mean and standard deviation (divisor n) of the training rows. A missing cell
 * is the training rows' median (of an even number the upper one, so that a binary column gets its more
 * frequent value); how many there were is in the record. A feature that is never observed or
 * does not vary among the training rows is left out and named there.
 *
 * @throws RangeError when none is left
 */
export function fitDesign(
  features: Features,
  { train, test }: { readonly train: readonly number[]; readonly test: readonly number[] },
): Design {
  const cells = train.map((row) => features.read(row));
  const scales = features.names.map((_, j) => fitScale(cells.map((row) => row[j]!)));
  const kept = scales.flatMap((scale, j) => (scale === null ? [] : [{ ...scale, j }]));
  if (kept.length === 0)
    throw new RangeError(
      `expected a predictor that varies among the ${train.length} training rows, found none in ${features.names.length} columns`,
    );
  const matrix = (rows: readonly number[]) => {
    const values = new Float64Array(rows.length * kept.length);
    let at = 0;
    for (const row of rows) {
      const own = features.read(row);
      for (const { j, fill, mean, sd } of kept) values[at++] = ((own[j] ?? fill) - mean) / sd;
    }
    return values;
  };
  const missing = (rows: readonly number[]) =>
    rows.reduce((sum, row) => {
      const own = features.read(row);
      return sum + kept.filter(({ j }) => own[j] === null).length;
    }, 0);
  return {
    names: kept.map(({ j }) => features.names[j]!),
    sources: kept.map(({ j }) => features.sources[j]!),
    matrix,
    record: (chosen) => ({
      predictors: kept.length,
      leftOut: features.names.filter((_, j) => scales[j] === null),
      filledCells: { train: missing(train), test: missing(test) },
      chosen,
    }),
  };
}

/** How one feature is filled and scaled; null where it is never observed or does not vary. */
function fitScale(cells: readonly (number | null)[]) {
  const seen = cells.filter((cell) => cell !== null).sort((a, b) => a - b);
  if (seen.length === 0) return null;
  const fill = seen[Math.floor(seen.length / 2)]!;
  const mean = cells.reduce<number>((sum, cell) => sum + (cell ?? fill), 0) / cells.length;
  const squares = cells.reduce<number>((sum, cell) => sum + ((cell ?? fill) - mean) ** 2, 0);
  const sd = Math.sqrt(squares / cells.length);
  return sd > 1e-9 * (1 + Math.abs(mean)) ? { fill, mean, sd } : null;
}
