import type { Mask } from '@myocast/dicom';
import type { SeriesGrid } from './series-grid.ts';

/** What was drawn: the labels of whole slices, by t * slices + z. Slices it does not name stay as they are. */
export type Drawing = ReadonlyMap<number, Uint8Array>;

/** Every slice of a mask. */
export function drawingOfMask({ shape, data }: Mask, firstPhase = 0): Drawing {
  const [phases, slices, height, width] = shape;
  const area = width * height;
  return new Map(
    Array.from({ length: phases * slices }, (_, at) => [
      firstPhase * slices + at,
      data.subarray(at * area, (at + 1) * area),
    ]),
  );
}

/** A mask with the named slices drawn anew; without one before, the others are empty. */
export function redrawn(before: Mask | null, drawing: Drawing, { shape, affine }: SeriesGrid): Mask {
  const area = shape[2] * shape[3];
  const data = before ? before.data.slice() : new Uint8Array(shape[0] * shape[1] * area);
  for (const [at, labels] of drawing) data.set(labels, at * area);
  return { shape, data, affine: before ? before.affine : affine };
}
