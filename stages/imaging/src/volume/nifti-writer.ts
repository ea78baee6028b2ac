import { constants, gzipSync } from 'node:zlib';
import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import { flipLpsRas } from './nifti-affine.ts';

const headerBytes = 348;
const voxelStart = 352;
const millimetres = 2;
const milliseconds = 16;
/** NIFTI_XFORM_SCANNER_ANAT */
const scanner = 1;
const longestSide = 32_767;

/**
 * The bytes of a gzipped NIfTI-1 file: a mask as uint8, an image of whole numbers
 * as int16, any other as float32. The place is written as sform, in RAS; without
 * an affine, neither code nor unit is set. Trigger times are written where they
 * are evenly spaced.
 *
 * @throws RangeError for a side that NIfTI-1 cannot state
 */
export function writeNifti(volume: Volume | Mask): Uint8Array {
  if (volume.shape.some((length) => !(length >= 1 && length <= longestSide)))
    throw new RangeError(
      `writeNifti: expected sides of 1 to ${longestSide}, got [${volume.shape.join(', ')}]`,
    );
  const voxels = encode(volume.data);
  const file = new Uint8Array(voxelStart + voxels.bytes.length);
  writeHeader(new DataView(file.buffer), volume, voxels);
  file.set([0x6e, 0x2b, 0x31, 0], 344); // n+1
  file.set(voxels.bytes, voxelStart);
  return gzipSync(file, { level: constants.Z_BEST_SPEED });
}

/** The fields of nifti1.h that are not 0. */
function writeHeader(view: DataView, volume: Volume | Mask, { datatype, bits }: Encoded): void {
  const { shape, affine } = volume;
  const [t, z, y, x] = shape;
  const shorts = (offset: number, ...values: number[]) =>
    values.forEach((value, index) => view.setInt16(offset + 2 * index, value, true));
  const floats = (offset: number, ...values: number[]) =>
    values.forEach((value, index) => view.setFloat32(offset + 4 * index, value, true));
  const times = 'triggerTimesMs' in volume ? evenSteps(volume.triggerTimesMs) : null;
  const spacing = affine ? spacingMm(affine) : ([1, 1, 1] as const);
  view.setInt32(0, headerBytes, true);
  shorts(40, t > 1 ? 4 : 3, x, y, z, t, 1, 1, 1);
  shorts(70, datatype, bits);
  floats(76, 1, spacing[2], spacing[1], spacing[0], times ? times.stepMs : 1, 1, 1, 1);
  floats(108, voxelStart, 1, 0);
  view.setUint8(123, (affine ? millimetres : 0) | (times ? milliseconds : 0));
  floats(136, times ? times.firstMs : 0);
  if (affine === null) return;
  shorts(254, scanner);
  floats(280, ...flipLpsRas(affine).slice(0, 12));
}

function evenSteps(times: readonly number[] | null): { firstMs: number; stepMs: number } | null {
  if (!times || times.length < 2) return null;
  const firstMs = times[0]!;
  const stepMs = (times.at(-1)! - firstMs) / (times.length - 1);
  const even = times.every((time, phase) => Math.abs(time - firstMs - phase * stepMs) <= 1);
  return even && stepMs > 0 ? { firstMs, stepMs } : null;
}

interface Encoded {
  readonly datatype: number;
  readonly bits: number;
  readonly bytes: Uint8Array;
}

/** Typed arrays are little endian on every machine that Node.js runs on. */
function encode(data: Float32Array | Uint8Array): Encoded {
  if (data instanceof Uint8Array) return { datatype: 2, bits: 8, bytes: data };
  const whole = data.every((value) => Number.isInteger(value) && value >= -32768 && value <= 32767);
  const stored = whole ? Int16Array.from(data) : data;
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  return whole ? { datatype: 4, bits: 16, bytes } : { datatype: 16, bits: 32, bytes };
}
