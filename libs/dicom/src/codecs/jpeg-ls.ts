import type { CodedFrame, CodedShape } from './coded-frame.ts';
import { DecodeError } from './decode-error.ts';
import { decodeNative } from './native-codec.ts';

interface JpegLsHeader {
  readonly precision: number;
  /** Each component has a scan of its own. */
  readonly separate: boolean;
}

/**
 * JPEG-LS (ISO/IEC 14495-1), lossless and near-lossless.
 *
 * @throws DecodeError
 */
export function decodeJpegLs(data: Uint8Array, shape: CodedShape): CodedFrame {
  const { precision, separate } = readHeader(data, shape);
  const frame = { ...shape, bitsAllocated: precision > 8 ? 16 : 8, bitsStored: precision, signed: false };
  const { bytes } = decodeNative('DecodeJpegLs', data, frame);
  const samples = precision > 8 ? new Uint16Array(bytes.buffer) : bytes;
  return { precision, samples: separate && shape.samples > 1 ? interleave(samples, shape.samples) : samples };
}

function readHeader(data: Uint8Array, shape: CodedShape): JpegLsHeader {
  let precision = 0;
  for (let at = 2; at + 4 <= data.length; ) {
    // Any number of bytes FF may stand before a marker.
    while (data[at + 1] === 0xff) at++;
    const [marker, length] = [data[at + 1]!, data[at + 2]! * 256 + data[at + 3]!];
    if (data[at] !== 0xff || length < 2 || at + 2 + length > data.length) break;
    const segment = data.subarray(at + 4, at + 2 + length);
    if (marker === 0xf7) precision = checkFrame(segment, shape);
    if (marker === 0xda && precision > 0) return { precision, separate: segment[0] === 1 };
    at += 2 + length;
  }
  throw new DecodeError('not-readable', 'expected a JPEG-LS frame and scan (FFF7, FFDA), found none');
}

function checkFrame(segment: Uint8Array, { rows, columns, samples }: CodedShape): number {
  const [precision, y, x, count] = [
    segment[0]!,
    segment[1]! * 256 + segment[2]!,
    segment[3]! * 256 + segment[4]!,
    segment[5]!,
  ];
  if (y === rows && x === columns && count === samples && precision >= 2 && precision <= 16) return precision;
  throw new DecodeError(
    'bad-value',
    `expected JPEG-LS data of ${rows} × ${columns} pixels with ${samples} samples, found ${y} × ${x} with ${count} of ${precision} bits`,
  );
}

function interleave<Samples extends Uint8Array | Uint16Array>(planes: Samples, samples: number): Samples {
  const result = planes.slice() as Samples;
  const area = planes.length / samples;
  for (let sample = 0; sample < samples; sample++)
    for (let pixel = 0; pixel < area; pixel++)
      result[pixel * samples + sample] = planes[sample * area + pixel]!;
  return result;
}
