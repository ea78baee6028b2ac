import { constants, gzipSync } from 'node:zlib';
import type { Exam, SeriesImages } from './exam.ts';
import { positionOf, shortAxisPlane } from './geometry.ts';
import { sliceSpacingMm } from './scene.ts';

/** Header and extension flag of a NIfTI-1 file. */
const headerBytes = 352;

/**
 * The labels behind a short-axis stack as a gzipped NIfTI-1 file of uint8, in the
 * frame of its images: what `myocast quantify` reads as a mask. Slices run from the
 * apex to the base, along the images' normal, as volumes of DICOM files do.
 *
 * Agrees with: `readNifti` of stages/imaging (its test reads these files).
 */
export function truthMaskNifti(
  { label, phases, slices, sliceIndices }: SeriesImages,
  exam: Exam,
): Uint8Array {
  const { matrix } = exam.scene.plan;
  const file = new Uint8Array(headerBytes + label.length);
  const view = new DataView(file.buffer);
  const short = (at: number, value: number) => view.setInt16(at, value, true);
  const float = (at: number, value: number) => view.setFloat32(at, value, true);
  view.setInt32(0, 348, true);
  for (const [n, size] of [phases > 1 ? 4 : 3, matrix, matrix, slices, phases, 1, 1, 1].entries())
    short(40 + 2 * n, size);
  short(70, 2); // uint8
  short(72, 8);
  const last = sliceIndices.at(-1) ?? 0;
  const step = sliceSpacingMm * ((sliceIndices[1] ?? 1) - (sliceIndices[0] ?? 0));
  for (const [n, size] of [1, exam.spacingMm, exam.spacingMm, step, 1, 1, 1, 1].entries())
    float(76 + 4 * n, size);
  float(108, headerBytes);
  float(112, 1);
  file[123] = 2; // mm
  short(254, 1); // scanner coordinates
  for (const [n, value] of affineRows(exam, last, -step).entries()) float(280 + 4 * n, value);
  file.set([0x6e, 0x2b, 0x31], 344); // n+1
  const area = matrix ** 2;
  for (let at = 0; at < phases * slices; at++) {
    const from = Math.floor(at / slices) * slices + (slices - 1 - (at % slices));
    file.set(label.subarray(from * area, (from + 1) * area), headerBytes + at * area);
  }
  return gzipSync(file, { level: constants.Z_BEST_SPEED });
}

/** Three rows of [column, row, slice] to RAS millimetres: x and y of LPS change sign. */
function affineRows({ scene, geometry, placement, spacingMm }: Exam, first: number, step: number): number[] {
  const axes = shortAxisPlane(geometry, scene.firstSliceMm + first * sliceSpacingMm, scene.lengthMm);
  const origin = positionOf(geometry, axes, -placement.column * spacingMm, -placement.row * spacingMm);
  return ([0, 1, 2] as const).flatMap((axis) =>
    [
      axes.alongRow[axis] * spacingMm,
      axes.alongColumn[axis] * spacingMm,
      geometry.towardsApex[axis] * step,
      origin[axis],
    ].map((value) => (axis < 2 ? -value : value)),
  );
}
