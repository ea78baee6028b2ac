import { gunzipSync } from 'node:zlib';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Volume } from '@myocast/dicom';
import { niftiAffine, niftiTimesMs } from './nifti-affine.ts';
import { type NiftiHeader, readNiftiHeader } from './nifti-header.ts';
import { decodeVoxels, type Scaling, voxelBytes } from './nifti-voxels.ts';

/** Larger than any cardiac series; a file that unpacks to more is refused, not unpacked. */
const mostBytes = 2 ** 31 - 1;
/** Unpacked in few large pieces. */
const chunkSize = 2 ** 20;

/**
 * A NIfTI-1 or -2 file, gzipped or not, of either byte order, 2-D to 4-D, as a
 * volume in LPS: one file, or the header of a pair with the voxels of the other.
 *
 * Integers of 8 to 64 bits and floating point of 32 and 64 bits are read, with
 * slope and intercept as nibabel applies them: a slope of 0 or not finite is
 * none. Values are kept in single precision; an issue counts whole numbers that
 * it rounds. The affine is {@link niftiAffine}'s; one that no image can have
 * is left out with an issue. Header extensions are passed over; bytes behind the
 * voxels are counted in an issue.
 *
 * @param voxels the `.img` of a pair, gzipped or not
 *
 * Agrees with: nibabel `get_fdata()` rounded to single precision.
 */
export function readNifti(bytes: Uint8Array, path: string, voxels?: Uint8Array): Checked<Volume> {
  const file = unpack(bytes);
  if (typeof file === 'string') return refused(issue('not-readable', path, file));
  const header = readNiftiHeader(file, path);
  if (!header.ok) return header;
  const image = imageOf(header.value, file, voxels);
  if (typeof image === 'string') return refused(issue('not-readable', path, image));
  return volumeOf(header.value, image, path);
}

function volumeOf(header: NiftiHeader, image: Uint8Array, path: string): Checked<Volume> {
  const layout = layoutOf(header, path);
  if ('kind' in layout) return refused(layout);
  const { shape, start, end, scaling } = layout;
  if (image.length < end)
    return refused(issue('truncated', path, `expected ${end} bytes, found ${image.length}`));
  const { littleEndian, datatype } = header;
  const decoded = decodeVoxels(image.subarray(start, end), datatype, littleEndian, scaling);
  if (decoded.notFinite >= 0)
    return refused(issue('bad-value', path, `voxel ${decoded.notFinite} is not a finite number`));
  const stated = niftiAffine(header);
  const affine = typeof stated === 'string' ? null : stated;
  const notes = [
    typeof stated === 'string' ? `${stated}: no geometry is given` : '',
    decoded.rounded > 0 ? `${decoded.rounded} voxels are rounded to single precision` : '',
    image.length > end ? `expected ${end} bytes, found ${image.length - end} more behind the voxels` : '',
  ].filter((note) => note !== '');
  return accepted(
    { shape, data: decoded.data, affine, triggerTimesMs: niftiTimesMs(header, shape[0]) },
    notes.map((note) => issue('quality-flag', path, note)),
  );
}

/** Where the voxels lie and what they mean. */
interface Layout {
  readonly shape: Volume['shape'];
  readonly start: number;
  readonly end: number;
  readonly scaling: Scaling | null;
}

function layoutOf(header: NiftiHeader, path: string): Layout | Issue {
  const shape = shapeOf(header);
  if (typeof shape === 'string') return issue('unsupported', path, shape);
  const width = voxelBytes(header.datatype);
  if (typeof width === 'string')
    return issue('unsupported', path, `expected one real number a voxel, found ${width}`);
  const start = startOf(header);
  if (typeof start === 'string') return issue('bad-value', path, start);
  const scaling = scalingOf(header);
  if (typeof scaling === 'string') return issue('bad-value', path, scaling);
  const end = start + width * shape.reduce((product, length) => product * length, 1);
  return { shape, start, end, scaling };
}

function unpack(bytes: Uint8Array): Uint8Array | string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes, chunkSize });
  } catch (cause) {
    return `cannot unpack the gzip stream: ${(cause as Error).message}`;
  }
}

/** Where the voxels are: in the file itself, or in the other one of a pair. */
function imageOf(
  { pair }: NiftiHeader,
  file: Uint8Array,
  voxels: Uint8Array | undefined,
): Uint8Array | string {
  if (!pair) return file;
  return voxels === undefined
    ? 'expected the voxels of this header in a .img file beside it, found none'
    : unpack(voxels);
}

function shapeOf({ dim, intentCode }: NiftiHeader): Volume['shape'] | string {
  const [rank, x, y, z, t] = dim as [number, number, number, number, number];
  const found = `found [${dim.join(', ')}]`;
  if (!(rank >= 2 && rank <= 7)) return `expected 2 to 4 dimensions, ${found}`;
  if (dim.slice(5, rank + 1).some((length) => length > 1))
    return `expected 2 to 4 dimensions, ${found}${intentCode === 0 ? '' : ` of intent ${intentCode}`}`;
  const shape = [rank >= 4 ? t : 1, rank >= 3 ? z : 1, y, x] as const;
  const voxels = shape.reduce((product, length) => product * length, 1);
  const possible = dim.slice(1, rank + 1).every((length) => Number.isInteger(length) && length >= 1);
  return possible && voxels < mostBytes
    ? shape
    : `expected sides of at least 1 and below 2^31 voxels, ${found}`;
}

/** A single file's voxels begin behind its header and the four bytes that say whether extensions follow. */
function startOf({ pair, version, voxOffset }: NiftiHeader): number | string {
  const earliest = pair ? 0 : version === 1 ? 352 : 544;
  if (voxOffset === 0) return earliest;
  if (Number.isInteger(voxOffset) && voxOffset >= earliest && voxOffset < mostBytes) return voxOffset;
  return `expected voxels from byte ${earliest} on, found an offset of ${voxOffset}`;
}

function scalingOf({ sclSlope, sclInter }: NiftiHeader): Scaling | null | string {
  if (sclSlope === 0 || !Number.isFinite(sclSlope)) return null;
  if (!Number.isFinite(sclInter)) return `expected a finite scl_inter, found ${sclInter}`;
  return sclSlope === 1 && sclInter === 0 ? null : { slope: sclSlope, intercept: sclInter };
}
