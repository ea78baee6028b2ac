import type { QuantitiesRecord, SliceTokens } from '@myocast/imaging';
import type { FrozenDataSet } from '@myocast/study';
import { cmrColumns } from './cmr-columns.ts';
import { clinicalColumns, type ColumnSource, type SegmentSource, segmentSources } from './columns.ts';
import type { Outcome, PredictorTable, SegmentColumn } from './records.ts';

const segmentCount = 16;

/** Where the predictors of a data set come from. */
export interface PredictorInput {
  readonly dataSet: FrozenDataSet;
  /** What was measured in a subject's images; null without an exam. */
  readonly quantities: (subject: string) => QuantitiesRecord | null;
  /** What the encoder saw in a subject's slices; empty without an exam. */
  readonly slices: (subject: string) => readonly SliceTokens[];
}

/** The predictors and the outcome of a frozen data set, in the order of its subjects. Nothing is fitted. */
export function predictorTable(input: PredictorInput): { table: PredictorTable; outcome: Outcome } {
  return { table: predictorsOf(input), outcome: outcomeOf(input.dataSet) };
}

/** The predictors alone: for subjects whose outcome is not known. */
export function predictorsOf({ dataSet, quantities, slices }: PredictorInput): PredictorTable {
  const { subjects } = dataSet;
  const measured = subjects.map(({ subject }) => quantities(subject));
  const { columns, segments } = sourcesOf(dataSet, measured);
  const cells = subjects.map((subject, n) => columns.map(({ read }) => read(subject, measured[n]!)));
  return {
    subjects: subjects.map(({ subject }) => subject),
    centres: subjects.map(({ centre }) => centre),
    columns: columns.map(({ column }) => column),
    ...withMask(cells.flat()),
    segments: segments.map((source) => segmentColumn(source, measured)),
    slices: subjects.map(({ subject }) => slices(subject)),
  };
}

/**
 * What is forecast: days and cause, or without days a yes/no outcome.
 *
 * @throws RangeError when a subject has no outcome (a frozen data set leaves those out)
 */
export function outcomeOf({ subjects, causes, compositeCauses, compositeName }: FrozenDataSet): Outcome {
  const timed = subjects.some(({ followUp }) => followUp !== null);
  const cause = subjects.map(({ subject, followUp, event }) => {
    if (timed ? followUp === null : event === undefined)
      throw new RangeError(`outcomeOf: expected an outcome for every subject, got none for ${subject}`);
    if (!timed) return event ? 1 : 0;
    return followUp?.cause ? codeOf(followUp.cause, causes) : 0;
  });
  return {
    days: timed ? Float64Array.from(subjects, ({ followUp }) => followUp!.days) : null,
    cause: Uint8Array.from(cause),
    causes,
    compositeCauses,
    compositeName,
  };
}

/**
 * The columns that a data set and its exams give, with where their values come from:
 * every predictor of the protocol, and every quantity that any of the exams has.
 */
export function sourcesOf(
  { subjects, variables }: FrozenDataSet,
  measured: readonly (QuantitiesRecord | null)[],
): { columns: readonly ColumnSource[]; segments: readonly SegmentSource[] } {
  const hasCine = measured.some((record) => record?.cine);
  const hasLge = measured.some((record) => record?.lge);
  const indexed = variables.some(({ name, unit }) => name === 'bsa' && unit === 'm2');
  const found = cmrColumns(indexed).filter(({ read }) =>
    subjects.some((subject, n) => typeof read(subject, measured[n]!) === 'number'),
  );
  return {
    columns: [...variables.flatMap(clinicalColumns), ...found],
    segments: segmentSources(hasCine, hasLge),
  };
}

function codeOf(cause: string, causes: readonly string[]): number {
  const code = causes.indexOf(cause) + 1;
  if (code === 0) throw new RangeError(`outcomeOf: expected one of ${causes.join(', ')}, got ${cause}`);
  return code;
}

function segmentColumn(source: SegmentSource, measured: readonly (QuantitiesRecord | null)[]): SegmentColumn {
  const none = Array.from({ length: segmentCount }, () => null);
  const cells = measured.flatMap((record) => source.read(record) ?? none);
  if (cells.length !== measured.length * segmentCount)
    throw new RangeError(`${source.name}: expected ${segmentCount} segments in every exam`);
  return { name: source.name, unit: source.unit, ...withMask(cells) };
}

/** Values with 0 where nothing was observed, and 1 in the mask where something was. */
export function withMask(cells: readonly (number | null)[]): { values: Float64Array; observed: Uint8Array } {
  return {
    values: Float64Array.from(cells, (cell) => cell ?? 0),
    // A record of older software may lack a quantity altogether.
    observed: Uint8Array.from(cells, (cell) => Number(typeof cell === 'number')),
  };
}
