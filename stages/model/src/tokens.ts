import type { Random } from '@myocast/base';
import type { SliceTokens } from '@myocast/imaging';
import type { PredictorTable } from '@myocast/predictors';
import { componentScores } from './principal-components.ts';
import { scaled, type Scaler, segmentCells, sliceFeatures } from './scaler.ts';

/**
 * What the network sees of n subjects, zero wherever nothing was observed.
 * Tokens stand in the order summary, columns, segments, bands of each sequence.
 */
export interface Tokens {
  readonly count: number;
  /** [n, p] standardised columns */
  readonly columns: Float32Array;
  /** [n, p] 1 where observed */
  readonly observed: Float32Array;
  /** [n, 16, 2s] standardised segment columns, then whether each is observed; empty without segment columns */
  readonly segments: Float32Array;
  /** One [n, bands, components] per sequence of the scaler: mean component scores of the band's slices. */
  readonly slices: readonly Float32Array[];
  /** [n, k] 1 where a token is present. A column's token always is: it says "missing" by itself. */
  readonly present: Float32Array;
}

/** Where each group of tokens starts in `present`, and how many tokens there are. */
export function tokenLayout(scaler: Scaler) {
  const columns = 1;
  const segments = columns + scaler.columns.length;
  const slices = segments + (scaler.segments.length > 0 ? 16 : 0);
  return { columns, segments, slices, count: slices + scaler.slices.length * scaler.bands };
}

/** Tokens of these rows, in their order. Columns and sequences are matched by name: a table may lack some. */
export function tokensOf(scaler: Scaler, table: PredictorTable, rows: readonly number[]): Tokens {
  const layout = tokenLayout(scaler);
  const n = rows.length;
  const p = scaler.columns.length;
  const s = scaler.segments.length;
  const tokens: Tokens = {
    count: n,
    columns: new Float32Array(n * p),
    observed: new Float32Array(n * p),
    segments: new Float32Array(n * 16 * 2 * s),
    slices: scaler.slices.map(
      ({ components }) => new Float32Array(n * scaler.bands * components.axes.length),
    ),
    present: new Float32Array(n * layout.count),
  };
  for (const [index, row] of rows.entries()) {
    tokens.present.fill(1, index * layout.count, index * layout.count + layout.segments);
    fillColumns(tokens, scaler, table, index, row);
    fillSegments(tokens, scaler, table, index, row);
    fillSlices(tokens, scaler, table, index, row);
  }
  return tokens;
}

function fillColumns(tokens: Tokens, scaler: Scaler, table: PredictorTable, index: number, row: number) {
  const p = scaler.columns.length;
  for (const [j, scale] of scaler.columns.entries()) {
    const column = table.columns.findIndex(({ name }) => name === scale.name);
    const cell = row * table.columns.length + column;
    if (column < 0 || !table.observed[cell]) continue;
    tokens.columns[index * p + j] = scaled(scale, table.values[cell]!);
    tokens.observed[index * p + j] = 1;
  }
}

function fillSegments(tokens: Tokens, scaler: Scaler, table: PredictorTable, index: number, row: number) {
  const layout = tokenLayout(scaler);
  const s = scaler.segments.length;
  for (const [j, scale] of scaler.segments.entries()) {
    const column = table.segments.find(({ name }) => name === scale.name);
    if (!column) continue;
    for (const [segment, cell] of segmentCells(row).entries()) {
      if (!column.observed[cell]) continue;
      const start = (index * 16 + segment) * 2 * s;
      tokens.segments[start + j] = scaled({ ...scale, log: false }, column.values[cell]!);
      tokens.segments[start + s + j] = 1;
      tokens.present[index * layout.count + layout.segments + segment] = 1;
    }
  }
}

function fillSlices(tokens: Tokens, scaler: Scaler, table: PredictorTable, index: number, row: number) {
  const { bands } = scaler;
  const layout = tokenLayout(scaler);
  for (const [sequence, { kind, encoder, components }] of scaler.slices.entries()) {
    const seen = table.slices[row]?.find((entry) => entry.kind === kind && entry.encoder === encoder);
    if (!seen) continue;
    const q = components.axes.length;
    const target = tokens.slices[sequence]!;
    const counts = Array.from({ length: bands }, () => 0);
    for (const { band, scores } of bandedSlices(scaler, sequence, seen)) {
      const before = counts[band]!++;
      for (const [j, score] of scores.entries()) {
        const cell = (index * bands + band) * q + j;
        target[cell] = (target[cell]! * before + score) / (before + 1);
      }
      tokens.present[index * layout.count + layout.slices + sequence * bands + band] = 1;
    }
  }
}

/** The band of each slice of a sequence and its component scores, base to apex; a band's token is the mean of its slices. */
export function bandedSlices({ slices, bands }: Scaler, sequence: number, seen: SliceTokens) {
  const { components } = slices[sequence]!;
  return sliceFeatures(seen).map((features, slice) => ({
    band: Math.max(0, Math.min(bands - 1, Math.floor(seen.level[slice]! * bands))),
    scores: componentScores(components, features).map((score) => Math.max(-6, Math.min(6, score))),
  }));
}

/** The tokens of these subjects, filled up to `batch` with subjects of whom nothing is known. */
export function takeTokens(tokens: Tokens, chosen: readonly number[], batch: number): Tokens {
  const take = (values: Float32Array) => {
    const width = values.length / tokens.count;
    const taken = new Float32Array(batch * width);
    for (const [place, index] of chosen.entries()) {
      taken.set(values.subarray(index * width, (index + 1) * width), place * width);
    }
    return taken;
  };
  return {
    count: batch,
    columns: take(tokens.columns),
    observed: take(tokens.observed),
    segments: take(tokens.segments),
    slices: tokens.slices.map(take),
    present: take(tokens.present),
  };
}

/** How often what is hidden from the network in training, per subject and step. */
export interface TokenDropout {
  /** Everything: the population's forecast. */
  readonly all: number;
  /** All clinical columns; all CMR columns and segments; each sequence's slices. */
  readonly source: number;
  /** A single column, segment or band. */
  readonly cell: number;
}

/**
 * A copy of the tokens in which whole sources, whole sequences and single cells
 * are missing at random, so that a missing input is an ordinary input.
 *
 * @param keep [n] rows that stay as they are
 */
export function dropTokens(
  tokens: Tokens,
  scaler: Scaler,
  rates: TokenDropout,
  keep: ArrayLike<number>,
  random: Random,
): Tokens {
  const dropped: Tokens = {
    count: tokens.count,
    columns: tokens.columns.slice(),
    observed: tokens.observed.slice(),
    segments: tokens.segments.slice(),
    slices: tokens.slices.map((values) => values.slice()),
    present: tokens.present.slice(),
  };
  for (let index = 0; index < tokens.count; index++) {
    if (!keep[index]) dropSubject(dropped, scaler, rates, index, random);
  }
  return dropped;
}

function dropSubject(tokens: Tokens, scaler: Scaler, rates: TokenDropout, index: number, random: Random) {
  const all = random.chance(rates.all);
  const whole = () => random.chance(rates.source) || all;
  const source = { clinical: whole(), cmr: whole() };
  const p = scaler.columns.length;
  for (const [j, scale] of scaler.columns.entries()) {
    if (!random.chance(rates.cell) && !source[scale.source]) continue;
    tokens.columns[index * p + j] = 0;
    tokens.observed[index * p + j] = 0;
  }
  const layout = tokenLayout(scaler);
  const dropRange = (from: number, to: number, group: boolean) => {
    for (let token = from; token < to; token++) {
      if (random.chance(rates.cell) || group) hide(tokens, scaler, index, token);
    }
  };
  dropRange(layout.segments, layout.slices, source.cmr);
  for (const sequence of scaler.slices.keys()) {
    const from = layout.slices + sequence * scaler.bands;
    dropRange(from, from + scaler.bands, whole());
  }
}

/** Makes the token of a segment or band absent. */
function hide(tokens: Tokens, scaler: Scaler, index: number, token: number) {
  const layout = tokenLayout(scaler);
  tokens.present[index * layout.count + token] = 0;
  if (token < layout.slices) {
    const width = 2 * scaler.segments.length;
    const start = (index * 16 + token - layout.segments) * width;
    tokens.segments.fill(0, start, start + width);
    return;
  }
  const sequence = Math.floor((token - layout.slices) / scaler.bands);
  const band = (token - layout.slices) % scaler.bands;
  const q = scaler.slices[sequence]!.components.axes.length;
  const start = (index * scaler.bands + band) * q;
  tokens.slices[sequence]!.fill(0, start, start + q);
}
