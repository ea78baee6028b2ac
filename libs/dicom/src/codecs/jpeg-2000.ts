import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { DecodeError } from './decode-error.ts';
import { decodeNative } from './native-codec.ts';

interface Component {
  readonly precision: number;
  readonly signed: boolean;
}

/** Smaller tiles on average are no image of ours: each costs the decoder some kilobytes. */
const smallestTile = 1024;

/**
 * JPEG 2000 (ISO/IEC 15444-1), bare or in JP2 boxes. A file whose PixelRepresentation says
 * signed above a stream of unsigned samples means the stream's bits as two's complement.
 *
 * @param signed by the file's PixelRepresentation
 * @throws DecodeError
 */
export function decodeJpeg2000(data: Uint8Array, shape: CodedShape, signed: boolean): CodedFrame {
  const start = startOfCodestream(data);
  const component = checkSize(data.subarray(start), shape);
  checkTileParts(data, start);
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
  const component = checkSize(data.subarray(start), shape);
  checkTileParts(data, start);
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

/** Markers SOC and SIZ, which begin a codestream. */
function startOfCodestream(data: Uint8Array): number {
  const at = Buffer.from(data.buffer, data.byteOffset, data.byteLength).indexOf('ff4fff51', 0, 'hex');
  const boxed = data[4] === 0x6a && data[5] === 0x50;
  if (at === 0 || (boxed && at > 0)) return at;
  throw new DecodeError('not-readable', 'expected a JPEG 2000 codestream (FF4FFF51), found other bytes');
}

function checkSize(stream: Uint8Array, { rows, columns, samples }: CodedShape): Component {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (stream.length < 42)
    throw new DecodeError('truncated', `expected a JPEG 2000 header, found ${stream.length} bytes`);
  const long = (at: number) => view.getUint32(8 + at);
  const [width, height] = [long(0) - long(8), long(4) - long(12)];
  const count = view.getUint16(40);
  if (width !== columns || height !== rows || count !== samples)
    throw new DecodeError(
      'bad-value',
      `expected JPEG 2000 data of ${rows} × ${columns} pixels with ${samples} samples, found ${height} × ${width} with ${count}`,
    );
  const tiles = Math.ceil(long(0) / long(16)) * Math.ceil(long(4) / long(20));
  if (!(tiles <= Math.max(64, (rows * columns) / smallestTile)))
    throw new DecodeError('unsupported', `${tiles} tiles in ${rows} × ${columns} pixels of JPEG 2000`);
  return checkComponents(stream.subarray(42, 42 + 3 * count), count);
}

function checkComponents(bytes: Uint8Array, count: number): Component {
  const components = Array.from({ length: count }, (_, index) => ({
    precision: (bytes[3 * index]! & 127) + 1,
    signed: bytes[3 * index]! >> 7 === 1,
    whole: bytes[3 * index + 1] === 1 && bytes[3 * index + 2] === 1,
  }));
  const { precision, signed } = components[0]!;
  const alike = components.every((one) => one.precision === precision && one.signed === signed && one.whole);
  const known = (count === 1 && precision <= 16) || (count === 3 && precision <= 8);
  if (count > 0 && alike && known) return { precision, signed };
  throw new DecodeError(
    'unsupported',
    `JPEG 2000 of ${count} components with ${components.map((one) => one.precision).join(', ')} bits`,
  );
}

/** Each tile-part says how long it is (ISO/IEC 15444-1 A.4.2): data that are cut off show there. */
function checkTileParts(data: Uint8Array, start: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = afterMainHeader(view, start);
  while (at + 12 <= data.length && view.getUint16(at) === 0xff90) {
    const length = view.getUint32(at + 6);
    if (length === 0) return;
    if (length < 14 || at + length > data.length)
      throw new DecodeError(
        'truncated',
        `expected ${length} bytes in a tile-part of JPEG 2000, found ${data.length - at}`,
      );
    at += length;
  }
}

function afterMainHeader(view: DataView, start: number): number {
  let at = start + 2;
  while (at + 4 <= view.byteLength && view.getUint16(at) !== 0xff90) at += 2 + view.getUint16(at + 2);
  if (at + 12 <= view.byteLength) return at;
  throw new DecodeError('truncated', 'expected a tile-part of JPEG 2000, found the end of the data');
}
