import type { Affine } from '@myocast/dicom';
import type { NiftiHeader } from './nifti-header.ts';

/** NIFTI_UNITS_METER, _MM and _MICRON in mm; a unit that is not stated is taken for mm, as everywhere. */
const mmPerUnit: { readonly [code: number]: number } = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };
/** NIFTI_UNITS_SEC, _MSEC and _USEC in ms. Others are no times (Hz, ppm, rad/s) or not stated. */
const msPerUnit: { readonly [code: number]: number } = { 8: 1000, 16: 1, 24: 0.001 };

/**
 * From [column, row, slice] to LPS mm: the sform where its code is set, else the
 * qform where its code is set, as nibabel has it. With neither, the voxel sizes
 * give lengths but no place in the patient; where even these are the defaults of
 * a header without sizes and no unit is stated, the affine is null.
 *
 * @returns a text instead of an affine where the header states one that no image can have
 *
 * Source: nifti1.h, methods 1 to 3.
 * Agrees with: nibabel `header.get_best_affine()` with codes set, times the unit.
 */
export function niftiAffine(header: NiftiHeader): Affine | null | string {
  const unit = mmPerUnit[header.xyztUnits & 7] ?? 1;
  const ras =
    header.sformCode > 0 ? header.srow : header.qformCode > 0 ? qform(header) : affineOfSizes(header);
  if (ras === null || typeof ras === 'string') return ras;
  const affine = flipLpsRas([...ras.map((value) => value * unit), 0, 0, 0, 1]);
  const name = header.sformCode > 0 ? 'sform' : header.qformCode > 0 ? 'qform' : 'voxel sizes';
  return isPossible(affine) ? affine : `expected an affine of a real image in the ${name}, found none`;
}

/** LPS to RAS and back: x and y change sign. */
export function flipLpsRas(affine: Affine): Affine {
  return affine.map((value, index) => (index < 8 && value !== 0 ? -value : value));
}

/** Rounding may take the squares of b, c and d a little above 1; what is further off is no rotation. */
const quaternionSlack = 3 * 2 ** -23;

/** Rotation by a unit quaternion, then sizes; a negative qfac turns the slices round. */
function qform({ quatern, qoffset, pixdim }: NiftiHeader): readonly number[] | string {
  const [b, c, d] = quatern as [number, number, number];
  const square = 1 - (b * b + c * c + d * d);
  if (!(square >= -quaternionSlack))
    return 'expected a quaternion of length 1 in the qform, found a longer one';
  const a = Math.sqrt(Math.max(0, square));
  const n = 1 / (a * a + b * b + c * c + d * d);
  const [x, y, z] = pixdim.slice(1, 4).map(Math.abs) as [number, number, number];
  const slice = pixdim[0] === -1 ? -z : z;
  const rows = [
    [1 - 2 * n * (c * c + d * d), 2 * n * (b * c - a * d), 2 * n * (b * d + a * c)],
    [2 * n * (b * c + a * d), 1 - 2 * n * (b * b + d * d), 2 * n * (c * d - a * b)],
    [2 * n * (b * d - a * c), 2 * n * (c * d + a * b), 1 - 2 * n * (b * b + c * c)],
  ] as const;
  return rows.flatMap((row, axis) => [row[0] * x, row[1] * y, row[2] * slice, qoffset[axis]!]);
}

function affineOfSizes({ pixdim, xyztUnits }: NiftiHeader): readonly number[] | null {
  const [x, y, z] = pixdim.slice(1, 4).map(Math.abs) as [number, number, number];
  const stated = (xyztUnits & 7) !== 0 || x !== 1 || y !== 1 || z !== 1;
  return stated ? [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0] : null;
}

/** Finite, with voxels between 0.01 and 1000 mm that are not flat. */
function isPossible(affine: Affine): boolean {
  if (!affine.every(Number.isFinite)) return false;
  const column = (index: number) => [affine[index]!, affine[4 + index]!, affine[8 + index]!] as const;
  const [x, y, z] = [column(0), column(1), column(2)];
  const lengths = [x, y, z].map((axis) => Math.hypot(...axis));
  if (!lengths.every((mm) => mm > 0.01 && mm < 1000)) return false;
  const volume =
    x[0] * (y[1] * z[2] - y[2] * z[1]) -
    y[0] * (x[1] * z[2] - x[2] * z[1]) +
    z[0] * (x[1] * y[2] - x[2] * y[1]);
  return Math.abs(volume) > 1e-4 * lengths[0]! * lengths[1]! * lengths[2]!;
}

/** [t] delay of each phase; null where the unit is no time, or not stated. NIfTI has a first time and a step, and no list. */
export function niftiTimesMs(
  { xyztUnits, pixdim, toffset }: NiftiHeader,
  phases: number,
): readonly number[] | null {
  const toMs = msPerUnit[xyztUnits & 0x38] ?? 0;
  const step = (pixdim[4] ?? 0) * toMs;
  if (phases < 2 || !(step > 0) || !Number.isFinite(step)) return null;
  const first = Number.isFinite(toffset) ? toffset * toMs : 0;
  return Array.from({ length: phases }, (_, phase) => first + phase * step);
}
