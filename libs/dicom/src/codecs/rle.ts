import { DecodeError } from './decode-error.ts';

const headerBytes = 64;

/**
 * RLE Lossless (PS3.5 annex G): one run-length coded segment for each byte of a
 * sample, the most significant first, sample after sample.
 *
 * @param samples samples per pixel; @param bytesPerSample of the words in the result
 * @returns the samples of a pixel side by side, each in little-endian order
 * @throws DecodeError when segments are missing, or end before all pixels are there
 */
export function decodeRle(
  data: Uint8Array,
  pixels: number,
  samples: number,
  bytesPerSample: number,
): Uint8Array {
  const segments = segmentsOf(data, samples * bytesPerSample);
  const result = new Uint8Array(pixels * samples * bytesPerSample);
  for (const [index, segment] of segments.entries()) {
    const sample = Math.floor(index / bytesPerSample);
    const byte = bytesPerSample - 1 - (index % bytesPerSample);
    const found = unpackBits(segment, result, sample * bytesPerSample + byte, samples * bytesPerSample);
    if (found < pixels)
      throw new DecodeError(
        'truncated',
        `expected ${pixels} bytes in RLE segment ${index + 1}, found ${found}`,
      );
  }
  return result;
}

function segmentsOf(data: Uint8Array, expected: number): readonly Uint8Array[] {
  if (data.length < headerBytes)
    throw new DecodeError('truncated', `expected ${headerBytes} bytes of RLE header, found ${data.length}`);
  const view = new DataView(data.buffer, data.byteOffset, headerBytes);
  const count = view.getUint32(0, true);
  if (count !== expected)
    throw new DecodeError('bad-value', `expected ${expected} RLE segments, found ${count}`);
  const starts = Array.from({ length: count }, (_, index) => view.getUint32(4 + 4 * index, true));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? data.length;
    if (start >= headerBytes && start <= end && end <= data.length) return data.subarray(start, end);
    throw new DecodeError(
      'bad-value',
      `expected RLE segment ${index + 1} within ${data.length} bytes, found ${start} to ${end}`,
    );
  });
}

/**
 * Apple's PackBits: n < 128 is followed by n + 1 bytes as they are, n > 128 by one byte
 * that is repeated 257 - n times, 128 means nothing. Bytes beyond the last pixel are padding.
 *
 * @returns how many bytes were written, each `step` after the one before
 */
function unpackBits(segment: Uint8Array, result: Uint8Array, start: number, step: number): number {
  let to = start;
  let from = 0;
  while (from + 1 < segment.length && to < result.length) {
    const control = segment[from++]!;
    if (control < 128) {
      const end = Math.min(from + control + 1, segment.length);
      while (from < end && to < result.length) {
        result[to] = segment[from++]!;
        to += step;
      }
      from = end;
    } else if (control > 128) {
      const value = segment[from++]!;
      for (let left = 257 - control; left > 0 && to < result.length; left--) {
        result[to] = value;
        to += step;
      }
    }
  }
  return (to - start) / step;
}
