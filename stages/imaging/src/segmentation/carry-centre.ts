import type { Affine, LpsPoint, Mask } from '@myocast/dicom';
import { frameOf } from '../quantification/direction.ts';

/** Where the middle of all that is labelled in the first phase lies in the patient; null without a place in the patient. */
export function labelledCentre({ shape, data, affine }: Mask): LpsPoint | null {
  if (affine === null || frameOf(affine) !== 'lps') return null;
  const [, slices, rows, columns] = shape;
  let count = 0;
  const sums = [0, 0, 0];
  for (let at = 0; at < slices * rows * columns; at++) {
    if (data[at] === 0) continue;
    count++;
    sums[0]! += at % columns;
    sums[1]! += Math.floor(at / columns) % rows;
    sums[2]! += Math.floor(at / (rows * columns));
  }
  if (count === 0) return null;
  const [column, row, slice] = sums.map((sum) => sum / count) as [number, number, number];
  const along = (axis: number) =>
    affine[4 * axis]! * column +
    affine[4 * axis + 1]! * row +
    affine[4 * axis + 2]! * slice +
    affine[4 * axis + 3]!;
  return [along(0), along(1), along(2)];
}

/**
 * The pixel of a stack's slices, [row, column], that lies nearest to a point of the
 * patient, whichever slice that is in; null where the stack has no place in the patient.
 */
export function pixelNear(
  affine: Affine | null,
  point: LpsPoint,
): readonly [row: number, column: number] | null {
  if (affine === null || frameOf(affine) !== 'lps') return null;
  const axis = (n: number) => [affine[n]!, affine[4 + n]!, affine[8 + n]!] as const;
  const offset = [0, 1, 2].map((n) => point[n]! - affine[4 * n + 3]!);
  // Columns and rows are at right angles to each other and to the slices.
  const share = (direction: readonly number[]) =>
    direction.reduce((sum, value, n) => sum + value * offset[n]!, 0) /
    direction.reduce((sum, value) => sum + value * value, 0);
  return [share(axis(1)), share(axis(0))];
}
