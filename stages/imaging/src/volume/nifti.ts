import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { type Affine, type Mask, spacingMm, type Volume } from '@myocast/dicom';
import { isNIFTI, NIFTI1, type NIFTI2, readHeader } from 'nifti-reader-js';

type Header = NIFTI1 | NIFTI2;
type Numbers = { readonly length: number; readonly [index: number]: number | bigint };

/** Larger than any cardiac series; a file that unpacks to more is refused, not unpacked. */
const mostBytes = 2 ** 31 - 1;

const bytesPerVoxel: Readonly<Record<number, number>> = {
  [NIFTI1.TYPE_UINT8]: 1,
  [NIFTI1.TYPE_INT8]: 1,
  [NIFTI1.TYPE_INT16]: 2,
  [NIFTI1.TYPE_UINT16]: 2,
  [NIFTI1.TYPE_INT32]: 4,
  [NIFTI1.TYPE_UINT32]: 4,
  [NIFTI1.TYPE_FLOAT32]: 4,
  [NIFTI1.TYPE_FLOAT64]: 8,
};

/**
 * A NIfTI-1 or -2 file, gzipped or not, 2-D to 4-D, as a volume in LPS.
 *
 * The sform is taken, else the qform. With neither, the voxel sizes give lengths
 * but no place in the patient; with neither and no unit of length either, the
 * affine is null.
 */
export function readNifti(bytes: Uint8Array, path: string): Checked<Volume> {
  const plain = unpack(bytes);
  if (typeof plain === 'string') return refused(issue('not-readable', path, plain));
  if (plain.byteLength < 352 || !isNIFTI(plain))
    return refused(issue('not-readable', path, `expected a NIfTI file, found ${bytes.length} other bytes`));
  const header = readHeader(plain);
  const shape = shapeOf(header);
  if (!shape)
    return refused(
      issue('unsupported', path, `expected 2 to 4 dimensions, found [${header.dims.slice(0, 8).join(', ')}]`),
    );
  const width = bytesPerVoxel[header.datatypeCode];
  if (!width)
    return refused(issue('unsupported', path, `NIfTI data type ${header.datatypeCode} is not read`));
  const count = shape.reduce((product, length) => product * length, 1);
  const start = Math.max(352, Math.trunc(header.vox_offset));
  if (plain.byteLength < start + count * width)
    return refused(
      issue(
        'truncated',
        path,
        `expected ${count * width} bytes of voxels, found ${plain.byteLength - start}`,
      ),
    );
  const data = decode(plain, header, start, count);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) return refused(issue('bad-value', path, `voxel ${bad} is not a finite number`));
  return accepted({ shape, data, affine: affineOf(header), triggerTimesMs: timesOf(header, shape[0]) });
}

/**
 * The bytes of a gzipped NIfTI-1 file: a mask as uint8, an image of whole numbers
 * as int16, any other as float32. Without an affine, neither code nor unit is set.
 */
export function writeNifti(volume: Volume | Mask): Uint8Array {
  const [t, z, y, x] = volume.shape;
  const voxels = encode(volume.data);
  const header = new NIFTI1();
  header.littleEndian = true;
  header.dims = t > 1 ? [4, x, y, z, t, 1, 1, 1] : [3, x, y, z, 1, 1, 1, 1];
  header.datatypeCode = voxels.code;
  header.numBitsPerVoxel = voxels.bytes.length === 0 ? 8 : (8 * voxels.bytes.length) / volume.data.length;
  header.vox_offset = 352;
  header.scl_slope = 1;
  header.scl_inter = 0;
  header.magic = 'n+1';
  const spacing = volume.affine ? spacingMm(volume.affine) : ([1, 1, 1] as const);
  header.pixDims = [1, spacing[2], spacing[1], spacing[0], 1, 1, 1, 1];
  const times = 'triggerTimesMs' in volume ? evenSteps(volume.triggerTimesMs) : null;
  if (times) {
    header.pixDims[4] = times.stepMs;
    header.toffset = times.firstMs;
  }
  header.xyzt_units = (volume.affine ? NIFTI1.UNITS_MM : 0) | (times ? NIFTI1.UNITS_MSEC : 0);
  if (volume.affine) {
    header.sform_code = NIFTI1.XFORM_SCANNER_ANAT;
    header.affine = rows(flipLpsRas(volume.affine));
  }
  const file = new Uint8Array(352 + voxels.bytes.length);
  file.set(new Uint8Array(header.toArrayBuffer()), 0);
  file.set(voxels.bytes, 352);
  return gzipSync(file, { level: constants.Z_BEST_SPEED });
}

/** LPS to RAS and back: x and y change sign. */
function flipLpsRas(affine: Affine): Affine {
  return affine.map((value, index) => (index < 8 && value !== 0 ? -value : value));
}

const rows = (affine: Affine) => [0, 4, 8, 12].map((start) => affine.slice(start, start + 4));

function unpack(bytes: Uint8Array): ArrayBuffer | string {
  if (bytes.length === 0) return 'expected a NIfTI file, found an empty file';
  try {
    const plain =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes;
    return plain.buffer.slice(plain.byteOffset, plain.byteOffset + plain.byteLength) as ArrayBuffer;
  } catch (cause) {
    return `cannot unpack the gzip stream: ${(cause as Error).message}`;
  }
}

function shapeOf({ dims }: Header): Volume['shape'] | null {
  const [rank, x, y, z, t] = dims as [number, number, number, number, number];
  if (!(rank >= 2 && rank <= 7)) return null;
  if (dims.slice(5, rank + 1).some((length) => length > 1)) return null;
  const shape = [rank >= 4 ? t : 1, rank >= 3 ? z : 1, y, x] as const;
  const voxels = shape.reduce((product, length) => product * length, 1);
  return shape.every((length) => Number.isInteger(length) && length >= 1) && voxels < mostBytes
    ? shape
    : null;
}

function decode(plain: ArrayBuffer, header: Header, start: number, count: number): Float32Array {
  const raw = header.littleEndian
    ? littleEndian(plain.slice(start), header.datatypeCode, count)
    : bigEndian(new DataView(plain, start), header.datatypeCode, count);
  const scaled = header.scl_slope !== 0 && Number.isFinite(header.scl_slope);
  const slope = scaled ? header.scl_slope : 1;
  const shift = scaled && Number.isFinite(header.scl_inter) ? header.scl_inter : 0;
  const data = new Float32Array(count);
  for (let index = 0; index < count; index++) data[index] = Number(raw[index]) * slope + shift;
  return data;
}

function littleEndian(voxels: ArrayBuffer, type: number, count: number): Numbers {
  switch (type) {
    case NIFTI1.TYPE_UINT8:
      return new Uint8Array(voxels, 0, count);
    case NIFTI1.TYPE_INT8:
      return new Int8Array(voxels, 0, count);
    case NIFTI1.TYPE_INT16:
      return new Int16Array(voxels, 0, count);
    case NIFTI1.TYPE_UINT16:
      return new Uint16Array(voxels, 0, count);
    case NIFTI1.TYPE_INT32:
      return new Int32Array(voxels, 0, count);
    case NIFTI1.TYPE_UINT32:
      return new Uint32Array(voxels, 0, count);
    case NIFTI1.TYPE_FLOAT32:
      return new Float32Array(voxels, 0, count);
    default:
      return new Float64Array(voxels, 0, count);
  }
}

function bigEndian(view: DataView, type: number, count: number): Numbers {
  const width = bytesPerVoxel[type]!;
  const readers: Readonly<Record<number, (at: number) => number>> = {
    [NIFTI1.TYPE_UINT8]: (at) => view.getUint8(at),
    [NIFTI1.TYPE_INT8]: (at) => view.getInt8(at),
    [NIFTI1.TYPE_INT16]: (at) => view.getInt16(at),
    [NIFTI1.TYPE_UINT16]: (at) => view.getUint16(at),
    [NIFTI1.TYPE_INT32]: (at) => view.getInt32(at),
    [NIFTI1.TYPE_UINT32]: (at) => view.getUint32(at),
    [NIFTI1.TYPE_FLOAT32]: (at) => view.getFloat32(at),
    [NIFTI1.TYPE_FLOAT64]: (at) => view.getFloat64(at),
  };
  const read = readers[type]!;
  return Float64Array.from({ length: count }, (_, index) => read(index * width));
}

function affineOf(header: Header): Affine | null {
  const placed = header.sform_code > 0 || header.qform_code > 0;
  const toRas = placed ? header.affine.flat().map(Number) : affineOfSizes(header);
  const affine = toRas && flipLpsRas(toRas);
  return affine && usable(affine) ? affine : null;
}

/** Voxel sizes alone, at an unknown place; null where even these are the defaults of a header without sizes. */
function affineOfSizes({ pixDims: [, x = 0, y = 0, z = 0], xyzt_units: units }: Header): Affine | null {
  const unknown = (units & NIFTI1.SPATIAL_UNITS_MASK) === NIFTI1.UNITS_UNKNOWN;
  return unknown && x === 1 && y === 1 && z === 1 ? null : [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];
}

const usable = (affine: Affine) => {
  const spacing = spacingMm(affine);
  return affine.every(Number.isFinite) && spacing.every((length) => length > 0.01 && length < 1000);
};

/** Evenly spaced phases only: NIfTI has a first time and a step, and no list. */
function timesOf(header: Header, phases: number): number[] | null {
  const unit = header.xyzt_units & NIFTI1.TEMPORAL_UNITS_MASK;
  const toMs = unit === NIFTI1.UNITS_MSEC ? 1 : unit === NIFTI1.UNITS_SEC ? 1000 : 0;
  const step = (header.pixDims[4] ?? 0) * toMs;
  if (phases < 2 || !(step > 0)) return null;
  return Array.from({ length: phases }, (_, phase) => header.toffset * toMs + phase * step);
}

function evenSteps(times: readonly number[] | null): { firstMs: number; stepMs: number } | null {
  if (!times || times.length < 2) return null;
  const firstMs = times[0]!;
  const stepMs = (times.at(-1)! - firstMs) / (times.length - 1);
  const even = times.every((time, phase) => Math.abs(time - firstMs - phase * stepMs) <= 1);
  return even && stepMs > 0 ? { firstMs, stepMs } : null;
}

function encode(data: Float32Array | Uint8Array): { code: number; bytes: Uint8Array } {
  if (data instanceof Uint8Array) return { code: NIFTI1.TYPE_UINT8, bytes: data };
  const whole = data.every((value) => Number.isInteger(value) && value >= -32768 && value <= 32767);
  const stored = whole ? Int16Array.from(data) : data;
  return {
    code: whole ? NIFTI1.TYPE_INT16 : NIFTI1.TYPE_FLOAT32,
    bytes: new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength),
  };
}
