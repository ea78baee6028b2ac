import { DecodeError } from './decode-error.ts';

/** Reads the entropy-coded bits of a JPEG scan; bytes stuffed behind FF are taken out. */
export interface BitReader {
  readonly bytes: Uint8Array;
  /** The next byte that is not in `bits` yet; stops at a marker. */
  at: number;
  /** The lowest `count` bits are still to be read. */
  bits: number;
  count: number;
  /** How many of them are zeros of our own, from behind the end of the data. */
  invented: number;
}

export function bitReader(bytes: Uint8Array, at: number): BitReader {
  return { bytes, at, bits: 0, count: 0, invented: 0 };
}

/** Fills up to at least 25 bits, with zeros once a marker or the end is reached. */
export function fill(reader: BitReader): void {
  const { bytes } = reader;
  while (reader.count <= 24) {
    let byte = bytes[reader.at];
    if (byte === 0xff) {
      const next = bytes[reader.at + 1];
      if (next === 0xff) {
        reader.at++;
        continue;
      }
      if (next === 0) reader.at += 2;
      else byte = undefined;
    } else if (byte !== undefined) reader.at++;
    if (byte === undefined) reader.invented += 8;
    reader.bits = (reader.bits << 8) | (byte ?? 0);
    reader.count += 8;
  }
}

/** The next `length` bits (0 to 16) as a whole number. */
export function readBits(reader: BitReader, length: number): number {
  if (length === 0) return 0;
  if (reader.count < length) fill(reader);
  reader.count -= length;
  return (reader.bits >>> reader.count) & ((1 << length) - 1);
}

/** The difference of `size` bits that ITU-T T.81 F.2.2.1 calls EXTEND: a leading 0 means negative. */
export function readSigned(reader: BitReader, size: number): number {
  const value = readBits(reader, size);
  return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Whether bits were read that the data do not have. */
export function isExhausted({ count, invented }: BitReader): boolean {
  return count < invented;
}

/** Goes on behind the next restart marker; the bits before it are padding. */
export function passRestart(reader: BitReader): void {
  reader.bits = 0;
  reader.count = 0;
  reader.invented = 0;
  const { bytes } = reader;
  let at = reader.at;
  while (at + 1 < bytes.length && !isMarker(bytes[at]!, bytes[at + 1]!)) at++;
  const marker = bytes[at + 1];
  if (marker === undefined)
    throw new DecodeError('truncated', 'expected a restart marker, found the end of the JPEG data');
  if (marker < 0xd0 || marker > 0xd7)
    throw new DecodeError('not-readable', `expected a restart marker, found FF${marker.toString(16)}`);
  reader.at = at + 2;
}

function isMarker(first: number, second: number): boolean {
  return first === 0xff && second !== 0 && second !== 0xff;
}
