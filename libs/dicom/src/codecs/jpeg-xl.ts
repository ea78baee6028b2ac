import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { decodeNative } from './native-codec.ts';

/**
 * JPEG XL (ISO/IEC 18181-1), lossless and lossy; samples come in the bits that the stream has.
 *
 * @param bitsAllocated 8 or 16
 * @throws DecodeError
 */
export function decodeJpegXl(
  data: Uint8Array,
  shape: CodedShape,
  bitsAllocated: number,
  bitsStored: number,
): CodedFrame {
  // The decoder compares the sizes in the stream with these before it allocates.
  const { bytes } = decodeNative('DecodeJpegXl', data, {
    ...shape,
    bitsAllocated,
    bitsStored,
    signed: false,
  });
  const samples = bitsAllocated === 8 ? bytes : new Uint16Array(bytes.buffer);
  return { precision: bitsAllocated, samples };
}
