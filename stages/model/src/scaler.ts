import type { Random } from '@myocast/base';
import type { SliceTokens } from '@myocast/imaging';
import type { PredictorTable } from '@myocast/predictors';
import { contrastComponents } from './contrast-components.ts';
import { type PrincipalComponents, principalComponents } from './principal-components.ts';

/** How one tabular column becomes a number around 0. */
export interface ColumnScale {
  readonly name: string;
  readonly source: 'clinical' | 'cmr';
  /** Whether the logarithm is taken first: values above 0 with a long right tail. */
  readonly log: boolean;
  readonly mean: number;
  readonly sd: number;
}

/** How one per-segment column becomes numbers around 0. */
export interface SegmentScale {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
}

/** How the slices of one sequence become a few numbers each. */
export interface SliceScale {
  readonly kind: SliceTokens['kind'];
  readonly encoder: string;
  readonly components: PrincipalComponents;
}

/** Everything that is fitted to the predictors of the training rows. */
export interface Scaler {
  readonly columns: readonly ColumnScale[];
  readonly segments: readonly SegmentScale[];
  readonly slices: readonly SliceScale[];
  /** Slices are averaged in this many bands from base to apex. */
  readonly bands: number;
}

export interface ScalerConfig {
  /** Bands of slices from base to apex. */
  readonly bands: number;
  /** Most principal components of a slice's features. */
  readonly components: number;
  /** Most directions beside them that tell one patient's record from another's. */
  readonly contrasts: number;
}

/** Principal components within which the contrasts are looked for. */
const contrastSpan = 24;

/** Standardised values are cut here, so that one outlier cannot carry a forecast away. */
const farthest = 4;

/** Columns above 0 that are more skewed than this are taken as logarithms. */
export const skewedFrom = 1.5;

/**
 * Fits the scaler on the training rows, and on no other. Columns, segment
 * columns and sequences that are never observed or never vary there are left out.
 *
 * @param unlabelled exams without follow-up from which the axes of the slices may be learned as well
 */
export function fitScaler(
  table: PredictorTable,
  rows: readonly number[],
  config: ScalerConfig,
  random: Random,
  unlabelled: readonly number[] = [],
): Scaler {
  const columns: readonly ColumnScale[] = columnScales(table, rows);
  return {
    columns,
    segments: segmentScales(table, rows),
    slices: sliceScales(table, [...rows, ...unlabelled], columns, config, random),
    bands: config.bands,
  };
}

function columnScales(table: PredictorTable, rows: readonly number[]): ColumnScale[] {
  return table.columns.flatMap(({ name, source, kind }, j) => {
    const values = rows.flatMap((row) => {
      const cell = row * table.columns.length + j;
      return table.observed[cell] ? [table.values[cell]!] : [];
    });
    const log = kind === 'continuous' && values.every((value) => value > 0) && skewness(values) > skewedFrom;
    const spread = spreadOf(log ? values.map(Math.log) : values);
    return spread === null ? [] : [{ name, source, log, ...spread }];
  });
}

function segmentScales(table: PredictorTable, rows: readonly number[]): SegmentScale[] {
  return table.segments.flatMap(({ name, values, observed }) => {
    const cells = rows.flatMap((row) => segmentCells(row).filter((cell) => observed[cell]));
    const spread = spreadOf(cells.map((cell) => values[cell]!));
    return spread === null ? [] : [{ name, ...spread }];
  });
}

/** The axes of largest spread of each sequence's slices, and those that go with the patients' records. */
function sliceScales(
  table: PredictorTable,
  rows: readonly number[],
  columns: readonly ColumnScale[],
  config: ScalerConfig,
  random: Random,
): SliceScale[] {
  return sequencesOf(table, rows).flatMap(({ kind, encoder }) => {
    const exams = rows.flatMap((row) => {
      const tokens = table.slices[row]?.find((entry) => entry.kind === kind && entry.encoder === encoder);
      return tokens ? [{ slices: sliceFeatures(tokens), record: recordOf(table, row, columns) }] : [];
    });
    const span = principalComponents(
      exams.flatMap(({ slices }) => slices),
      contrastSpan,
      random.fork(kind),
    );
    const contrasts = contrastComponents(span, exams, config.contrasts);
    const components = {
      ...span,
      axes: [...span.axes.slice(0, config.components), ...contrasts.axes],
      scale: [...span.scale.slice(0, config.components), ...contrasts.scale],
    };
    return components.axes.length === 0 ? [] : [{ kind, encoder, components }];
  });
}

function recordOf(table: PredictorTable, row: number, columns: readonly ColumnScale[]): number[] {
  return columns.map((column) => {
    const cell = row * table.columns.length + table.columns.findIndex(({ name }) => name === column.name);
    return table.observed[cell] ? scaled(column, table.values[cell]!) : 0;
  });
}

/** A standardised value of a column. */
export function scaled(scale: Omit<ColumnScale, 'name' | 'source'>, value: number): number {
  return Math.max(-farthest, Math.min(farthest, standardScore(scale, value)));
}

/** The standardised value, however far out. */
export function standardScore(
  { log, mean, sd }: Omit<ColumnScale, 'name' | 'source'>,
  value: number,
): number {
  return ((log ? Math.log(Math.max(value, 1e-6)) : value) - mean) / sd;
}

/** The feature vectors of the slices, base to apex. */
export function sliceFeatures({ values, width }: SliceTokens): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, slice) =>
    values.subarray(slice * width, (slice + 1) * width),
  );
}

/** Cells of a subject's 16 segments in a segment column. */
export function segmentCells(row: number): number[] {
  return Array.from({ length: 16 }, (_, segment) => row * 16 + segment);
}

/** The sequences of the training rows; of several encoders of one sequence, the most frequent. */
function sequencesOf(table: PredictorTable, rows: readonly number[]) {
  const counts = new Map<string, { kind: SliceTokens['kind']; encoder: string; count: number }>();
  for (const tokens of rows.flatMap((row) => table.slices[row] ?? [])) {
    if (tokens.values.length === 0) continue;
    const key = `${tokens.kind} ${tokens.encoder}`;
    const entry = counts.get(key) ?? { kind: tokens.kind, encoder: tokens.encoder, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  const ranked = [...counts.values()].sort((a, b) => b.count - a.count || (a.encoder < b.encoder ? -1 : 1));
  const first = ranked.filter(
    (entry, index) => ranked.findIndex(({ kind }) => kind === entry.kind) === index,
  );
  return first.sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** Mean and standard deviation; null without values or where all are equal. */
function spreadOf(values: readonly number[]): { mean: number; sd: number } | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return varies(mean, sd) ? { mean, sd } : null;
}

/** Whether a spread is more than rounding. */
export function varies(mean: number, sd: number): boolean {
  return sd > 1e-9 * (1 + Math.abs(mean));
}

function skewness(values: readonly number[]): number {
  const spread = spreadOf(values);
  if (spread === null) return 0;
  return values.reduce((sum, value) => sum + ((value - spread.mean) / spread.sd) ** 3, 0) / values.length;
}
