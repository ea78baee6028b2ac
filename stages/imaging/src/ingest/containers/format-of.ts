/** How a file is packed, by its first bytes: names and endings play no part. */
export type Packing = 'zip' | 'gzip' | 'tar' | 'none';

/** As many bytes as {@link packingOf} and {@link foreignArchive} look at. */
export const headBytes = 512;

export function packingOf(head: Uint8Array): Packing {
  if (latin1(head, 128, 132) === 'DICM') return 'none';
  if (latin1(head, 0, 2) === 'PK' && zipRecords.has(latin1(head, 2, 4))) return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return isTarHeader(head) ? 'tar' : 'none';
}

/** Local file header, end of an empty archive, and the mark of an archive that was cut into parts. */
const zipRecords = new Set(['\x03\x04', '\x05\x06', '\x07\x08']);

/** A header block of 512 bytes whose checksum holds; the checksum's own bytes count as spaces (POSIX ustar). */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < 512 || block[0] === 0) return false;
  const stated = /^[\0 ]*([0-7]{1,7})[\0 ]*$/.exec(latin1(block, 148, 156));
  if (stated === null) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += block[at]!;
  return sum === Number.parseInt(stated[1]!, 8);
}

const foreign: readonly (readonly [start: number, bytes: string, name: string])[] = [
  [0, 'Rar!\x1a\x07', 'a RAR archive'],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7z archive'],
  [0, '\xfd7zXZ\0', 'an xz file'],
  [0, 'BZh', 'a bzip2 file'],
  [0, '\x28\xb5\x2f\xfd', 'a zstd file'],
  [0, 'xar!', 'a xar archive'],
  [0, 'MSCF', 'a cabinet archive'],
];

/** The name of an archive that is not read, or null. */
export function foreignArchive(head: Uint8Array): string | null {
  if (latin1(head, 128, 132) === 'DICM') return null;
  return foreign.find(([start, bytes]) => latin1(head, start, start + bytes.length) === bytes)?.[2] ?? null;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}
