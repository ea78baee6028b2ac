import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { checkCodestream, startOfCodestream } from './jpeg-2000-header.ts';
import { decodeNative } from './native-codec.ts';

/**
 * JPEG 2000 (ISO/IEC 15444-1), bare or in JP2 boxes. A file whose PixelRepresentation says
 * signed above a stream of unsigned samples means the stream's bits as two's complement.
 *
 * @param signed by the file's PixelRepresentation
 * @throws DecodeError
 */
export function decodeJpeg2000(data: Uint8Array, shape: CodedShape, signed: boolean): CodedFrame {
  const start = startOfCodestream(data);
  const component = checkCodestream(data.subarray(start), shape);
  const { precision } = component;
  const bitsAllocated = precision > 8 ? 16 : 8;
  const { bytes } = decodeNative('DecodeJpeg2000', data, {
    ...shape,
    bitsAllocated,
    bitsStored: precision,
    signed: component.signed,
  });
  const spare = signed && !component.signed ? bitsAllocated - precision : 0;
  const samples = typed(bytes, bitsAllocated, signed || component.signed);
  if (spare > 0)
    for (let index = 0; index < samples.length; index++)
      samples[index] = (samples[index]! << (32 - precision)) >> (32 - precision);
  return { precision, samples };
}

/**
 * JPEG 2000 with the block coder of ISO/IEC 15444-15 (HTJ2K).
 *
 * @throws DecodeError
 */
export function decodeHighThroughput(data: Uint8Array, shape: CodedShape, signed: boolean): CodedFrame {
  const start = startOfCodestream(data);
  const component = checkCodestream(data.subarray(start), shape);
  const { precision } = component;
  // Room for negative samples of 8 bits, which the decoder would cut off in one byte.
  const { bytes } = decodeNative('DecodeHtJpeg2000', data.subarray(start), {
    ...shape,
    bitsAllocated: 16,
    bitsStored: precision,
    signed: component.signed,
  });
  return { precision, samples: typed(bytes, 16, signed || component.signed) };
}

function typed(bytes: Uint8Array<ArrayBuffer>, bits: number, signed: boolean): CodedFrame['samples'] {
  if (bits === 8) return signed ? new Int8Array(bytes.buffer) : bytes;
  return signed ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer);
}
