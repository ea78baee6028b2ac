import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { DecodeError } from './decode-error.ts';
import { planesOf, type Plane, readDctScan } from './jpeg-dct.ts';
import { isFrameHeader, type JpegHeader, readFrameHeader, readScanHeader } from './jpeg-header.ts';
import { readLosslessScan } from './jpeg-lossless.ts';
import { renderPlanes } from './jpeg-render.ts';
import { type JpegTables, noTables, readTables } from './jpeg-tables.ts';

/** The image so far, between two markers. */
interface Progress {
  readonly header: JpegHeader;
  readonly planes: readonly Plane[];
  /** Of lossless JPEG. */
  readonly samples: Uint8Array | Uint16Array;
  readonly seen: Set<number>;
}

const endOfImage = 0xd9;
const startOfScan = 0xda;
/** A progressive file has one scan per component, band and bit: more than this is hostile. */
const mostScans = 200;

/**
 * Huffman-coded JPEG of ITU-T T.81: sequential and progressive cosine transform of 8 and 12
 * bits, lossless of 2 to 16 bits with all predictors. Nothing is allocated before the
 * header is found to be of the expected shape, and the time is linear in the data.
 *
 * @throws DecodeError
 */
export function decodeJpeg(bytes: Uint8Array, shape: CodedShape): CodedFrame {
  const tables = noTables();
  let progress: Progress | null = null;
  let scans = 0;
  let at = startOfImage(bytes);
  for (;;) {
    at = nextMarker(bytes, at);
    const marker = bytes[at + 1];
    if (marker === undefined || marker === endOfImage) break;
    const segment = segmentAt(bytes, at + 2);
    at += 4 + segment.length;
    if (isFrameHeader(marker)) progress = begin(marker, segment, shape, progress);
    else if (marker === startOfScan) {
      if (++scans > mostScans)
        throw new DecodeError('not-readable', `expected at most ${mostScans} JPEG scans`);
      at = readScan(bytes, at, segment, progress, tables);
    } else readTables(marker, segment, tables);
  }
  return finish(progress);
}

function startOfImage(bytes: Uint8Array): number {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 2;
  throw new DecodeError('not-readable', 'expected JPEG data (FFD8), found other bytes');
}

/** Markers without a segment (restarts, TEM, a second SOI) are passed over, as are bytes between segments. */
function nextMarker(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1]!;
    const bare = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8) || marker === 0xff;
    if (bytes[at] === 0xff && !bare) return at;
    at++;
  }
  return bytes.length;
}

function segmentAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  if (length >= 2 && at + length <= bytes.length) return bytes.subarray(at + 2, at + length);
  throw new DecodeError(
    'truncated',
    `expected a JPEG segment of ${length} bytes, found ${bytes.length - at}`,
  );
}

function begin(marker: number, segment: Uint8Array, shape: CodedShape, before: Progress | null): Progress {
  if (before !== null) throw new DecodeError('not-readable', 'expected one JPEG frame, found two');
  const header = readFrameHeader(marker, segment);
  const { rows, columns, components, precision, process } = header;
  if (rows !== shape.rows || columns !== shape.columns || components.length !== shape.samples)
    throw new DecodeError(
      'bad-value',
      `expected JPEG data of ${shape.rows} × ${shape.columns} pixels with ${shape.samples} samples, ` +
        `found ${rows} × ${columns} with ${components.length}`,
    );
  const length = process === 'lossless' ? rows * columns * components.length : 0;
  return {
    header,
    planes: process === 'lossless' ? [] : planesOf(header),
    samples: precision <= 8 ? new Uint8Array(length) : new Uint16Array(length),
    seen: new Set(),
  };
}

function readScan(
  bytes: Uint8Array,
  at: number,
  segment: Uint8Array,
  progress: Progress | null,
  tables: JpegTables,
): number {
  if (progress === null) throw new DecodeError('not-readable', 'expected a JPEG frame before its scan');
  const { header, planes, samples, seen } = progress;
  const scan = readScanHeader(segment, header);
  for (const { component } of scan.lanes) seen.add(component);
  if (header.process === 'lossless') return readLosslessScan(bytes, at, header, scan, samples, tables);
  return readDctScan(bytes, at, header, scan, planes, tables);
}

function finish(progress: Progress | null): CodedFrame {
  if (progress === null)
    throw new DecodeError('truncated', 'expected a JPEG frame, found the end of the data');
  const { header, planes, samples, seen } = progress;
  if (seen.size < header.components.length)
    throw new DecodeError('truncated', 'expected a scan of each component, found the end of the JPEG data');
  const { process, precision } = header;
  return { precision, samples: process === 'lossless' ? samples : renderPlanes(header, planes) };
}
