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

/** Entry of the tissue tables for points beyond their reach: the last, which holds no tissue. */
const beyond = angleBins * radiusSteps;

/**
 * For every pixel, and sub-pixel, of the square that holds the heart: its entry in
 * the tissue tables. Computed once per slice and shared by its phases.
 */
export interface PolarGrid extends Box {
  readonly placement: Placement;
  /** [height, width] */
  readonly centre: Int32Array;
  /** [height, width, oversampling²], of a pixel that was looked at alone; the first of any other is -1. */
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
  for (let pixel = 0; pixel < centre.length; pixel++)
    centre[pixel] = entryAt(
      (firstColumn + (pixel % width) - column) * spacingMm,
      (row - firstRow - ((pixel / width) | 0)) * spacingMm,
      turn,
    );
  const inside = new Int32Array(width * height * samples).fill(-1);
  return { placement, firstColumn, firstRow, width, height, centre, inside };
}

/** Looks at the sub-pixels of a pixel. */
function lookInside({ placement, firstColumn, firstRow, width, inside }: PolarGrid, pixel: number): void {
  const { spacingMm, column, row, turn, oversampling } = placement;
  const samples = oversampling * oversampling;
  const atColumn = firstColumn + (pixel % width) - column - 0.5;
  const atRow = row - firstRow - ((pixel / width) | 0) + 0.5;
  for (let sub = 0; sub < samples; sub++)
    inside[pixel * samples + sub] = entryAt(
      (atColumn + ((sub % oversampling) + 0.5) / oversampling) * spacingMm,
      (atRow - (((sub / oversampling) | 0) + 0.5) / oversampling) * spacingMm,
      turn,
    );
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
  /** [height, width]: votes of each label where a pixel is mixed, as `votesOf` reads them; `unmixed` elsewhere. */
  readonly votes: Int32Array;
}

export function newPainted({ width, height }: Box): Painted {
  const pixels = width * height;
  return {
    image: new Float32Array(pixels),
    label: new Uint8Array(pixels),
    votes: new Int32Array(pixels),
  };
}

/** The votes of a pixel of one label. */
export const unmixed = -1;
/** Five labels of six bits: at most 63 votes each. */
const voteBits = 6;
const mostLabels = 5;

/** How many of a mixed pixel's points have a label. */
export function votesOf(votes: number, label: number): number {
  return (votes >> (voteBits * label)) & 63;
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

let packed = new Int32Array(0);
/** The signals with that of the surroundings of a pixel for "not the heart", and the vote of each tissue. */
const shown = new Float64Array(32);
const voteFor = new Int32Array(32);
/** Five bits that repeat: one tissue in every plane. */
const inEveryPlane = 0x108421;

/**
 * Paints the heart in its box. Each pixel is the mean over its sub-pixels and over
 * the planes, weighted by the slice profile; its label is the one that most of
 * them carry, counted over the whole distance to the next slice.
 *
 * Where a pixel and its neighbours show the same tissue in a plane, its centre
 * stands for all of its sub-pixels there.
 */
export function paintHeart(grid: PolarGrid, paint: Paint, painted: Painted): void {
  const { width, height, centre } = grid;
  const pixels = width * height;
  if (packed.length < pixels) packed = new Int32Array(pixels);
  packCentres(centre, paint.tables, packed);
  for (let tissue = 0; tissue < paint.signal.length; tissue++) {
    shown[tissue] = paint.signal[tissue]!;
    voteFor[tissue] = 1 << (voteBits * paint.labelOf[tissue]!);
  }
  for (let pixel = 0; pixel < pixels; pixel++) {
    const here = packed[pixel]!;
    const differs = differences(pixel, here, width, pixels);
    const tissue = here & 31;
    if (differs !== 0 || here !== tissue * inEveryPlane)
      paintMixed(pixel, here, differs, grid, paint, painted);
    else {
      painted.image[pixel] = tissue === 0 ? paint.surroundings[pixel]! : shown[tissue]!;
      painted.label[pixel] = paint.labelOf[tissue]!;
      painted.votes[pixel] = unmixed;
    }
  }
}

/** Bits of the planes in which a pixel and its neighbours do not agree; at the edge of the box, all. */
function differences(pixel: number, here: number, width: number, pixels: number): number {
  const column = pixel % width;
  if (column === 0 || column === width - 1 || pixel < width || pixel >= pixels - width) return -1;
  return (
    (here ^ packed[pixel - width]!) |
    (here ^ packed[pixel + width]!) |
    (here ^ packed[pixel - 1]!) |
    (here ^ packed[pixel + 1]!)
  );
}

/** The tissues of the five planes at every centre, five bits each. */
function packCentres(centre: Int32Array, [t0, t1, t2, t3, t4]: SliceTables, into: Int32Array): void {
  for (let pixel = 0; pixel < centre.length; pixel++) {
    const e = centre[pixel]!;
    into[pixel] = t0[e]! | (t1[e]! << 5) | (t2[e]! << 10) | (t3[e]! << 15) | (t4[e]! << 20);
  }
}

/** @param differs bits of the planes in which the pixel and its neighbours do not agree */
function paintMixed(
  pixel: number,
  here: number,
  differs: number,
  grid: PolarGrid,
  { tables, weights, surroundings }: Paint,
  { image, label, votes }: Painted,
): void {
  const { inside } = grid;
  const samples = grid.placement.oversampling ** 2;
  const first = pixel * samples;
  shown[0] = surroundings[pixel]!;
  let sum = 0;
  let cast = 0;
  for (let plane = 0; plane < 5; plane++) {
    if (((differs >> (5 * plane)) & 31) === 0) {
      const tissue = (here >> (5 * plane)) & 31;
      sum += weights[plane]! * samples * shown[tissue]!;
      cast += samples * voteFor[tissue]!;
      continue;
    }
    if (inside[first] === -1) lookInside(grid, pixel);
    const table = tables[plane]!;
    let part = 0;
    for (let at = first; at < first + samples; at++) {
      const tissue = table[inside[at]!]!;
      part += shown[tissue]!;
      cast += voteFor[tissue]!;
    }
    sum += weights[plane]! * part;
  }
  image[pixel] = sum / samples;
  const most = mostVotes(cast);
  label[pixel] = most;
  votes[pixel] = votesOf(cast, most) === 5 * samples ? unmixed : cast;
}

/** The label with the most votes; of three that tie, the lowest. */
function mostVotes(cast: number): number {
  let best = 0;
  for (let candidate = 1; candidate < mostLabels; candidate++)
    if (votesOf(cast, candidate) > votesOf(cast, best)) best = candidate;
  return best;
}
