import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { number } from './dataset.ts';
import { dot, type ImagePlane, sameOrientation, sameSpacing, type Vector } from './image-plane.ts';
import { type PhasedSlice, phasesOf } from './phases.ts';
import type { DicomImage, ImageHeader } from './read.ts';
import { gapsOf, scatteredGrid, type SliceGrid, sliceGrid, usualGap } from './slice-grid.ts';
import type { Affine, Volume } from './volume.ts';

/** Images at the same place differ by rounding alone. */
const samePlaceMm = 0.1;

/** A volume and which images it is made of. */
export interface Assembly {
  readonly volume: Volume;
  readonly used: readonly DicomImage[];
}

/** A regular grid, and which image belongs where: what the headers alone tell. */
export interface VolumePlan<Image extends ImageHeader> extends Omit<Volume, 'data'> {
  /**
   * `start` of an image is where its first pixel lies in the data of the volume. An image may
   * stand in two places, and a slice may have none: its voxels are 0.
   */
  readonly places: readonly { readonly image: Image; readonly start: number }[];
  /** Slices without images, ascending. */
  readonly emptySlices: readonly number[];
  /** Every image that is in no place, with the reason. */
  readonly leftOut: ReadonlyMap<Image, Issue>;
}

/**
 * Puts the images of one series on a regular grid [t, z, y, x]: slices in the
 * direction of the slice normal, phases in the order of time. File names and the
 * order of the images play no part.
 *
 * Left out, with an issue each: images without a place or of another orientation, matrix or pixel
 * size than most, images given twice, early takes of a slice that was taken again, slices that lack
 * many phases or lie between the others. A slice that is missing among evenly spaced ones is an
 * empty slice, and missing phases are those nearest in time ('missing-image').
 * Slices that are not evenly spaced give no volume ('bad-geometry').
 * Whether z runs from base to apex cannot be known from the geometry.
 *
 * @param images of one frame each
 * @param path names the series in the issues
 */
export function assembleVolume(images: readonly DicomImage[], path: string): Checked<Assembly> {
  const planned = planVolume(images, path);
  if (!planned.ok) return planned;
  const { places, leftOut } = planned.value;
  const volume = emptyVolume(planned.value);
  for (const { image, start } of places) placePixels(volume.data, start, image);
  const used = [...new Set(places.map(({ image }) => image))];
  return accepted({ volume, used }, [...leftOut.values(), ...planned.issues]);
}

/** The volume of a plan before its pixels are placed, all 0. */
export function emptyVolume({
  shape,
  affine,
  triggerTimesMs,
}: Pick<Volume, 'shape' | 'affine' | 'triggerTimesMs'>): Volume {
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  return { shape, data, affine, triggerTimesMs };
}

/**
 * The grid of {@link assembleVolume} from the headers, before any pixel is read.
 *
 * @param path names the series in the issues
 * @param scattered slices that were placed one by one, as those of a map, may lie at any distances:
 *   then most slices of the grid are empty, and none is missing
 * @returns the issues are those of the places; those of images that have none are in `leftOut`
 */
export function planVolume<Image extends ImageHeader>(
  images: readonly Image[],
  path: string,
  scattered = false,
): Checked<VolumePlan<Image>> {
  if (images.length === 0) return refused(issue('empty-input', path, 'expected images, found none'));
  const { alike, unlike } = likeMost(images);
  const [model] = alike;
  if (model === undefined) return refused(...([...unlike.values()] as [Issue, ...Issue[]]));
  const { slices, leftOut, notes } = phasesOf(groupByPlace(alike), path);
  const gone = new Map([...unlike, ...leftOut]);
  const positions = slices.map((slice) => slice.images[0]!.plane!.position);
  const even = evenGrid(positions, slices[0]!.images[0]!);
  const grid = even ?? scatteredWhere(scattered, positions);
  if (grid === null) return refused(unevenness(positions, path), ...gone.values());
  const placed: { readonly z: number; readonly images: readonly Image[] }[] = [];
  for (const [index, slice] of slices.entries()) {
    const z = grid.at[index]!;
    if (z !== null) placed.push({ z, images: slice.images });
    else for (const image of slice.images) gone.set(image, betweenSlices(image, slice.alongMm));
  }
  const empty = emptySlices(grid, placed);
  const lost = grid === even ? lostSlices(empty, grid, path) : [];
  const plan = {
    ...gridOf(placed, grid, model),
    emptySlices: empty,
    leftOut: gone,
  };
  return accepted(plan, [...notes, ...lost]);
}

function evenGrid(positions: readonly Vector[], first: ImageHeader): SliceGrid | null {
  return positions.length > 1 ? sliceGrid(positions) : singleSlice(first);
}

const scatteredWhere = (scattered: boolean, positions: readonly Vector[]) =>
  scattered ? scatteredGrid(positions) : null;

function lostSlices(empty: readonly number[], { length }: SliceGrid, path: string): readonly Issue[] {
  return empty.map((z) =>
    issue('missing-image', path, `expected ${length} slices, found none at slice ${z + 1}: it is empty`),
  );
}

/** The images that lie as the largest group of them does, and an issue for every other one. */
function likeMost<Image extends ImageHeader>(
  images: readonly Image[],
): { readonly alike: readonly Image[]; readonly unlike: ReadonlyMap<Image, Issue> } {
  const groups: Image[][] = [];
  const unlike = new Map<Image, Issue>();
  const complain = (image: Image, expected: string, found = 'otherwise') =>
    unlike.set(image, issue('bad-geometry', image.dataset.path, `expected ${expected}, found ${found}`));
  for (const image of images) {
    if (image.frames !== 1 || image.samplesPerPixel !== 1) complain(image, 'one frame of one sample');
    else if (image.plane === null) complain(image, 'position, orientation and spacing', 'none');
    else {
      const group = groups.find(([first]) => difference(first!, image) === null);
      if (group) group.push(image);
      else groups.push([image]);
    }
  }
  const most = groups.reduce<readonly Image[]>(
    (best, group) => (group.length > best.length ? group : best),
    [],
  );
  for (const group of groups)
    if (group !== most)
      for (const image of group) complain(image, `${difference(most[0]!, image)} in the series`);
  return { alike: most, unlike };
}

function difference(a: ImageHeader, b: ImageHeader): string | null {
  if (a.rows !== b.rows || a.columns !== b.columns) return 'one matrix';
  if (!sameOrientation(a.plane, b.plane)) return 'one orientation';
  return sameSpacing(a.plane, b.plane) ? null : 'one pixel spacing';
}

/** The images of each place, places in the order of the normal. */
function groupByPlace<Image extends ImageHeader>(images: readonly Image[]): readonly PhasedSlice<Image>[] {
  const { normal } = images[0]!.plane!;
  const placed = images
    .map((image) => ({ image, alongMm: dot(image.plane!.position, normal) }))
    .sort((a, b) => a.alongMm - b.alongMm);
  const groups: { alongMm: number; images: Image[] }[] = [];
  for (const { image, alongMm } of placed) {
    const last = groups.at(-1);
    if (last && alongMm - last.alongMm < samePlaceMm) last.images.push(image);
    else groups.push({ alongMm, images: [image] });
  }
  return groups;
}

/** A single slice is as thick as its header says. */
function singleSlice({ dataset, plane }: ImageHeader): SliceGrid {
  const stated = [number(dataset, 'SpacingBetweenSlices'), number(dataset, 'SliceThickness')];
  const distance = stated.find((mm) => mm !== null && mm > 0) ?? 1;
  const step = plane!.normal.map((component) => component * distance) as unknown as Vector;
  return { at: [0], length: 1, step, start: plane!.position };
}

function unevenness(positions: readonly Vector[], path: string): Issue {
  const gaps = gapsOf(positions);
  const usual = usualGap(positions);
  const widest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  return issue(
    'bad-geometry',
    path,
    `expected ${positions.length} slices ${usual.toFixed(2)} mm apart, found a gap of ${widest.toFixed(2)} mm after slice ${gaps.indexOf(widest) + 1}`,
  );
}

function betweenSlices({ dataset }: ImageHeader, alongMm: number): Issue {
  const message = `expected evenly spaced slices, found one between them at ${alongMm.toFixed(1)} mm`;
  return issue('bad-geometry', dataset.path, message);
}

function emptySlices({ length }: SliceGrid, placed: readonly { readonly z: number }[]): readonly number[] {
  const filled = new Set(placed.map(({ z }) => z));
  return Array.from({ length }, (_, z) => z).filter((z) => !filled.has(z));
}

function affineOf({ along, down, columnSpacingMm, rowSpacingMm }: ImagePlane, grid: SliceGrid): Affine {
  const { step, start } = grid;
  const line = (axis: 0 | 1 | 2) => [
    along[axis] * columnSpacingMm,
    down[axis] * rowSpacingMm,
    step[axis],
    start[axis],
  ];
  return [...line(0), ...line(1), ...line(2), 0, 0, 0, 1];
}

function gridOf<Image extends ImageHeader>(
  placed: readonly { readonly z: number; readonly images: readonly Image[] }[],
  grid: SliceGrid,
  { rows, columns, plane }: ImageHeader,
): Pick<VolumePlan<Image>, 'shape' | 'affine' | 'triggerTimesMs' | 'places'> {
  const phases = placed[0]!.images.length;
  const start = (z: number, t: number) => (t * grid.length + z) * rows * columns;
  return {
    shape: [phases, grid.length, rows, columns],
    affine: affineOf(plane!, grid),
    triggerTimesMs: triggerTimes(
      placed.map(({ images }) => images),
      phases,
    ),
    places: placed.flatMap(({ z, images }) => images.map((image, t) => ({ image, start: start(z, t) }))),
  };
}

/** Writes the physical values of an image into the data of its volume, from `start` on. */
export function placePixels(
  data: Float32Array,
  start: number,
  {
    stored,
    rescaleSlope,
    rescaleIntercept,
  }: Pick<DicomImage, 'stored' | 'rescaleSlope' | 'rescaleIntercept'>,
): void {
  if (rescaleSlope === 1 && rescaleIntercept === 0) data.set(stored, start);
  else
    for (let pixel = 0; pixel < stored.length; pixel++)
      data[start + pixel] = stored[pixel]! * rescaleSlope + rescaleIntercept;
}

/** Mean delay of each phase over the slices; null unless it grows from phase to phase. */
function triggerTimes(slices: readonly (readonly ImageHeader[])[], phases: number): readonly number[] | null {
  const times = Array.from({ length: phases }, (_, phase) => {
    const known = slices.map((images) => number(images[phase]!.dataset, 'TriggerTime'));
    if (known.includes(null)) return null;
    return (known as number[]).reduce((sum, ms) => sum + ms, 0) / known.length;
  });
  const growing = times.every((ms, phase) => ms !== null && (phase === 0 || ms > times[phase - 1]!));
  return growing ? (times as number[]) : null;
}
