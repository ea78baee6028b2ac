import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Dataset, number, numbers } from './dataset.ts';
import { type PhasedSlice, phasesOf } from './phases.ts';
import type { DicomImage, ImageHeader } from './read.ts';
import type { Affine, Volume } from './volume.ts';

export type Vector = readonly [number, number, number];

/** Where one image lies in the patient, in LPS mm (DICOM PS3.3 C.7.6.2). */
export interface ImagePlane {
  /** Centre of the first pixel. */
  readonly position: Vector;
  /** Direction in which the column index grows. */
  readonly along: Vector;
  /** Direction in which the row index grows. */
  readonly down: Vector;
  readonly normal: Vector;
  readonly columnSpacingMm: number;
  readonly rowSpacingMm: number;
}

/** How far a slice may lie from where the even spacing would have it. */
const slackMm = 0.5;
/** Images at the same place differ by rounding alone. */
const samePlaceMm = 0.1;

/** Every image is asked for its plane several times on its way into a volume. */
const planesFound = new WeakMap<Dataset, ImagePlane | null>();

/** The plane of an image, or null where the file does not say it or says nonsense. */
export function imagePlane({ dataset }: ImageHeader): ImagePlane | null {
  const found = planesFound.get(dataset);
  if (found !== undefined) return found;
  const plane = planeOf(dataset);
  planesFound.set(dataset, plane);
  return plane;
}

function planeOf(dataset: Dataset): ImagePlane | null {
  const position = numbers(dataset, 'ImagePositionPatient');
  const orientation = numbers(dataset, 'ImageOrientationPatient');
  const [rowSpacingMm, columnSpacingMm] = numbers(dataset, 'PixelSpacing');
  if (position.length !== 3 || orientation.length !== 6) return null;
  if (!(rowSpacingMm! > 0 && columnSpacingMm! > 0)) return null;
  const along = orientation.slice(0, 3) as unknown as Vector;
  const down = orientation.slice(3) as unknown as Vector;
  const crooked =
    Math.abs(norm(along) - 1) > 0.01 || Math.abs(norm(down) - 1) > 0.01 || Math.abs(dot(along, down)) > 0.01;
  if (crooked) return null;
  return {
    position: position as unknown as Vector,
    along,
    down,
    normal: cross(along, down),
    columnSpacingMm: columnSpacingMm!,
    rowSpacingMm: rowSpacingMm!,
  };
}

/** A volume and which images it is made of. */
export interface Assembly {
  readonly volume: Volume;
  readonly used: readonly DicomImage[];
}

/** A regular grid, and which image belongs where: what the headers alone tell. */
export interface VolumePlan<Image extends ImageHeader> extends Omit<Volume, 'data'> {
  /** [z], each of t images; `start` of an image is where its first pixel lies in the data of the volume. */
  readonly places: readonly { readonly image: Image; readonly start: number }[];
  /** Every image that is in no place, with the reason. */
  readonly leftOut: ReadonlyMap<Image, Issue>;
}

/**
 * Puts the images of one series on a regular grid [t, z, y, x]: slices in the
 * direction of the slice normal, phases in the order of time. File names and the
 * order of the images play no part.
 *
 * Images given twice are used once. A slice without the number of phases that
 * the others have is left out, with an issue. What remains must be evenly spaced
 * and of one orientation and matrix, else there is no volume ('bad-geometry').
 * Whether z runs from base to apex cannot be known from the geometry.
 *
 * @param path names the series in the issues
 */
export function assembleVolume(images: readonly DicomImage[], path: string): Checked<Assembly> {
  const planned = planVolume(images, path);
  if (!planned.ok) return planned;
  const { places } = planned.value;
  const volume = emptyVolume(planned.value);
  for (const { image, start } of places) placePixels(volume.data, start, image);
  return accepted({ volume, used: places.map(({ image }) => image) }, planned.issues);
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
 */
export function planVolume<Image extends ImageHeader>(
  images: readonly Image[],
  path: string,
): Checked<VolumePlan<Image>> {
  const first = images[0];
  if (first === undefined) return refused(issue('empty-input', path, 'expected images, found none'));
  const planes = new Map<Image, ImagePlane>();
  for (const image of images) {
    const plane = imagePlane(image);
    const wrong = plane === null ? 'position, orientation and spacing' : unlike(image, plane, first);
    if (plane === null || wrong !== null)
      return refused(issue('bad-geometry', image.dataset.path, `expected ${wrong}, found otherwise`));
    planes.set(image, plane);
  }
  const { slices, leftOut, issues } = phasesOf(groupByPlace(images, planes), path);
  const positions = slices.map((slice) => planes.get(slice.images[0]!)!.position);
  const step = sliceStep(positions, planes.get(slices[0]!.images[0]!)!, first);
  const uneven = unevenness(positions, step, path);
  if (uneven !== null) return refused(...([uneven, ...issues] as [Issue, ...Issue[]]));
  const affine = affineOf(planes.get(slices[0]!.images[0]!)!, step);
  return accepted({ ...gridOf(slices, affine), leftOut }, issues);
}

function unlike(image: ImageHeader, plane: ImagePlane, first: ImageHeader): string | null {
  const other = imagePlane(first)!;
  if (image.frames !== 1 || image.samplesPerPixel !== 1) return 'one frame of one sample a file';
  if (image.rows !== first.rows || image.columns !== first.columns) return 'one matrix in the series';
  if (!sameOrientation(image, first)) return 'one orientation in the series';
  const spacing = Math.max(
    Math.abs(plane.rowSpacingMm - other.rowSpacingMm),
    Math.abs(plane.columnSpacingMm - other.columnSpacingMm),
  );
  return spacing > 1e-3 ? 'one pixel spacing in the series' : null;
}

/** The images of each place, places in the order of the normal. */
function groupByPlace<Image extends ImageHeader>(
  images: readonly Image[],
  planes: ReadonlyMap<Image, ImagePlane>,
): readonly PhasedSlice<Image>[] {
  const normal = planes.get(images[0]!)!.normal;
  const placed = images
    .map((image) => ({ image, alongMm: dot(planes.get(image)!.position, normal) }))
    .sort((a, b) => a.alongMm - b.alongMm);
  const groups: { alongMm: number; images: Image[] }[] = [];
  for (const { image, alongMm } of placed) {
    const last = groups.at(-1);
    if (last && alongMm - last.alongMm < samePlaceMm) last.images.push(image);
    else groups.push({ alongMm, images: [image] });
  }
  return groups;
}

/** From one slice to the next: the mean, or, for a single slice, along the normal by what the header says. */
function sliceStep(positions: readonly Vector[], plane: ImagePlane, { dataset }: ImageHeader): Vector {
  const last = positions.at(-1)!;
  if (positions.length > 1)
    return subtract(last, positions[0]!).map((mm) => mm / (positions.length - 1)) as unknown as Vector;
  const stated = [number(dataset, 'SpacingBetweenSlices'), number(dataset, 'SliceThickness')];
  const distance = stated.find((mm) => mm !== null && mm > 0) ?? 1;
  return plane.normal.map((component) => component * distance) as unknown as Vector;
}

function unevenness(positions: readonly Vector[], step: Vector, path: string): Issue | null {
  const start = positions[0]!;
  const off = positions.findIndex((position, index) => {
    const due = start.map((mm, axis) => mm + index * step[axis]!) as unknown as Vector;
    return norm(subtract(position, due)) > slackMm;
  });
  if (off < 0) return null;
  const gaps = positions.slice(1).map((position, index) => norm(subtract(position, positions[index]!)));
  const sorted = gaps.toSorted((a, b) => a - b);
  const usual = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const widest = sorted.at(-1)!;
  const message = `expected ${positions.length} slices ${usual.toFixed(2)} mm apart, found a gap of ${widest.toFixed(2)} mm after slice ${gaps.indexOf(widest) + 1}`;
  return issue('bad-geometry', path, message);
}

function affineOf(plane: ImagePlane, step: Vector): Affine {
  const { along, down, position, columnSpacingMm, rowSpacingMm } = plane;
  const line = (axis: 0 | 1 | 2) => [
    along[axis] * columnSpacingMm,
    down[axis] * rowSpacingMm,
    step[axis],
    position[axis],
  ];
  return [...line(0), ...line(1), ...line(2), 0, 0, 0, 1];
}

function gridOf<Image extends ImageHeader>(
  slices: readonly PhasedSlice<Image>[],
  affine: Affine,
): Omit<VolumePlan<Image>, 'leftOut'> {
  const { rows, columns } = slices[0]!.images[0]!;
  const phases = slices[0]!.images.length;
  const start = (z: number, t: number) => (t * slices.length + z) * rows * columns;
  return {
    shape: [phases, slices.length, rows, columns],
    affine,
    triggerTimesMs: triggerTimes(slices, phases),
    places: slices.flatMap(({ images }, z) => images.map((image, t) => ({ image, start: start(z, t) }))),
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
function triggerTimes(slices: readonly PhasedSlice<ImageHeader>[], phases: number): readonly number[] | null {
  const times = Array.from({ length: phases }, (_, phase) => {
    const known = slices.map((slice) => number(slice.images[phase]!.dataset, 'TriggerTime'));
    if (known.includes(null)) return null;
    return (known as number[]).reduce((sum, ms) => sum + ms, 0) / known.length;
  });
  const growing = times.every((ms, phase) => ms !== null && (phase === 0 || ms > times[phase - 1]!));
  return growing ? (times as number[]) : null;
}

/** Whether two images are parallel and turned alike; both without a plane count as alike. */
export function sameOrientation(one: ImageHeader, other: ImageHeader): boolean {
  const [a, b] = [imagePlane(one), imagePlane(other)];
  if (a === null || b === null) return a === b;
  return dot(a.along, b.along) > 0.9999 && dot(a.down, b.down) > 0.9999;
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function norm(a: Vector): number {
  return Math.hypot(...a);
}
