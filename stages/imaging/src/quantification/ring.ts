import { type Mask, spacingMm } from '@myocast/dicom';
import { cineLabel } from '../records.ts';

/** How many rays leave the LV centre: one a degree. */
const rayCount = 360;
/** Sampling along a ray, as a share of a voxel. */
const samplesPerVoxel = 8;
/** The RV touches the wall where it begins within this many voxels behind it. */
const reachVoxels = 2.5;

/** What one ray from the LV centre crosses. */
export interface Ray {
  /** Radians in the image plane, from the direction of growing columns to that of growing rows. */
  readonly angle: number;
  /** In mm, or in voxels where the mask carries no geometry; null where the wall is open. */
  readonly thickness: number | null;
  /** Directly behind the wall lies the RV cavity. */
  readonly meetsRightVentricle: boolean;
}

/** The myocardium of one short-axis slice, seen from the centre of the LV cavity. */
export interface Ring {
  /** In voxels, [column, row]. */
  readonly centre: readonly [number, number];
  readonly rays: readonly Ray[];
}

/** One slice of a mask with cine labels, with the spacing of its columns and rows. */
interface Slice {
  readonly labels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly columnMm: number;
  readonly rowMm: number;
}

/**
 * Samples the wall of one slice along rays from the centre of the LV cavity.
 *
 * @param mask cine labels
 * @returns null where the slice lacks cavity or myocardium, or the myocardium
 *   closes less than half of the circle (then the slice lies above the base)
 */
export function ringOf(mask: Mask, phase: number, z: number): Ring | null {
  const slice = sliceOf(mask, phase, z);
  const centre = cavityCentre(slice);
  if (centre === null) return null;
  const rays = Array.from({ length: rayCount }, (_, ray) =>
    castRay(slice, centre, (2 * Math.PI * ray) / rayCount),
  );
  const closed = rays.filter(({ thickness }) => thickness !== null).length;
  return closed >= rayCount / 2 ? { centre, rays } : null;
}

function sliceOf({ shape, data, affine }: Mask, phase: number, z: number): Slice {
  const [, slices, height, width] = shape;
  const [, rowMm, columnMm] = affine ? spacingMm(affine) : ([1, 1, 1] as const);
  const start = (phase * slices + z) * height * width;
  return { labels: data.subarray(start, start + height * width), width, height, columnMm, rowMm };
}

function cavityCentre({ labels, width }: Slice): [number, number] | null {
  let count = 0;
  let columns = 0;
  let rows = 0;
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] !== cineLabel.leftVentricle) continue;
    count++;
    columns += at % width;
    rows += Math.floor(at / width);
  }
  return count > 0 ? [columns / count, rows / count] : null;
}

function castRay(slice: Slice, [column, row]: readonly [number, number], angle: number): Ray {
  const { columnMm, rowMm } = slice;
  const step = Math.min(columnMm, rowMm) / samplesPerVoxel;
  const reach = reachVoxels * Math.max(columnMm, rowMm);
  const along = Math.cos(angle) / columnMm;
  const down = Math.sin(angle) / rowMm;
  let thickness = 0;
  let behind = 0;
  for (let sample = 0; ; sample++) {
    const radius = (sample + 0.5) * step;
    const label = labelAt(slice, Math.round(column + radius * along), Math.round(row + radius * down));
    const wall = label === cineLabel.myocardium;
    if (wall) thickness += step;
    behind = wall ? 0 : behind + step;
    const meetsRightVentricle = thickness > 0 && label === cineLabel.rightVentricle;
    const passed = thickness > 0 && behind > reach;
    if (label === null || meetsRightVentricle || passed)
      return { angle, thickness: thickness > 0 ? thickness : null, meetsRightVentricle };
  }
}

/** Null outside of the image. */
function labelAt({ labels, width, height }: Slice, column: number, row: number): number | null {
  if (column < 0 || row < 0 || column >= width || row >= height) return null;
  return labels[row * width + column]!;
}
