import { tissueCode } from './tissue.ts';
import { angleBins, type Plane } from './ventricle.ts';

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

/**
 * Polar coordinates about the LV of every sub-pixel in the square that holds the
 * heart, computed once per slice and shared by its phases.
 */
export interface PolarGrid {
  readonly placement: Placement;
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly width: number;
  readonly height: number;
  /** [height, width, oversampling²] */
  readonly radius: Float32Array;
  readonly bin: Uint16Array;
}

/** How far from the LV's centre the heart reaches in any of these planes. */
export function heartReachMm(planes: readonly Plane[]): number {
  let most = 0;
  for (const plane of planes) {
    if (plane.region === 'outside') continue;
    for (const radius of plane.fat) if (radius > most) most = radius;
  }
  return most;
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
  const radius = new Float32Array(width * height * samples);
  const bin = new Uint16Array(width * height * samples);
  const binsPerRadian = angleBins / (2 * Math.PI);
  for (let index = 0; index < radius.length; index++) {
    const pixel = Math.floor(index / samples);
    const sub = index % samples;
    const subColumn = ((sub % oversampling) + 0.5) / oversampling - 0.5;
    const subRow = (Math.floor(sub / oversampling) + 0.5) / oversampling - 0.5;
    const x = (firstColumn + (pixel % width) + subColumn - column) * spacingMm;
    const y = (firstRow + Math.floor(pixel / width) + subRow - row) * spacingMm;
    radius[index] = Math.sqrt(x * x + y * y);
    bin[index] = ((angleOf(x, -y) - turn) * binsPerRadian + 2 * angleBins) % angleBins;
  }
  return { placement, firstColumn, firstRow, width, height, radius, bin };
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

/** Papillary muscles: discs in the cavity, each at an angle bin, a share of the radius and a size. */
export interface Papillaries {
  readonly bins: readonly number[];
  readonly radiusShare: number;
  readonly sizeMm: number;
}

/** A table of tissue by angle bin and radius step: one look-up instead of a row of comparisons a point. */
const radiusSteps = 256;
const stepsPerMm = radiusSteps / 128;

export function newTissueTable(): Uint8Array {
  return new Uint8Array(angleBins * radiusSteps);
}

/**
 * Draws a plane as tissue by [angle bin, half millimetre of radius]; 0 (air)
 * stands for "not the heart".
 */
export function tabulatePlane(plane: Plane, papillaries: Papillaries, table: Uint8Array): void {
  table.fill(0);
  if (plane.region === 'outside') return;
  const atrium = plane.region === 'atrium';
  for (let bin = 0; bin < angleBins; bin++) {
    const endo = plane.endo[bin]! * stepsPerMm;
    // An atrium has a thin wall; what the plane gives is the ventricle's at its base.
    const epi = atrium ? endo + 2.5 * stepsPerMm : plane.epi[bin]! * stepsPerMm;
    tabulateRay(plane, bin, endo, epi, atrium, table);
    if (!atrium) fillNecrosis(plane, bin, endo, epi, table);
  }
  if (!atrium && plane.level > 0.25 && plane.level < 0.75) drawPapillaries(plane, papillaries, table);
}

function tabulateRay(
  plane: Plane,
  bin: number,
  endo: number,
  epi: number,
  atrium: boolean,
  table: Uint8Array,
): void {
  const start = bin * radiusSteps;
  const rv = Math.max(epi, plane.rv[bin]! * stepsPerMm);
  const rvWall = Math.max(rv, plane.rvWall[bin]! * stepsPerMm);
  fillSteps(table, start, 0, endo, atrium ? tissueCode.atrialBlood : tissueCode.lvBlood);
  fillSteps(table, start, endo, epi, atrium ? tissueCode.atrialWall : tissueCode.myocardium);
  fillSteps(table, start, epi, rv, atrium ? tissueCode.atrialBlood : tissueCode.rvBlood);
  fillSteps(table, start, rv, rvWall, tissueCode.rvWall);
  fillSteps(table, start, rvWall, plane.fat[bin]! * stepsPerMm, tissueCode.epicardialFat);
}

function fillSteps(table: Uint8Array, start: number, from: number, to: number, tissue: number): void {
  const last = Math.min(radiusSteps, Math.round(to));
  for (let step = Math.round(from); step < last; step++) table[start + step] = tissue;
}

/** Depth counts wall volume from the endocardium: radius at depth d is √(endo² + d (epi² - endo²)). */
function fillNecrosis(plane: Plane, bin: number, endo: number, epi: number, table: Uint8Array): void {
  const start = bin * radiusSteps;
  const depth = plane.transmurality[bin]!;
  if (depth <= 0.01) return;
  const at = (share: number) => Math.sqrt(endo * endo + share * (epi * epi - endo * endo));
  fillSteps(table, start, endo, at(depth), tissueCode.infarct);
  const mvoTo = plane.mvoTo[bin]!;
  if (mvoTo > plane.mvoFrom[bin]!)
    fillSteps(table, start, at(plane.mvoFrom[bin]!), at(mvoTo), tissueCode.mvo);
}

function drawPapillaries(plane: Plane, { bins, radiusShare, sizeMm }: Papillaries, table: Uint8Array): void {
  for (const centre of bins) {
    const distance = plane.endo[centre]! * radiusShare;
    const halfBins = Math.min(60, Math.ceil((sizeMm / Math.max(4, distance)) * (angleBins / (2 * Math.PI))));
    for (let offset = -halfBins; offset <= halfBins; offset++) {
      const bin = (centre + offset + angleBins) % angleBins;
      const across = distance * Math.sin((offset * 2 * Math.PI) / angleBins);
      const half = Math.sqrt(Math.max(0, sizeMm ** 2 - across ** 2));
      const to = Math.min(plane.endo[bin]!, distance + half);
      fillSteps(
        table,
        bin * radiusSteps,
        (distance - half) * stepsPerMm,
        to * stepsPerMm,
        tissueCode.papillary,
      );
    }
  }
}

/**
 * Paints the heart over an image of its surroundings. Each pixel is the mean over
 * its sub-pixels and over the planes given (slice thickness); its label is the
 * one that most of them carry.
 *
 * @param tables tissue tables of the planes that the slice thickness spans
 * @param signal by tissue code
 * @param labelOf by tissue code
 * @param image [size, size], holds the surroundings, painted in place
 * @param label [size, size], written where the heart is
 */
export function paintHeart(
  grid: PolarGrid,
  tables: readonly Uint8Array[],
  signal: Float32Array,
  labelOf: Uint8Array,
  image: Float32Array,
  label: Uint8Array,
): void {
  const { size, oversampling } = grid.placement;
  const samples = oversampling * oversampling;
  const total = samples * tables.length;
  const votes = new Uint8Array(8);
  for (let pixel = 0; pixel < grid.width * grid.height; pixel++) {
    const first = pixel * samples;
    let sum = 0;
    let heart = 0;
    votes.fill(0);
    for (let index = first; index < first + samples; index++) {
      const step = (grid.radius[index]! * stepsPerMm) | 0;
      if (step >= radiusSteps) continue;
      const entry = grid.bin[index]! * radiusSteps + step;
      for (let table = 0; table < tables.length; table++) {
        const tissue = tables[table]![entry]!;
        if (tissue === 0) continue;
        heart++;
        sum += signal[tissue]!;
        votes[labelOf[tissue]!]!++;
      }
    }
    if (heart === 0) continue;
    const at =
      (grid.firstRow + Math.floor(pixel / grid.width)) * size + grid.firstColumn + (pixel % grid.width);
    image[at] = (sum + (total - heart) * image[at]!) / total;
    votes[0] = votes[0]! + total - heart;
    label[at] = mostVotes(votes, heart === total, (at + Math.floor(at / size)) & 1);
  }
}

/**
 * The label with the most votes. Ties would shrink what is always the loser, so
 * they go by turns, on a checkerboard, to the lower and the higher label; but at
 * the base plane a slice that is half ventricle counts as ventricle (DOMAIN C5).
 */
function mostVotes(votes: Uint8Array, allHeart: boolean, parity: number): number {
  let best = 0;
  for (let candidate = 1; candidate < votes.length; candidate++) {
    const lead = votes[candidate]! - votes[best]!;
    const winsTie = parity === 1 || (best === 0 && allHeart);
    if (lead > 0 || (lead === 0 && votes[candidate]! > 0 && winsTie)) best = candidate;
  }
  return best;
}
