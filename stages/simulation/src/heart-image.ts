import { radiusSteps, stepsPerMm } from './heart-table.ts';
import { angleBins, type Plane } from './ventricle.ts';
import type { CrossSection } from './chambers.ts';

/** Where the heart lies in the image. */
export interface Placement {
  /** Pixels along one side. */
  readonly size: number;
  readonly spacingMm: number;
  /** Centre of the LV in pixels. */
  readonly column: number;
  readonly row: number;
  /** Anticlockwise turn of the heart in the image, radians. */
  readonly turn: number;
  /** Sub-pixels along one side of a pixel (partial volume). */
  readonly oversampling: number;
}

/** A rectangle of an image's pixels. */
export interface Box {
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly width: number;
  readonly height: number;
}

/** Entry of the tissue tables for points beyond their reach: the first of the innermost bin is never used for it. */
const beyond = -1;

/**
 * For every pixel, and sub-pixel, of the square that holds the heart: its entry in
 * the tissue tables. Computed once per slice and shared by its phases.
 */
export interface PolarGrid extends Box {
  readonly placement: Placement;
  /** [height, width], -1 beyond the tables. */
  readonly centre: Int32Array;
  /** [height, width, oversampling²] */
  readonly inside: Int32Array;
}

/** How far from the LV's centre the heart reaches in these planes. */
export function heartReachMm(planes: readonly Plane[], sections: readonly CrossSection[] = []): number {
  let most = 0;
  for (const plane of planes) {
    if (plane.region === 'outside') continue;
    for (const radius of plane.fat) if (radius > most) most = radius;
  }
  for (const { x, y, rx, ry, wallMm } of sections)
    most = Math.max(most, Math.hypot(x, y) + Math.max(rx, ry) + wallMm + 2);
  return Math.min(most, radiusSteps / stepsPerMm);
}

/** @param reachMm nothing of the heart lies farther from the LV's centre */
export function polarGrid(placement: Placement, reachMm: number): PolarGrid {
  const { size, spacingMm, column, row, turn, oversampling } = placement;
  const reach = Math.ceil(reachMm / spacingMm) + 1;
  const firstColumn = Math.max(0, Math.floor(column) - reach);
  const firstRow = Math.max(0, Math.floor(row) - reach);
  const width = Math.max(0, Math.min(size, Math.ceil(column) + reach) - firstColumn);
  const height = Math.max(0, Math.min(size, Math.ceil(row) + reach) - firstRow);
  const samples = oversampling * oversampling;
  const centre = new Int32Array(width * height);
  const inside = new Int32Array(width * height * samples);
  const entry = (columnAt: number, rowAt: number) =>
    entryAt((columnAt - column) * spacingMm, (row - rowAt) * spacingMm, turn);
  for (let pixel = 0; pixel < centre.length; pixel++) {
    const atColumn = firstColumn + (pixel % width);
    const atRow = firstRow + Math.floor(pixel / width);
    centre[pixel] = entry(atColumn, atRow);
    for (let sub = 0; sub < samples; sub++)
      inside[pixel * samples + sub] = entry(
        atColumn + ((sub % oversampling) + 0.5) / oversampling - 0.5,
        atRow + (Math.floor(sub / oversampling) + 0.5) / oversampling - 0.5,
      );
  }
  return { placement, firstColumn, firstRow, width, height, centre, inside };
}

const binsPerRadian = angleBins / (2 * Math.PI);

/** Entry of the tables for a point in mm from the LV's centre, x right, y up. */
export function entryAt(x: number, y: number, turn: number): number {
  const step = (Math.sqrt(x * x + y * y) * stepsPerMm) | 0;
  if (step >= radiusSteps) return beyond;
  const bin = (((angleOf(x, y) - turn) * binsPerRadian + 2 * angleBins + 0.5) % angleBins) | 0;
  return bin * radiusSteps + step;
}

/**
 * atan2 to 0.0003 rad, four times as fast: a bin is 0.017 rad.
 * On [0, 1], atan t ≈ t (0.9998660 - 0.3302995 t² + 0.1801410 t⁴ - 0.0851330 t⁶ + 0.0208351 t⁸).
 */
function angleOf(x: number, y: number): number {
  const across = Math.abs(x);
  const up = Math.abs(y);
  const t = across > up ? up / across : across / (up + 1e-12);
  const s = t * t;
  const base = t * (0.999866 + s * (-0.3302995 + s * (0.180141 + s * (-0.085133 + s * 0.0208351))));
  const first = across > up ? base : Math.PI / 2 - base;
  const upper = x < 0 ? Math.PI - first : first;
  return y < 0 ? -upper : upper;
}

/** What `paintHeart` writes, in the box of the grid. */
export interface Painted {
  /** [height, width], the surroundings where the heart is not. */
  readonly image: Float32Array;
  readonly label: Uint8Array;
  /** [height, width, 8]: votes of each label where a pixel is mixed; the first of an unmixed pixel is 255. */
  readonly votes: Uint8Array;
}

export function newPainted({ width, height }: Box): Painted {
  const pixels = width * height;
  return {
    image: new Float32Array(pixels),
    label: new Uint8Array(pixels),
    votes: new Uint8Array(8 * pixels),
  };
}

/** Tissue tables of the planes that a slice spans: an odd number, so that two labels never tie. */
export type SliceTables = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

/** How a slice turns tissue into signal and label. */
export interface Paint {
  readonly tables: SliceTables;
  /** Of the planes in the signal (the slice profile), adding up to 1. */
  readonly weights: readonly [number, number, number, number, number];
  /** By tissue code. */
  readonly signal: Float32Array;
  readonly labelOf: Uint8Array;
  /** [height, width] of the box. */
  readonly surroundings: Float32Array;
}

/** A vote of an unmixed pixel. */
export const unmixed = 255;

let packed = new Int32Array(0);

/**
 * Paints the heart in its box. Each pixel is the mean over its sub-pixels and over
 * the planes, weighted by the slice profile; its label is the one that most of
 * them carry, counted over the whole distance to the next slice.
 *
 * Where a pixel and its neighbours show the same tissue in every plane, its centre
 * stands for all of its sub-pixels.
 */
export function paintHeart(grid: PolarGrid, paint: Paint, painted: Painted): void {
  const { width, height, centre } = grid;
  const pixels = width * height;
  if (packed.length < pixels) packed = new Int32Array(pixels);
  packCentres(centre, paint.tables, packed);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const here = packed[pixel]!;
    const column = pixel % width;
    if (
      here === packed[pixel - width] &&
      here === packed[pixel + width] &&
      here === packed[pixel - 1] &&
      here === packed[pixel + 1] &&
      column > 0 &&
      column < width - 1
    )
      paintPure(pixel, here, paint, painted);
    else paintMixed(pixel, grid, paint, painted);
  }
}

/** The tissues of the five planes at every centre, five bits each. */
function packCentres(centre: Int32Array, [t0, t1, t2, t3, t4]: SliceTables, into: Int32Array): void {
  for (let pixel = 0; pixel < centre.length; pixel++) {
    const e = centre[pixel]!;
    into[pixel] = e < 0 ? 0 : t0[e]! | (t1[e]! << 5) | (t2[e]! << 10) | (t3[e]! << 15) | (t4[e]! << 20);
  }
}

function paintPure(
  pixel: number,
  here: number,
  { weights, signal, labelOf, surroundings }: Paint,
  { image, label, votes }: Painted,
): void {
  const around = surroundings[pixel]!;
  const tissue = here & 31;
  if (here === tissue * 0x108421) {
    image[pixel] = tissue === 0 ? around : signal[tissue]!;
    label[pixel] = labelOf[tissue]!;
    votes[8 * pixel] = unmixed;
    return;
  }
  votes.fill(0, 8 * pixel, 8 * pixel + 8);
  let sum = 0;
  for (let plane = 0; plane < 5; plane++) {
    const one = (here >> (5 * plane)) & 31;
    sum += weights[plane]! * (one === 0 ? around : signal[one]!);
    votes[8 * pixel + labelOf[one]!]!++;
  }
  image[pixel] = sum;
  label[pixel] = mostVotes(votes, 8 * pixel);
}

function paintMixed(
  pixel: number,
  { inside, placement }: PolarGrid,
  { tables, weights, signal, labelOf, surroundings }: Paint,
  { image, label, votes }: Painted,
): void {
  const samples = placement.oversampling ** 2;
  const first = 8 * pixel;
  const around = surroundings[pixel]!;
  votes.fill(0, first, first + 8);
  let sum = 0;
  for (let plane = 0; plane < 5; plane++) {
    const table = tables[plane]!;
    let part = 0;
    for (let at = pixel * samples; at < (pixel + 1) * samples; at++) {
      const e = inside[at]!;
      const tissue = e < 0 ? 0 : table[e]!;
      part += tissue === 0 ? around : signal[tissue]!;
      votes[first + labelOf[tissue]!]!++;
    }
    sum += weights[plane]! * part;
  }
  image[pixel] = sum / samples;
  label[pixel] = mostVotes(votes, first);
  if (votes[first + label[pixel]!] === 5 * samples) votes[first] = unmixed;
}

/** The label with the most votes; of three that tie, the lowest. */
function mostVotes(votes: Uint8Array, first: number): number {
  let best = 0;
  for (let candidate = 1; candidate < 5; candidate++)
    if (votes[first + candidate]! > votes[first + best]!) best = candidate;
  return best;
}
