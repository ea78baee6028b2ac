import { type Affine, type LpsPoint, lpsOfVoxel, type Mask, type Volume } from '@myocast/dicom';
import { cineLabel, lgeLabel } from '../../records.ts';
import { frameOf } from '../direction.ts';

/** Entries of two affines that lie this close are the same grid (mm). */
const sameGridMm = 0.01;

/** LGE labels of one phase of a cine: cavity and wall, nothing injured. */
export function cineContours({ shape, data, affine }: Mask, phase: number): Mask {
  const length = shape[1] * shape[2] * shape[3];
  const labels: number[] = [0, 0, 0, 0];
  labels[cineLabel.leftVentricle] = lgeLabel.leftVentricle;
  labels[cineLabel.myocardium] = lgeLabel.normalMyocardium;
  const start = phase * length;
  return {
    shape: [1, shape[1], shape[2], shape[3]],
    data: data.slice(start, start + length).map((label) => labels[label] ?? 0),
    affine,
  };
}

/**
 * The labels of a mask on the grid of another image of the same exam: those of the
 * nearest voxel in the patient. What the mask does not cover is 0. The heart is taken
 * to lie as it did: breath-holds differ by some millimetres, which nothing here corrects.
 *
 * @param mask of several phases the first is taken
 * @returns null where the two cannot be laid on each other: a grid without a place in the
 *   patient fits no other grid but its own
 */
export function carryLabels(mask: Mask, to: Pick<Volume, 'shape' | 'affine'>): Mask | null {
  const shape = [1, to.shape[1], to.shape[2], to.shape[3]] as const;
  const length = shape[1] * shape[2] * shape[3];
  if (sameGrid(mask, to)) return { shape, data: mask.data.slice(0, length), affine: to.affine };
  if (frameOf(mask.affine) !== 'lps' || frameOf(to.affine) !== 'lps') return null;
  const labelAt = labelsByPlace(mask);
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    const column = at % shape[3];
    const row = Math.floor(at / shape[3]) % shape[2];
    data[at] = labelAt(lpsOfVoxel(to.affine!, [column, row, Math.floor(at / (shape[2] * shape[3]))]));
  }
  return { shape, data, affine: to.affine };
}

/** The label of the voxel nearest to a place in the patient; 0 outside of the grid. */
function labelsByPlace({
  shape: [, slices, height, width],
  data,
  affine,
}: Mask): (point: LpsPoint) => number {
  const indexOf = toVoxel(affine!);
  return (point) => {
    const [x, y, z] = indexOf(point);
    const inside = x >= 0 && y >= 0 && z >= 0 && x < width && y < height && z < slices;
    return inside ? data[(z * height + y) * width + x]! : 0;
  };
}

function sameGrid(a: Pick<Volume, 'shape' | 'affine'>, b: Pick<Volume, 'shape' | 'affine'>): boolean {
  if (a.shape.slice(1).join() !== b.shape.slice(1).join()) return false;
  if (a.affine === null || b.affine === null) return a.affine === b.affine;
  return a.affine.every((value, at) => Math.abs(value - b.affine![at]!) < sameGridMm);
}

/** The nearest voxel of a place in the patient, by Cramer's rule. */
function toVoxel(affine: Affine): (point: LpsPoint) => readonly [number, number, number] {
  const column = (at: number): Vector => [affine[at]!, affine[4 + at]!, affine[8 + at]!];
  const [a, b, c, origin] = [column(0), column(1), column(2), column(3)];
  const volume = dot(a, cross(b, c));
  const faces = [cross(b, c), cross(c, a), cross(a, b)];
  return (point) => {
    const from: Vector = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
    const at = (axis: 0 | 1 | 2) => Math.round(dot(from, faces[axis]!) / volume);
    return [at(0), at(1), at(2)];
  };
}

type Vector = readonly [number, number, number];

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
