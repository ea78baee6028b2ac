import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { decodeNative } from './native-codec.ts';

/**
 * JPEG XL (ISO/IEC 18181-1). The decoder spreads samples over all 8 or 16 bits of its
 * output; they are brought back to the bits that the stream has.
 *
 * @param bitsAllocated 8 or 16
 * @throws DecodeError
 */
export function decodeJpegXl(data: Uint8Array, shape: CodedShape, bitsAllocated: number): CodedFrame {
  // The decoder compares the sizes in the stream with these before it allocates.
  const { bytes, bitsStored } = decodeNative('DecodeJpegXl', data, {
    ...shape,
    bitsAllocated,
    bitsStored: 0,
    signed: false,
  });
  const samples = bitsAllocated === 8 ? bytes : new Uint16Array(bytes.buffer);
  if (bitsStored >= bitsAllocated) return { precision: bitsAllocated, samples };
  const scale = (2 ** bitsStored - 1) / (2 ** bitsAllocated - 1);
  for (let index = 0; index < samples.length; index++) samples[index] = Math.round(samples[index]! * scale);
  return { precision: bitsStored, samples };
}
