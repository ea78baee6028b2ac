import type { PredictorTable } from '@myocast/predictors';
import type { Scaler } from '../scaler.ts';
import { bandedSlices, type Tokens, tokenLayout, tokensOf } from '../tokens.ts';
import { medianTokens } from './substitute-rows.ts';
import type { InputSet, ModelInput, Substitute } from './risk-model.ts';

/** A subject as the network sees it, slice by slice. */
interface SubjectTokens {
  readonly inputs: readonly ModelInput[];
  /** Where each input stands in the network's */
  readonly places: readonly Place[];
  /** One row, everything shown */
  readonly own: Tokens;
}

interface Place {
  /** Column; cell of a segment's value; band, counted through all sequences */
  readonly at: number;
  /** Component scores of a slice */
  readonly scores: readonly number[];
}

type PlacedInput = readonly [ModelInput, Place];

/** Builds the network's inputs for coalitions of these subjects. */
export interface TokenCoalitions {
  readonly references: number;
  readonly hasMedian: boolean;
  inputsOf(subject: number): readonly ModelInput[];
  /** @throws RangeError for a substitute that there is not, or a coalition of another length than the subject's inputs */
  tokens(sets: readonly InputSet[]): Tokens;
}

/** Rows of training data that can stand in for what is hidden. */
export interface ReferenceRows {
  readonly table: PredictorTable;
  readonly rows: readonly number[];
}

/**
 * Coalitions in the tokens of the forecast: a hidden column has value and `observed` 0, a hidden
 * quantity of a segment likewise, the segment's token is absent where none of its quantities is
 * shown; a band's token is the mean of its slices that are shown, and absent without any: what training
 * showed the network where something was missing.
 */
export function tokenCoalitions(
  scaler: Scaler,
  table: PredictorTable,
  rows: readonly number[],
  references: ReferenceRows | null,
): TokenCoalitions {
  const subjects = rows.map((row) => subjectTokens(scaler, table, row));
  const standIns = references && references.rows.length > 0 ? references : null;
  const referenceTokens = standIns && tokensOf(scaler, standIns.table, standIns.rows);
  const median = referenceTokens && medianTokens(scaler, referenceTokens);
  const sourceOf = (hidden: Substitute): Source => {
    if (hidden === 'missing') return null;
    const tokens = hidden === 'median' ? median : referenceTokens;
    const row = hidden === 'median' ? 0 : hidden;
    if (!tokens || !(row < tokens.count))
      throw new RangeError(`tokenCoalitions: expected a substitute of the model, got ${hidden}`);
    return { tokens, row };
  };
  return {
    references: referenceTokens?.count ?? 0,
    hasMedian: median !== null,
    inputsOf: (subject) => subjects[subject]!.inputs,
    tokens(sets) {
      const built = emptyTokens(scaler, sets.length);
      for (const [index, { subject, shown, hidden }] of sets.entries()) {
        const own = subjects[subject]!;
        if (shown.length !== own.inputs.length)
          throw new RangeError(
            `tokenCoalitions: expected ${own.inputs.length} inputs shown or hidden, got ${shown.length}`,
          );
        write(scaler, built, index, own, shown, sourceOf(hidden));
      }
      return built;
    },
  };
}

/** The row that stands in; null for the missing state. */
type Source = { readonly tokens: Tokens; readonly row: number } | null;

function subjectTokens(scaler: Scaler, table: PredictorTable, row: number): SubjectTokens {
  const own = tokensOf(scaler, table, [row]);
  const placed = [
    ...columnInputs(scaler, own),
    ...segmentInputs(scaler, own),
    ...sliceInputs(scaler, table, row),
  ];
  return { inputs: placed.map(([input]) => input), places: placed.map(([, place]) => place), own };
}

function columnInputs({ columns }: Scaler, own: Tokens): PlacedInput[] {
  return columns.flatMap(({ name, source }, at): PlacedInput[] => {
    return own.observed[at]
      ? [
          [
            { kind: 'column', name, source },
            { at, scores: [] },
          ],
        ]
      : [];
  });
}

function segmentInputs({ segments }: Scaler, own: Tokens): PlacedInput[] {
  const s = segments.length;
  return segments.flatMap(({ name }, j) =>
    Array.from({ length: 16 }, (_, index) => index).flatMap((index): PlacedInput[] => {
      const at = index * 2 * s + j;
      if (!own.segments[at + s]) return [];
      return [
        [
          { kind: 'segment', name, segment: index + 1 },
          { at, scores: [] },
        ],
      ];
    }),
  );
}

function sliceInputs(scaler: Scaler, table: PredictorTable, row: number): PlacedInput[] {
  return scaler.slices.flatMap(({ kind, encoder }, sequence) => {
    const seen = table.slices[row]?.find((entry) => entry.kind === kind && entry.encoder === encoder);
    if (!seen) return [];
    return bandedSlices(scaler, sequence, seen).map(({ band, scores }, place): PlacedInput => {
      const examSlice = seen.slice?.[place] ?? null;
      const level = seen.level[place]!;
      return [
        { kind: 'slice', sequence: kind, place, level, band, examSlice },
        { at: sequence * scaler.bands + band, scores },
      ];
    });
  });
}

function emptyTokens(scaler: Scaler, count: number): Tokens {
  const layout = tokenLayout(scaler);
  const p = scaler.columns.length;
  const tokens: Tokens = {
    count,
    columns: new Float32Array(count * p),
    observed: new Float32Array(count * p),
    segments: new Float32Array(count * 32 * scaler.segments.length),
    slices: scaler.slices.map(
      ({ components }) => new Float32Array(count * scaler.bands * components.axes.length),
    ),
    present: new Float32Array(count * layout.count),
  };
  for (let index = 0; index < count; index++) {
    tokens.present.fill(1, index * layout.count, index * layout.count + layout.segments);
  }
  return tokens;
}

function write(
  scaler: Scaler,
  tokens: Tokens,
  index: number,
  { inputs, places, own }: SubjectTokens,
  shown: Uint8Array,
  source: Source,
) {
  const bands = new Map<number, (readonly number[])[]>();
  for (const [place, { kind }] of inputs.entries()) {
    const { at, scores } = places[place]!;
    const from = shown[place] ? { tokens: own, row: 0 } : source;
    if (kind === 'column') writeColumn(scaler, tokens, index, at, from);
    else if (kind === 'segment') writeSegmentCell(scaler, tokens, index, at, from);
    else {
      const members = bands.get(at) ?? [];
      if (shown[place]) members.push(scores);
      bands.set(at, members);
    }
  }
  for (const [band, members] of bands) {
    if (members.length > 0) writeMean(scaler, tokens, index, band, members);
    else if (source) copyBand(scaler, tokens, index, band, source);
  }
}

function writeColumn({ columns }: Scaler, tokens: Tokens, index: number, j: number, from: Source) {
  if (!from) return;
  const [target, cell] = [index * columns.length + j, from.row * columns.length + j];
  tokens.columns[target] = from.tokens.columns[cell]!;
  tokens.observed[target] = from.tokens.observed[cell]!;
}

function writeSegmentCell(scaler: Scaler, tokens: Tokens, index: number, at: number, from: Source) {
  const s = scaler.segments.length;
  const cell = from && from.row * 32 * s + at;
  if (cell === null || !from!.tokens.segments[cell + s]) return;
  const target = index * 32 * s + at;
  tokens.segments[target] = from!.tokens.segments[cell]!;
  tokens.segments[target + s] = 1;
  const layout = tokenLayout(scaler);
  tokens.present[index * layout.count + layout.segments + Math.floor(at / (2 * s))] = 1;
}

/** The same running mean, in single precision, as the tokens of a whole exam have. */
function writeMean(
  scaler: Scaler,
  tokens: Tokens,
  index: number,
  band: number,
  members: readonly (readonly number[])[],
) {
  const { target, start, presence } = bandCells(scaler, tokens, index, band);
  for (const [before, scores] of members.entries()) {
    for (const [j, score] of scores.entries()) {
      target[start + j] = (target[start + j]! * before + score) / (before + 1);
    }
  }
  tokens.present[presence] = 1;
}

function copyBand(scaler: Scaler, tokens: Tokens, index: number, band: number, from: NonNullable<Source>) {
  const to = bandCells(scaler, tokens, index, band);
  const own = bandCells(scaler, from.tokens, from.row, band);
  if (!from.tokens.present[own.presence]) return;
  to.target.set(own.target.subarray(own.start, own.start + own.width), to.start);
  tokens.present[to.presence] = 1;
}

/** Where the values of a band (counted through all sequences) stand, and its presence. */
function bandCells(scaler: Scaler, tokens: Tokens, index: number, band: number) {
  const layout = tokenLayout(scaler);
  const sequence = Math.floor(band / scaler.bands);
  const width = scaler.slices[sequence]!.components.axes.length;
  return {
    target: tokens.slices[sequence]!,
    start: (index * scaler.bands + (band % scaler.bands)) * width,
    width,
    presence: index * layout.count + layout.slices + band,
  };
}
