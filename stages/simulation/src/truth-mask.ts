import { constants, gzipSync } from 'node:zlib';
import type { Exam, SeriesImages } from './exam.ts';
import { seriesAffine } from './series-affine.ts';

/** Header and extension flag of a NIfTI-1 file. */
const headerBytes = 352;

/**
 * The labels behind a short-axis stack or a long axis as a gzipped NIfTI-1 file of uint8,
 * in the frame of its images: what `myocast quantify` reads as a mask. Slices run from the
 * apex to the base, along the images' normal, as volumes of DICOM files do.
 *
 * Agrees with: `readNifti` of stages/imaging (its test reads these files).
 */
export function truthMaskNifti(series: SeriesImages, exam: Exam): Uint8Array {
  const { label, phases, slices } = series;
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
  const affine = apexFirst(seriesAffine(exam, series), slices);
  const step = Math.hypot(affine[2]!, affine[6]!, affine[10]!);
  for (const [n, size] of [1, exam.spacingMm, exam.spacingMm, step, 1, 1, 1, 1].entries())
    float(76 + 4 * n, size);
  float(108, headerBytes);
  float(112, 1);
  file[123] = 2; // mm
  short(254, 1); // scanner coordinates
  // NIfTI is in RAS: x and y of LPS change sign.
  for (const [n, value] of affine.slice(0, 12).entries()) float(280 + 4 * n, n < 8 ? -value : value);
  file.set([0x6e, 0x2b, 0x31], 344); // n+1
  const area = matrix ** 2;
  for (let at = 0; at < phases * slices; at++) {
    const from = Math.floor(at / slices) * slices + (slices - 1 - (at % slices));
    file.set(label.subarray(from * area, (from + 1) * area), headerBytes + at * area);
  }
  return gzipSync(file, { level: constants.Z_BEST_SPEED });
}

/** The affine of a stack whose slices come in the other order; one slice stays as it is. */
function apexFirst(affine: readonly number[], slices: number): readonly number[] {
  if (slices === 1) return affine;
  return affine.map((value, at) => {
    const [line, column] = [at - (at % 4), at % 4];
    if (column === 2) return -value;
    return column === 3 ? value + (slices - 1) * affine[line + 2]! : value;
  });
}
