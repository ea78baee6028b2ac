import { type Affine, lpsOfVoxel, type Mask, type VoxelIndex } from '@myocast/dicom';
import { frameOf } from '../quantification/direction.ts';
import { voxelOfLps } from './series-grid.ts';

/**
 * The labels of one phase on the grid of other images of the exam, by place in the patient: each
 * voxel has the label of the nearest voxel of the mask, none where it lies more than half a slice beyond it.
 *
 * @returns null where either grid has no place in the patient
 */
export function carriedMask(
  mask: Mask,
  phase: number,
  target: { readonly shape: Mask['shape']; readonly affine: Affine | null },
): Mask | null {
  const { affine } = target;
  if (affine === null || frameOf(affine) !== 'lps' || frameOf(mask.affine) !== 'lps') return null;
  const [, z, y, x] = target.shape;
  const data = new Uint8Array(z * y * x);
  for (let at = 0; at < data.length; at++) {
    const place = lpsOfVoxel(affine, [at % x, Math.floor(at / x) % y, Math.floor(at / (x * y))]);
    data[at] = nearestLabel(mask, phase, voxelOfLps(mask.affine!, place));
  }
  return { shape: [1, z, y, x], data, affine };
}

/** 0 outside of the mask. */
function nearestLabel({ shape, data }: Mask, phase: number, place: VoxelIndex): number {
  const [, slices, height, width] = shape;
  const [column, row, slice] = place.map(Math.round) as [number, number, number];
  const isInside = Math.min(column, row, slice) >= 0 && column < width && row < height && slice < slices;
  return isInside ? data[((phase * slices + slice) * height + row) * width + column]! : 0;
}
