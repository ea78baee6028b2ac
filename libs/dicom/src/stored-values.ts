import type { PixelLayout } from './pixel-layout.ts';

export type StoredValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type Numbers = 'keyword' | 'bits' | 'signed';

/** An array of the type that BitsAllocated and PixelRepresentation ask for. */
export function newStoredValues(layout: Pick<PixelLayout, Numbers>, length: number): StoredValues {
  return viewStoredValues(layout, new ArrayBuffer(length * bytesPerValue(layout)));
}

/** The bytes as values of that type, in the byte order of the machine (little-endian). */
export function viewStoredValues(
  { keyword, bits, signed }: Pick<PixelLayout, Numbers>,
  buffer: ArrayBuffer,
): StoredValues {
  if (keyword === 'FloatPixelData') return new Float32Array(buffer);
  if (keyword === 'DoubleFloatPixelData') return new Float64Array(buffer);
  if (bits <= 8) return signed && bits === 8 ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (bits <= 16) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
}

/** Whole bytes, where the file packs values of 1 or 12 bits. */
export function bytesPerValue({ bits }: Pick<PixelLayout, 'bits'>): number {
  return Math.ceil(bits / 8);
}

/**
 * The values that count: of each word the BitsStored bits that end at HighBit, with their
 * sign. What lies in the other bits (overlays of old, or anything) is taken away.
 *
 * @returns the same array when every bit counts
 */
export function significantValues(words: StoredValues, layout: PixelLayout): StoredValues {
  const { bits, bitsStored, highBit, signed, keyword } = layout;
  if (keyword !== 'PixelData' || bitsStored >= bits || bits % 8 !== 0) return words;
  const values = words.slice();
  const [left, right] = [31 - highBit, 32 - bitsStored];
  for (let index = 0; index < values.length; index++) {
    const shifted = values[index]! << left;
    values[index] = signed ? shifted >> right : shifted >>> right;
  }
  return values;
}
