import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import { type Affine, lpsOfVoxel, type Mask, type VoxelIndex } from '@myocast/dicom';
import { readSeriesSource } from '../archive/series-source.ts';
import { type ExamRecord, type MaskName, maskSources, type SeriesRecord } from '../records.ts';
import { niftiAffine } from '../volume/nifti-affine.ts';
import { readNiftiHeader } from '../volume/nifti-header.ts';

/** The grid of a series of an exam, on which its contours are drawn. */
export interface SeriesGrid {
  readonly subject: string;
  readonly kind: MaskName;
  /** Names the series by its pixels. */
  readonly key: string;
  readonly shape: Mask['shape'];
  readonly affine: Affine | null;
  /** [t * slices + z]; '' where no image is. Null where the exam keeps no sources. */
  readonly imageUids: readonly string[] | null;
}

/** Grids differ when a corner of one lies further than this from that of the other. */
const sameGridMm = 0.1;

/** The grid of one kind of series, from the record of the exam and the header of its volume. */
export async function seriesGrid(examFolder: string, kind: MaskName): Promise<Checked<SeriesGrid>> {
  const exam = await examRecord(examFolder);
  if (!exam.ok) return exam;
  const series = exam.value.series.find((entry) => entry.kind === maskSources[kind].series);
  if (series === undefined)
    return refused(issue('missing-series', examFolder, `expected a ${kind} in the exam, found none`));
  const affine = await affineOf(join(examFolder, series.file), series);
  if (!affine.ok) return affine;
  const source = await readSeriesSource(examFolder, maskSources[kind].series);
  const { subject } = exam.value;
  const { key, shape } = series;
  const instances = source.ok ? source.value.stack.instances : null;
  const imageUids = instances && instances.map((one) => one?.sopInstanceUid ?? '');
  return accepted({ subject, kind, key, shape, affine: affine.value, imageUids });
}

/** `exam.json` of an ingested exam. */
export async function examRecord(examFolder: string): Promise<Checked<ExamRecord>> {
  const expected = 'expected an ingested exam (exam.json)';
  try {
    const record = await readJsonFile<ExamRecord>(join(examFolder, 'exam.json'));
    if (record !== null && typeof record.subject === 'string' && Array.isArray(record.series))
      return accepted(record);
    return refused(issue('not-readable', examFolder, `${expected}, found none`));
  } catch (cause) {
    return refused(issue('not-readable', examFolder, `${expected}: ${(cause as Error).message}`));
  }
}

/** A header lies in the first bytes of its file, and a cine is not unpacked for it. */
const headBytes = 4096;

async function affineOf(path: string, { shape }: SeriesRecord): Promise<Checked<Affine | null>> {
  const head = await headOf(path);
  if (typeof head === 'string') return refused(issue('not-readable', path, head));
  const header = readNiftiHeader(head, path);
  if (!header.ok) return header;
  const [, x, y, z] = header.value.dim;
  if (x !== shape[3] || y !== shape[2] || z !== shape[1])
    return refused(
      issue('bad-geometry', path, `expected the ${shape.join('×')} of exam.json, found ${z}×${y}×${x}`),
    );
  const affine = niftiAffine(header.value);
  return accepted(typeof affine === 'string' ? null : affine);
}

async function headOf(path: string): Promise<Uint8Array | string> {
  try {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      const bytes = buffer.subarray(0, bytesRead);
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
      return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
    } finally {
      await file.close();
    }
  } catch (cause) {
    return (cause as Error).message;
  }
}

/** Why contours of this shape and place are not those of a series, in words; null where they are. */
export function gridFault(
  grid: Pick<SeriesGrid, 'shape' | 'affine'>,
  found: { readonly shape: readonly number[]; readonly affine: Affine | null },
): string | null {
  if (grid.shape.some((length, axis) => length !== found.shape[axis]))
    return `expected contours of ${grid.shape.join('×')} voxels (phases, slices, rows, columns), found ${found.shape.join('×')}`;
  if (grid.affine === null || found.affine === null) return null;
  const apart = furthestCorner(grid.shape, grid.affine, found.affine);
  return apart <= sameGridMm
    ? null
    : `expected contours at the place of the series in the patient, found a corner ${apart.toFixed(1)} mm from it`;
}

function furthestCorner([, z, y, x]: Mask['shape'], a: Affine, b: Affine): number {
  let most = 0;
  for (let corner = 0; corner < 8; corner++) {
    const index: VoxelIndex = [corner & 1 ? x - 1 : 0, corner & 2 ? y - 1 : 0, corner & 4 ? z - 1 : 0];
    const [p, q] = [lpsOfVoxel(a, index), lpsOfVoxel(b, index)];
    const apart = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
    most = Math.max(most, Number.isFinite(apart) ? apart : Infinity);
  }
  return most;
}

/** The place in the image, [column, row, slice], of a place in the patient. */
export function voxelOfLps(affine: Affine, [x, y, z]: readonly [number, number, number]): VoxelIndex {
  const column = (at: number) => [affine[at]!, affine[4 + at]!, affine[8 + at]!] as const;
  const [a, b, c] = [column(0), column(1), column(2)];
  const from = [x - affine[3]!, y - affine[7]!, z - affine[11]!] as const;
  const volume = determinant(a, b, c);
  return [
    determinant(from, b, c) / volume,
    determinant(a, from, c) / volume,
    determinant(a, b, from) / volume,
  ];
}

type Column = readonly [number, number, number];

function determinant(a: Column, b: Column, c: Column): number {
  return (
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    b[0] * (a[1] * c[2] - a[2] * c[1]) +
    c[0] * (a[1] * b[2] - a[2] * b[1])
  );
}
