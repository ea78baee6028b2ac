import { baseZ, emptyPlane, cutPlane, type Plane } from './ventricle.ts';
import { crossSections } from './chambers.ts';
import { shortAxisPlane } from './geometry.ts';
import {
  heartReachMm,
  newPainted,
  type Painted,
  paintHeart,
  type Placement,
  type PolarGrid,
  polarGrid,
  type SliceTables,
} from './heart-image.ts';
import { newTissueTable, tabulatePlane } from './heart-table.ts';
import { reach, spread } from './kspace.ts';
import { addGrain, applyGrain, applyUnevenness } from './scanner.ts';
import { type BeatState, type HeartParts, type Scene, sliceSpacingMm, sliceThicknessMm } from './scene.ts';
import { tissueCode } from './tissue.ts';
import {
  lookAround,
  paintSurroundings,
  paintVessels,
  type PlaneAxes,
  type Surroundings,
} from './surroundings.ts';

/** Planes of a slice, in shares of the distance to the next: the label counts them alike, the signal by the slice profile. */
const planeShares = [-0.4, -0.2, 0, 0.2, 0.4] as const;
/** A bell of about 8 mm at half height, at 0, 2 and 4 mm from the middle. */
const profile = [0.13, 0.24, 0.26, 0.24, 0.13] as const;

/** Muscle, and what is read of it, is not even: by so much, in the mean. (recalled) */
const heartGrain = 0.1;
/** Along the long axis the pattern of the flow is another after about this distance. */
const flowMm = 60;

/** One short-axis slice, ready to be painted in any signals and phase. */
export interface Slice {
  readonly scene: Scene;
  readonly z: number;
  readonly axes: PlaneAxes;
  readonly placement: Placement;
  readonly grid: PolarGrid;
  readonly surroundings: Surroundings;
  readonly painted: Painted;
}

/**
 * Opens a slice.
 *
 * @param surroundings of the same slice in another series; the chest does not move with the breath-hold
 * @param shiftMm of the heart by this breath-hold, right and down in the image
 */
export function openSlice(
  scene: Scene,
  index: number,
  shiftMm: readonly [number, number] = [0, 0],
  known?: Surroundings,
): Slice {
  const z = scene.firstSliceMm + index * sliceSpacingMm;
  const axes = shortAxisPlane(scene.geometry, z, scene.lengthMm);
  const placement = {
    ...scene.placement,
    column: scene.placement.column + shiftMm[0] / scene.placement.spacingMm,
    row: scene.placement.row + shiftMm[1] / scene.placement.spacingMm,
  };
  const grid = polarGrid(placement, reachOf(scene, z));
  return {
    scene,
    z,
    axes,
    placement,
    grid,
    surroundings: known ?? lookAround(scene.thorax, axes, scene.placement),
    painted: newPainted(grid),
  };
}

/** The reach of the heart in this slice over the beat. */
function reachOf(scene: Scene, z: number): number {
  const sections = [0, 1].flatMap((contraction) => {
    const base = baseZ(scene.heart.shape, scene.heart.contraction, contraction);
    return z - sliceSpacingMm / 2 < base + sliceSpacingMm
      ? crossSections(scene.chambers, Math.max(z, -scene.chambers.roofMm + 20), base, 1)
      : [];
  });
  const planes = [0, 1].map((contraction) => {
    const plane = emptyPlane();
    const { shape, infarct, contraction: motion } = scene.heart;
    cutPlane(shape, infarct, motion, Math.max(z - sliceSpacingMm / 2, 1), contraction, plane);
    return plane;
  });
  return heartReachMm(planes, sections) + 2;
}

export function newSliceTables(): SliceTables {
  return [newTissueTable(), newTissueTable(), newTissueTable(), newTissueTable(), newTissueTable()];
}

const scratchPlane = emptyPlane();

/** Cuts the heart in this state of the beat. */
export function tabulateSlice({ scene, z }: Slice, state: BeatState, tables: SliceTables): void {
  for (const [index, share] of planeShares.entries())
    tabulateLevel(scene, z + share * sliceSpacingMm, state, tables[index]!, scratchPlane);
}

/** Cuts the heart at z, chambers and vessels above the base included. */
export function tabulateLevel(
  { heart, chambers, relief }: HeartParts,
  z: number,
  { contraction, filling }: BeatState,
  table: Uint8Array,
  plane: Plane,
): void {
  cutPlane(heart.shape, heart.infarct, heart.contraction, z, contraction, plane);
  const base = baseZ(heart.shape, heart.contraction, contraction);
  const sections = plane.share < 1 ? crossSections(chambers, z, base, filling) : [];
  tabulatePlane(plane, relief, sections, table);
}

/** The chest without the heart in these signals: as it is, and as the scanner's k-space shows it. */
export interface Backdrop {
  readonly signals: Float32Array;
  readonly sharp: Float32Array;
  readonly seen: Float32Array;
  readonly texture: Texture;
}

/** How far from even the signals are. */
export interface Texture {
  /** Share by which tissue varies within an organ; 0.05 where it is not given. */
  readonly grain?: number;
  /** Share by which the blood of the heart varies. */
  readonly flow?: number;
  /** By how much of the blood's signal the left ventricle varies, dark tissue as well. */
  readonly patchy?: number;
}

export function paintBackdrop(slice: Slice, signals: Float32Array, texture: Texture = {}): Backdrop {
  const { scene, surroundings, axes } = slice;
  const { size } = scene.placement;
  const sharp = new Float32Array(size * size);
  paintSurroundings(surroundings, signals, sharp);
  for (const organ of ['lung', 'liver'] as const) {
    const vessels = organ === 'lung' ? scene.thorax.lungVessels : scene.thorax.liverVessels;
    paintVessels(vessels, organ, axes, scene.placement, sliceThicknessMm, surroundings, signals, sharp);
  }
  applyGrain(sharp, size, texture.grain ?? 0.05, Math.round(slice.z * 3) & 255, 40);
  const seen = sharp.slice();
  spread(seen, size, size, scene.across, scene.down);
  return { signals, sharp, seen, texture };
}

let margin = new Float32Array(0);

/**
 * Paints the heart into the backdrop and reads both through k-space: what the
 * scanner would see without noise, with its sign.
 *
 * @param labelOf by tissue code
 * @param image [size, size], overwritten; the labels are in `slice.painted`
 */
export function paintSlice(
  slice: Slice,
  tables: SliceTables,
  { signals, sharp, seen, texture }: Backdrop,
  labelOf: Uint8Array,
  image: Float32Array,
): void {
  const { grid, painted } = slice;
  const { size } = grid.placement;
  const { firstColumn, firstRow, width, height } = grid;
  image.set(seen);
  const around = crop(sharp, size, grid);
  paintHeart(grid, { tables, weights: profile, signal: signals, labelOf, surroundings: around }, painted);
  const { z } = slice;
  const bright = signals[tissueCode.lvBlood]!;
  const { flow = 0, patchy = 0 } = texture;
  const uneven = { grain: heartGrain, flow, bright, course: z / flowMm };
  const own = Math.round(97 * slice.scene.firstSliceMm);
  applyUnevenness(
    painted.image,
    width,
    uneven,
    { column: Math.round(z * 7) & 255, row: 111 },
    { column: own + firstColumn, row: own + firstRow },
  );
  if (patchy > 0)
    addGrain(painted.image, painted.label, width, patchy * bright, { column: own, row: Math.round(z * 5) });
  // The read-out is linear, so only the difference that the heart makes has to go through it.
  const wide = width + 2 * reach;
  const high = height + 2 * reach;
  if (margin.length < wide * high) margin = new Float32Array(wide * high);
  const change = margin.subarray(0, wide * high).fill(0);
  for (let row = 0; row < height; row++) {
    const into = (row + reach) * wide + reach;
    const from = row * width;
    for (let column = 0; column < width; column++)
      change[into + column] = painted.image[from + column]! - around[from + column]!;
  }
  spread(change, wide, high, slice.scene.across, slice.scene.down);
  addChange(change, wide, { firstColumn: firstColumn - reach, firstRow: firstRow - reach }, image, size);
}

/** Adds a box to an image, where the box lies on it. */
function addChange(
  change: Float32Array,
  wide: number,
  { firstColumn, firstRow }: { firstColumn: number; firstRow: number },
  image: Float32Array,
  size: number,
): void {
  const from = Math.max(0, -firstColumn);
  const to = Math.min(wide, size - firstColumn);
  const high = change.length / wide;
  for (let row = Math.max(0, -firstRow); row < Math.min(high, size - firstRow); row++) {
    const into = (firstRow + row) * size + firstColumn;
    const start = row * wide;
    for (let column = from; column < to; column++)
      image[into + column] = image[into + column]! + change[start + column]!;
  }
}

let cropped = new Float32Array(0);

function crop(
  image: Float32Array,
  size: number,
  { firstColumn, firstRow, width, height }: PolarGrid,
): Float32Array {
  if (cropped.length < width * height) cropped = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (firstRow + row) * size + firstColumn;
    cropped.set(image.subarray(start, start + width), row * width);
  }
  return cropped.subarray(0, width * height);
}
