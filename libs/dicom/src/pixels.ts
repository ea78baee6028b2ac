import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { decodeFrame, isDecodable } from './codecs/decode-frame.ts';
import type { Dataset } from './dataset.ts';
import type { ElementPlace } from './element-scan.ts';
import { encapsulatedFrames } from './encapsulated.ts';
import { attributes } from './keywords.ts';
import {
  bitsOfFrames,
  pixelKeyword,
  type PixelLayout,
  pixelLayout,
  samplesPerFrame,
} from './pixel-layout.ts';
import { bytesPerValue, newStoredValues, type StoredValues } from './stored-values.ts';
import { isUncompressed, transferSyntaxName } from './transfer-syntax.ts';
import { uncompressedFrames } from './uncompressed.ts';

/** The pixels of a file as they are stored, before any rescaling. */
export interface Pixels {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** [frames, rows, columns, samples]; whole words, bits above HighBit included; whole bytes where the file packs values of 1 or 12 bits. */
  readonly stored: StoredValues;
}

/** The frames of a file, decoded one at a time. */
export interface PixelFrames {
  readonly layout: PixelLayout;
  /** Stored values of `count` frames from `first` on, by default one. */
  readonly read: (first: number, count?: number) => Checked<StoredValues>;
}

/** More decoded bytes in one file are refused (1 GiB: 8,000 frames of 256 × 256 of 16 bits). */
const mostDecodedBytes = 2 ** 30;
/**
 * A frame decodes to at most so many times its compressed bytes, above a size that costs nothing.
 * Black images reach some thousands.
 */
const mostExpansion = 10_000;
const alwaysAllowedBytes = 2 ** 24;

/**
 * The stored values of all frames, whatever the transfer syntax. What is allocated is bounded
 * by the bytes that are there: see `mostDecodedBytes` and `mostExpansion`.
 */
export function readPixels(dataset: Dataset): Checked<Pixels> {
  const opened = openPixels(dataset);
  if (!opened.ok) return opened;
  const { layout, read } = opened.value;
  const stored = read(0, layout.frames);
  if (!stored.ok) return stored;
  const { frames, rows, columns, samplesPerPixel } = layout;
  return accepted({ frames, rows, columns, samplesPerPixel, stored: stored.value }, stored.issues);
}

/** Frame after frame, so that one at a time is in memory; ends after the first that cannot be read. */
export function* eachFrame({ layout, read }: PixelFrames): Generator<Checked<StoredValues>> {
  for (let frame = 0; frame < layout.frames; frame++) {
    const values = read(frame);
    yield values;
    if (!values.ok) return;
  }
}

/** Finds the frames and checks that the file can hold them; decodes none yet. */
export function openPixels(dataset: Dataset): Checked<PixelFrames> {
  const { path, transferSyntax } = dataset;
  const keyword = pixelKeyword(dataset);
  if (keyword === null)
    return refused(issue('missing-value', path, 'expected an image with PixelData (7fe0,0010), found none'));
  const place = dataset.elements.get(attributes[keyword][0])!;
  const layout = pixelLayout(dataset, keyword);
  if ('kind' in layout) return refused(layout);
  const plain = isUncompressed(transferSyntax);
  if (!plain && !isDecodable(transferSyntax))
    return refused(issue('unsupported', path, `compressed pixels: ${transferSyntaxName(transferSyntax)}`));
  if (plain === place.encapsulated)
    return refused(
      issue(
        'not-readable',
        path,
        `expected ${plain ? 'plain' : 'encapsulated'} pixels in ${transferSyntaxName(transferSyntax)}, found the other`,
      ),
    );
  return plain ? openPlain(dataset, place, layout) : openEncapsulated(dataset, place, layout);
}

function openPlain(dataset: Dataset, place: ElementPlace, layout: PixelLayout): Checked<PixelFrames> {
  const expected = Math.ceil(bitsOfFrames(layout, layout.frames) / 8);
  if (place.length < expected)
    return refused(
      issue('truncated', dataset.path, `expected ${expected} bytes of pixels, found ${place.length}`),
    );
  const tooMany = decodedTooMany(dataset, layout);
  if (tooMany) return refused(tooMany);
  return accepted({
    layout,
    read: (first, count = 1) => accepted(uncompressedFrames(dataset, place, layout, first, count)),
  });
}

function openEncapsulated(dataset: Dataset, place: ElementPlace, layout: PixelLayout): Checked<PixelFrames> {
  const { path, transferSyntax } = dataset;
  if (layout.bits % 8 !== 0)
    return refused(issue('unsupported', path, `compressed pixels: ${transferSyntaxName(transferSyntax)}`));
  const frames = encapsulatedFrames(dataset, place, layout.frames);
  if ('kind' in frames) return refused(frames);
  const tooMany = decodedTooMany(dataset, layout) ?? expandsTooMuch(path, frames, layout);
  if (tooMany) return refused(tooMany);
  const decode = (frame: number) => decodeFrame(transferSyntax, frames[frame]!, layout, path);
  return accepted({ layout, read: (first, count = 1) => decodeFrames(decode, layout, first, count) });
}

function decodeFrames(
  decode: (frame: number) => StoredValues | Issue,
  layout: PixelLayout,
  first: number,
  count: number,
): Checked<StoredValues> {
  const length = samplesPerFrame(layout);
  let all: StoredValues | null = null;
  for (let frame = 0; frame < count; frame++) {
    const values = decode(first + frame);
    if ('kind' in values) return refused(inFrame(values, first + frame, layout));
    if (count === 1) return accepted(values);
    all ??= newStoredValues(layout, length * count);
    all.set(values, frame * length);
  }
  return accepted(all ?? newStoredValues(layout, 0));
}

function inFrame(found: Issue, frame: number, { frames }: PixelLayout): Issue {
  if (frames === 1) return found;
  return issue(found.kind, found.path, `frame ${frame + 1} of ${frames}: ${found.message}`);
}

function decodedTooMany({ path }: Dataset, layout: PixelLayout): Issue | null {
  const bytes = layout.frames * samplesPerFrame(layout) * bytesPerValue(layout);
  if (bytes <= mostDecodedBytes) return null;
  return issue('unsupported', path, `${bytes} bytes of decoded pixels, more than ${mostDecodedBytes}`);
}

function expandsTooMuch(path: string, frames: readonly Uint8Array[], layout: PixelLayout): Issue | null {
  const bytes = samplesPerFrame(layout) * bytesPerValue(layout);
  const fewest = frames.reduce((least, { length }) => Math.min(least, length), Infinity);
  if (bytes <= alwaysAllowedBytes || bytes <= fewest * mostExpansion) return null;
  return issue(
    'truncated',
    path,
    `expected frames of ${bytes} bytes, found one in ${fewest} compressed bytes`,
  );
}
