import { type Issue, issue } from '@myocast/base';
import {
  dot,
  type ImagePlane,
  norm,
  sameOrientation,
  sameSpacing,
  subtract,
  type Vector,
} from '../image-plane.ts';
import { usualGap } from '../slice-grid.ts';
import type { Affine, Mask } from '../volume.ts';
import type { SourceStack } from './source-stack.ts';

/** A frame of a segmentation, and what it says of its place. */
export interface PlacedFrame {
  readonly segment: number | null;
  readonly plane: ImagePlane;
  /** From 1; null where the frame does not say it. */
  readonly temporalPosition: number | null;
  readonly statedSpacingMm: number | null;
  /** The one image it was drawn on, where it names one. */
  readonly source: { readonly sopInstanceUid: string; readonly frame: number | null } | null;
}

/** The grid of a mask, and where on it each frame is. */
export interface FrameGrid {
  readonly shape: Mask['shape'];
  readonly affine: Affine;
  /** [frames] phase * slices + slice. */
  readonly places: readonly number[];
}

/** How far a frame may lie from its slice. */
const slackMm = 0.5;
const mostSlices = 4096;

/** The grid of the images that were segmented, and where on it each frame lies. */
export function gridOfStack(
  frames: readonly PlacedFrame[],
  stack: SourceStack,
  [rows, columns]: readonly [rows: number, columns: number],
  path: string,
): FrameGrid | Issue {
  const [phases, slices, y, x] = stack.shape;
  const reference = planeOf(stack);
  const foreign = frames.find(
    ({ plane }) => !sameOrientation(plane, reference) || !sameSpacing(plane, reference),
  );
  if (foreign || rows !== y || columns !== x)
    return issue('bad-geometry', path, `expected frames of ${y}×${x} pixels on the grid of the images`);
  const placesOf = indexOfInstances(stack);
  const places: number[] = [];
  for (const [index, frame] of frames.entries()) {
    const z = stack.positions.findIndex(
      (position) => norm(subtract(position as unknown as Vector, frame.plane.position)) <= slackMm,
    );
    if (z < 0)
      return issue('bad-geometry', path, `expected frame ${index + 1} at a slice of the images, found none`);
    const t = phaseIn(frame, z, { phases, slices, placesOf });
    if (t === null)
      return issue('bad-geometry', path, `expected the cardiac phase of frame ${index + 1}, found none`);
    places.push(t * slices + z);
  }
  return { shape: stack.shape, affine: affineOfStack(stack, reference), places };
}

function planeOf({ orientation, pixelSpacingMm, positions }: SourceStack): ImagePlane {
  const along = orientation.slice(0, 3) as unknown as Vector;
  const down = orientation.slice(3) as unknown as Vector;
  return {
    position: positions[0] as unknown as Vector,
    along,
    down,
    normal: cross(along, down),
    rowSpacingMm: pixelSpacingMm[0]!,
    columnSpacingMm: pixelSpacingMm[1]!,
  };
}

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

/** Where each image is used: an image may stand for a phase that is missing as well. */
function indexOfInstances({ instances }: SourceStack): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const [place, one] of instances.entries()) {
    if (one === null) continue;
    const key = `${one.sopInstanceUid} ${one.frame ?? 1}`;
    index.set(key, [...(index.get(key) ?? []), place]);
  }
  return index;
}

interface PhaseIndex {
  readonly phases: number;
  readonly slices: number;
  readonly placesOf: ReadonlyMap<string, readonly number[]>;
}

/** The phase that a frame says, or that of the image it names. */
function phaseIn(frame: PlacedFrame, z: number, index: PhaseIndex): number | null {
  const drawnOn = phasesDrawnOn(frame, z, index);
  const stated = (frame.temporalPosition ?? 0) - 1;
  const isStated = Number.isInteger(stated) && stated >= 0 && stated < index.phases;
  if (isStated && (drawnOn.length === 0 || drawnOn.includes(stated))) return stated;
  return drawnOn[0] ?? (index.phases === 1 ? 0 : null);
}

function phasesDrawnOn(
  { source }: PlacedFrame,
  z: number,
  { slices, placesOf }: PhaseIndex,
): readonly number[] {
  if (source === null) return [];
  const places = placesOf.get(`${source.sopInstanceUid} ${source.frame ?? 1}`) ?? [];
  return places.filter((place) => place % slices === z).map((place) => Math.floor(place / slices));
}

function affineOfStack({ positions, sliceSpacingMm }: SourceStack, plane: ImagePlane): Affine {
  const first = positions[0] as unknown as Vector;
  const last = positions.at(-1) as unknown as Vector;
  const steps = positions.length - 1;
  const step =
    steps > 0
      ? (subtract(last, first).map((mm) => mm / steps) as unknown as Vector)
      : (plane.normal.map((part) => part * sliceSpacingMm) as unknown as Vector);
  return affineOf(plane, first, step);
}

function affineOf(plane: ImagePlane, start: Vector, step: Vector): Affine {
  const line = (axis: 0 | 1 | 2) => [
    plane.along[axis] * plane.columnSpacingMm,
    plane.down[axis] * plane.rowSpacingMm,
    step[axis],
    start[axis],
  ];
  return [...line(0), ...line(1), ...line(2), 0, 0, 0, 1];
}

/** The smallest even grid that holds all frames, without knowing the images. */
export function gridOfFrames(
  frames: readonly PlacedFrame[],
  [rows, columns]: readonly [rows: number, columns: number],
  path: string,
): FrameGrid | Issue {
  const { plane, statedSpacingMm } = frames[0]!;
  if (frames.some((other) => !sameOrientation(other.plane, plane) || !sameSpacing(other.plane, plane)))
    return issue('bad-geometry', path, 'expected frames of one orientation and pixel size, found several');
  const along = frames.map((frame) => dot(frame.plane.position, plane.normal));
  const start = frames[along.indexOf(Math.min(...along))]!.plane.position;
  const slices = evenSlices(frames, start, statedSpacingMm);
  if (slices === null)
    return issue('bad-geometry', path, 'expected frames on evenly spaced slices, found otherwise');
  const phases = phasesOf(frames, slices.at, path);
  if ('kind' in phases) return phases;
  const length = slices.at.reduce((most, z) => Math.max(most, z), 0) + 1;
  const step = plane.normal.map((part) => part * slices.spacingMm) as unknown as Vector;
  return {
    shape: [phases.count, length, rows, columns],
    affine: affineOf(plane, start, step),
    places: frames.map((_, index) => phases.at[index]! * length + slices.at[index]!),
  };
}

/** Slice of each frame with the spacing that is stated, or else that of most neighbours. */
function evenSlices(
  frames: readonly PlacedFrame[],
  start: Vector,
  statedSpacingMm: number | null,
): { readonly at: readonly number[]; readonly spacingMm: number } | null {
  const { normal } = frames[0]!.plane;
  const distances = frames.map(({ plane }) => dot(subtract(plane.position, start), normal));
  const sideways = frames.some(
    ({ plane }, index) =>
      norm(
        subtract(plane.position, start.map((mm, axis) => mm + distances[index]! * normal[axis]!) as never),
      ) > slackMm,
  );
  if (sideways) return null;
  const apart = [...new Set(distances.map((mm) => Math.round(mm * 10) / 10))].sort((a, b) => a - b);
  const usual = apart.length > 1 ? usualGap(apart.map((mm): Vector => [mm, 0, 0])) : null;
  for (const spacingMm of [statedSpacingMm, usual ?? 1]) {
    if (spacingMm === null || !(spacingMm > 0)) continue;
    const at = distances.map((mm) => Math.round(mm / spacingMm));
    const isEven = distances.every((mm, index) => Math.abs(mm - at[index]! * spacingMm) <= slackMm);
    if (isEven && at.every((z) => z < mostSlices)) return { at, spacingMm };
  }
  return null;
}

/** Phases by the temporal positions; without them one frame of each segment at a place. */
function phasesOf(
  frames: readonly PlacedFrame[],
  slices: readonly number[],
  path: string,
): { readonly at: readonly number[]; readonly count: number } | Issue {
  const stated = frames.map(({ temporalPosition }) => temporalPosition ?? 1);
  const isWhole = stated.every((index) => Number.isInteger(index) && index >= 1 && index <= mostSlices);
  const at = stated.map((index) => index - 1);
  const keys = new Set(frames.map(({ segment }, index) => `${segment} ${slices[index]} ${at[index]}`));
  if (!isWhole || keys.size < frames.length)
    return issue(
      'bad-geometry',
      path,
      'expected one frame of a segment in each slice and phase, found several: the images it was drawn on are needed',
    );
  return { at, count: at.reduce((most, phase) => Math.max(most, phase), 0) + 1 };
}
