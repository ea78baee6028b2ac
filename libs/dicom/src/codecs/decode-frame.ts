import { type Issue, issue } from '@myocast/base';
import { type PixelLayout, samplesPerFrame } from '../pixel-layout.ts';
import { bytesPerValue, newStoredValues, type StoredValues, viewStoredValues } from '../stored-values.ts';
import { transferSyntaxName } from '../transfer-syntax.ts';
import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { DecodeError } from './decode-error.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodeJpeg2000 } from './jpeg-2000.ts';
import { decodeJpegLs } from './jpeg-ls.ts';
import { decodeJpegXl } from './jpeg-xl.ts';
import { decodeRle } from './rle.ts';

type Decode = (data: Uint8Array, shape: CodedShape, layout: PixelLayout) => CodedFrame;

const jpeg2000: Decode = (data, shape, { signed }) => decodeJpeg2000(data, shape, signed);
const jpegXl: Decode = (data, shape, { bits, bitsStored }) => decodeJpegXl(data, shape, bits, bitsStored);

/** The decoder of each syntax but RLE, whose words are as wide as the file's. */
const decoders: { readonly [uid: string]: Decode } = {
  '1.2.840.10008.1.2.4.50': decodeJpeg,
  '1.2.840.10008.1.2.4.51': decodeJpeg,
  '1.2.840.10008.1.2.4.53': decodeJpeg,
  '1.2.840.10008.1.2.4.55': decodeJpeg,
  '1.2.840.10008.1.2.4.57': decodeJpeg,
  '1.2.840.10008.1.2.4.70': decodeJpeg,
  '1.2.840.10008.1.2.4.80': decodeJpegLs,
  '1.2.840.10008.1.2.4.81': decodeJpegLs,
  '1.2.840.10008.1.2.4.90': jpeg2000,
  '1.2.840.10008.1.2.4.91': jpeg2000,
  '1.2.840.10008.1.2.4.110': jpegXl,
  '1.2.840.10008.1.2.4.111': jpegXl,
  '1.2.840.10008.1.2.4.112': jpegXl,
  '1.2.840.10008.1.2.4.201': jpeg2000,
  '1.2.840.10008.1.2.4.202': jpeg2000,
  '1.2.840.10008.1.2.4.203': jpeg2000,
};
const rleLossless = '1.2.840.10008.1.2.5';

/** Whether frames of this compressed syntax can be decoded. */
export function isDecodable(syntax: string): boolean {
  return syntax === rleLossless || syntax in decoders;
}

/**
 * The stored values of one compressed frame, [rows, columns, samples]. Never throws,
 * whatever the bytes; allocates nothing before the stream's own sizes are found to be the file's.
 *
 * @param path of the file, for the issue
 */
export function decodeFrame(
  syntax: string,
  data: Uint8Array,
  layout: PixelLayout,
  path: string,
): StoredValues | Issue {
  try {
    return syntax === rleLossless ? rleFrame(data, layout) : codedFrame(decoders[syntax]!, data, layout);
  } catch (error) {
    const kind = error instanceof DecodeError ? error.kind : 'not-readable';
    return issue(kind, path, `${transferSyntaxName(syntax)}: ${(error as Error).message}`);
  }
}

function rleFrame(data: Uint8Array, layout: PixelLayout): StoredValues {
  const { rows, columns, samplesPerPixel } = layout;
  const bytes = decodeRle(data, rows * columns, samplesPerPixel, bytesPerValue(layout));
  return viewStoredValues(layout, bytes.buffer as ArrayBuffer);
}

function codedFrame(decode: Decode, data: Uint8Array, layout: PixelLayout): StoredValues {
  const { rows, columns, samplesPerPixel, bits } = layout;
  const { precision, samples } = decode(data, { rows, columns, samples: samplesPerPixel }, layout);
  const expected = samplesPerFrame(layout);
  if (samples.length !== expected)
    throw new DecodeError('truncated', `expected ${expected} samples, found ${samples.length}`);
  if (precision > bits)
    throw new DecodeError('bad-value', `expected at most ${bits} bits a sample, found ${precision}`);
  const stored = newStoredValues(layout, expected);
  stored.set(samples);
  return stored;
}
