import { type Mask, spacingMm } from '@myocast/dicom';
import { angleOf, type Direction, directionOf, frameOf } from '../quantification/direction.ts';
import { ringOf } from '../quantification/ring.ts';
import type { SegmentReference } from '../quantification/segments.ts';
import { cineLabel } from '../records.ts';
import type { Point } from './outline.ts';

/** Where the RV begins on the outside of the LV wall, in pixels of the slice. */
export interface InsertionPoints {
  readonly anterior: Point;
  readonly inferior: Point;
}

/**
 * The insertions of the RV in one slice: where the directions of a reference leave the LV wall.
 * The inferior one lies as far from the middle of the septum as the anterior one, on its other side.
 *
 * @param anatomy cine labels
 * @returns null where the slice shows no closed wall, or the reference says nothing about this grid
 */
export function insertionPoints(
  anatomy: Mask,
  phase: number,
  z: number,
  reference: SegmentReference,
): InsertionPoints | null {
  const { affine } = anatomy;
  const ring = reference.frame === frameOf(affine) ? ringOf(anatomy, phase, z) : null;
  if (ring === null) return null;
  const angle = (direction: Direction) => angleOf(direction, affine, reference.frame);
  const [anterior, septum] = [angle(reference.anteriorInsertion), angle(reference.septum)];
  const slice = { anatomy, phase, z, centre: ring.centre };
  const points = [edgeOfWall(slice, anterior), edgeOfWall(slice, 2 * septum - anterior)] as const;
  return points[0] && points[1] ? { anterior: points[0], inferior: points[1] } : null;
}

/** Whether the first slice of a grid is the basal one; null where the reference does not tell. */
export function baseComesFirst(
  { affine }: Pick<Mask, 'affine'>,
  { baseToApex, frame }: SegmentReference,
): boolean | null {
  if (baseToApex === null || frame !== frameOf(affine)) return null;
  const along = directionOf('slice', affine, frame);
  return along[0] * baseToApex[0] + along[1] * baseToApex[1] + along[2] * baseToApex[2] >= 0;
}

/** Steps along a ray, as a share of a voxel. */
const stepsPerVoxel = 4;

/** The outermost place on a ray that is wall; null where it crosses none. */
function edgeOfWall(
  { anatomy, phase, z, centre }: { anatomy: Mask; phase: number; z: number; centre: Point },
  angle: number,
): Point | null {
  const [, slices, height, width] = anatomy.shape;
  const [, rowMm, columnMm] = anatomy.affine ? spacingMm(anatomy.affine) : ([1, 1, 1] as const);
  const step = Math.min(rowMm, columnMm) / stepsPerVoxel;
  const [along, down] = [(Math.cos(angle) * step) / columnMm, (Math.sin(angle) * step) / rowMm];
  const start = (phase * slices + z) * height * width;
  let edge: Point | null = null;
  for (let count = 0; ; count++) {
    const place: Point = [centre[0] + count * along, centre[1] + count * down];
    const [column, row] = [Math.round(place[0]), Math.round(place[1])];
    if (column < 0 || row < 0 || column >= width || row >= height) return edge;
    if (anatomy.data[start + row * width + column] === cineLabel.myocardium) edge = place;
  }
}
