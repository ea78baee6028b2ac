import type { CodedShape } from './coded-frame.ts';
import { DecodeError } from './decode-error.ts';

/** The samples of every component of a stream, which must be alike. */
export interface Jpeg2000Component {
  readonly precision: number;
  readonly signed: boolean;
}

/** Smaller tiles on average are no image of ours: each costs the decoder some kilobytes. */
const smallestTile = 1024;
/** Precincts of 32 × 32 in the full image, and as many in each coarser one: each costs the decoder memory and time. */
const smallestPrecinctBits = 5;
const mostLayers = 1024;

/** Segments of main and tile-part headers. Behind any other the decoder may look for markers elsewhere than here. */
const segments = new Set([
  0xff50, 0xff51, 0xff52, 0xff53, 0xff55, 0xff57, 0xff58, 0xff5c, 0xff5d, 0xff5e, 0xff5f, 0xff60, 0xff61,
  0xff63, 0xff64, 0xff59, 0xff74, 0xff75, 0xff77, 0xff78,
]);
const [sod, cod, coc, sot] = [0xff93, 0xff52, 0xff53, 0xff90];

/** Markers SOC and SIZ, which begin a codestream. */
export function startOfCodestream(data: Uint8Array): number {
  const at = Buffer.from(data.buffer, data.byteOffset, data.byteLength).indexOf('ff4fff51', 0, 'hex');
  const boxed = data[4] === 0x6a && data[5] === 0x50;
  if (at === 0 || (boxed && at > 0)) return at;
  throw new DecodeError('not-readable', 'expected a JPEG 2000 codestream (FF4FFF51), found other bytes');
}

/**
 * Compares what the headers say with what the file says, so that the decoder allocates by
 * numbers that are known to be sound, and finds data that are cut off.
 *
 * @throws DecodeError
 */
export function checkCodestream(stream: Uint8Array, shape: CodedShape): Jpeg2000Component {
  const component = checkSize(stream, shape);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  checkTileParts(view, checkSegments(view, 2, sot));
  return component;
}

function checkSize(stream: Uint8Array, { rows, columns, samples }: CodedShape): Jpeg2000Component {
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

function checkComponents(bytes: Uint8Array, count: number): Jpeg2000Component {
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
function checkTileParts(view: DataView, start: number): void {
  let at = start;
  while (at + 12 <= view.byteLength && view.getUint16(at) === sot) {
    checkSegments(view, at + 12, sod);
    const length = view.getUint32(at + 6);
    if (length === 0) return;
    if (length < 14 || at + length > view.byteLength)
      throw new DecodeError(
        'truncated',
        `expected ${length} bytes in a tile-part of JPEG 2000, found ${view.byteLength - at}`,
      );
    at += length;
  }
}

/** Walks over the segments of a header up to the marker `end`, and returns where that is. */
function checkSegments(view: DataView, start: number, end: number): number {
  let at = start;
  while (at + 4 <= view.byteLength && view.getUint16(at) !== end) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (!segments.has(marker) || length < 2)
      throw new DecodeError('not-readable', `expected a segment of JPEG 2000, found ${marker.toString(16)}`);
    const segment = new DataView(
      view.buffer,
      view.byteOffset + at + 4,
      Math.max(0, Math.min(length - 2, view.byteLength - at - 4)),
    );
    if (marker === cod) checkStyle(segment, 0, 5);
    if (marker === coc) checkStyle(segment, 1, 2);
    at += 2 + length;
  }
  if (at + 4 <= view.byteLength) return at;
  throw new DecodeError('truncated', 'expected a tile-part of JPEG 2000, found the end of the data');
}

/**
 * The coding style of all components or of one (A.6.1, A.6.2): numbers that make the
 * decoder work far beyond the size of the image are refused.
 *
 * @param style where Scod or Scoc is; @param levels where the number of decompositions is
 */
function checkStyle(segment: DataView, style: number, levels: number): void {
  const byte = (at: number) => (at < segment.byteLength ? segment.getUint8(at) : 0);
  const layers = style === 0 ? byte(2) * 256 + byte(3) : 1;
  if (layers > mostLayers) throw new DecodeError('unsupported', `${layers} layers of JPEG 2000`);
  if ((byte(style) & 1) === 0) return;
  for (let level = 0; level <= byte(levels); level++) {
    const size = byte(levels + 5 + level);
    const least = Math.max(0, smallestPrecinctBits - (byte(levels) - level));
    if ((size & 15) < least || size >> 4 < least)
      throw new DecodeError(
        'unsupported',
        `precincts of ${2 ** (size & 15)} × ${2 ** (size >> 4)} in JPEG 2000`,
      );
  }
}
