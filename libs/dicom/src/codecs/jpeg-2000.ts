import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { checkCodestream, startOfCodestream } from './jpeg-2000-header.ts';
import { decodeNative } from './native-codec.ts';

/**
 * JPEG 2000 (ISO/IEC 15444-1), also with the block coder of 15444-15 (HTJ2K), bare or in JP2
 * boxes. OpenJPEG decodes both: OpenJPH, also at hand, never ends on some damaged headers.
 * A file whose PixelRepresentation says signed above a stream of unsigned samples means
 * the stream's bits as two's complement.
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

function typed(bytes: Uint8Array<ArrayBuffer>, bits: number, signed: boolean): CodedFrame['samples'] {
  if (bits === 8) return signed ? new Int8Array(bytes.buffer) : bytes;
  return signed ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer);
}
