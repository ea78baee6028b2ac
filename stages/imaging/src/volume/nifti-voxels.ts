/** How the values of a data type are stored. */
interface Stored {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly whole: boolean;
  view(
    buffer: ArrayBufferLike,
    offset: number,
    count: number,
  ): ArrayLike<number> | BigInt64Array | BigUint64Array;
}

const stored = (bytes: Stored['bytes'], whole: boolean, view: Stored['view']): Stored => ({
  bytes,
  whole,
  view,
});

/** DT_… codes of nifti1.h that are read. */
const storedTypes: { readonly [datatype: number]: Stored } = {
  2: stored(1, true, (buffer, offset, count) => new Uint8Array(buffer, offset, count)),
  256: stored(1, true, (buffer, offset, count) => new Int8Array(buffer, offset, count)),
  4: stored(2, true, (buffer, offset, count) => new Int16Array(buffer, offset, count)),
  512: stored(2, true, (buffer, offset, count) => new Uint16Array(buffer, offset, count)),
  8: stored(4, true, (buffer, offset, count) => new Int32Array(buffer, offset, count)),
  768: stored(4, true, (buffer, offset, count) => new Uint32Array(buffer, offset, count)),
  1024: stored(8, true, (buffer, offset, count) => new BigInt64Array(buffer, offset, count)),
  1280: stored(8, true, (buffer, offset, count) => new BigUint64Array(buffer, offset, count)),
  16: stored(4, false, (buffer, offset, count) => new Float32Array(buffer, offset, count)),
  64: stored(8, false, (buffer, offset, count) => new Float64Array(buffer, offset, count)),
};

const otherTypes: { readonly [datatype: number]: string } = {
  0: 'no data type',
  1: 'single bits',
  32: 'complex64',
  128: 'RGB colour',
  1536: 'float128',
  1792: 'complex128',
  2048: 'complex256',
  2304: 'RGBA colour',
};

/** Bytes of one voxel, or the name of a data type that is not read. */
export function voxelBytes(datatype: number): number | string {
  return storedTypes[datatype]?.bytes ?? otherTypes[datatype] ?? `data type ${datatype}`;
}

/** What a voxel's number means: stored × slope + intercept. */
export interface Scaling {
  readonly slope: number;
  readonly intercept: number;
}

export interface Voxels {
  readonly data: Float32Array;
  /** Index of the first voxel that is no finite number in single precision, or -1. */
  readonly notFinite: number;
  /** Whole numbers that single precision does not hold exactly. */
  readonly rounded: number;
}

/** Voxels in single precision. `bytes` are theirs alone, and may be turned round in place if not little endian. */
export function decodeVoxels(
  bytes: Uint8Array,
  datatype: number,
  littleEndian: boolean,
  scaling: Scaling | null,
): Voxels {
  const type = storedTypes[datatype]!;
  const values = alignedView(bytes, type, littleEndian);
  const data = new Float32Array(values.length);
  if (scaling === null && !(values instanceof BigInt64Array || values instanceof BigUint64Array))
    data.set(values);
  else {
    const { slope, intercept } = scaling ?? { slope: 1, intercept: 0 };
    for (let index = 0; index < data.length; index++)
      data[index] = Number(values[index]!) * slope + intercept;
  }
  const exact = !type.whole || type.bytes <= 2 || scaling !== null;
  return { data, notFinite: firstNotFinite(data), rounded: exact ? 0 : countRounded(values, data) };
}

function alignedView(bytes: Uint8Array, type: Stored, littleEndian: boolean): ReturnType<Stored['view']> {
  const count = bytes.length / type.bytes;
  if (littleEndian && bytes.byteOffset % type.bytes === 0)
    return type.view(bytes.buffer, bytes.byteOffset, count);
  const copy = new Uint8Array(bytes);
  if (!littleEndian) swap(Buffer.from(copy.buffer), type.bytes);
  return type.view(copy.buffer, 0, count);
}

function swap(bytes: Buffer, width: Stored['bytes']): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}

/** Index of the first voxel that is no finite number, or -1. */
export function firstNotFinite(data: Float32Array): number {
  let sum = 0;
  // 0 of every finite number, NaN of any other.
  for (let index = 0; index < data.length; index++) sum += 0 * data[index]!;
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}

function countRounded(values: ReturnType<Stored['view']>, data: Float32Array): number {
  let count = 0;
  for (let index = 0; index < data.length; index++) {
    const value = values[index]!;
    const same = typeof value === 'bigint' ? BigInt(data[index]!) === value : data[index] === value;
    if (!same) count++;
  }
  return count;
}
