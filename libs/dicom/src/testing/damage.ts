import type { Random } from '@myocast/base';

/** Values that length fields are made to claim. */
const claims = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff];

const kinds: readonly ((bytes: Uint8Array, at: number, random: Random) => Uint8Array)[] = [
  // A bit.
  (bytes, at, random) => changed(bytes, at, [bytes[at]! ^ (1 << random.integer(8))]),
  // A byte.
  (bytes, at, random) => changed(bytes, at, [random.integer(256)]),
  // A marker that the codecs look for.
  (bytes, at, random) =>
    changed(bytes, at, [0xff, [0x4f, 0x51, 0x90, 0xc0, 0xc4, 0xd8, 0xd9, 0xda, 0xf7][random.integer(9)]!]),
  // Two or four bytes that may be a length, in either byte order.
  (bytes, at, random) => changed(bytes, at, claimed(random)),
  // The file ends here.
  (bytes, at) => bytes.slice(0, at),
  // A piece is missing, or there twice.
  (bytes, at, random) => joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(64))),
  (bytes, at, random) => joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random.integer(64)))),
  // Noise over a piece.
  (bytes, at, random) =>
    changed(
      bytes,
      at,
      Array.from({ length: 1 + random.integer(32) }, () => random.integer(256)),
    ),
];

/**
 * A damaged copy of a file: one to four faults, most of them behind `from`, where the
 * bytes under test begin. The same stream of numbers gives the same copy.
 */
export function damage(bytes: Uint8Array, from: number, random: Random): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let left = 1 + random.integer(4); left > 0 && result.length > 1; left--) {
    const start = random.chance(0.75) && from < result.length ? from : 0;
    // Headers lie at the beginning: half of the faults in the first 200 bytes.
    const span = random.chance(0.5) ? Math.min(200, result.length - start) : result.length - start;
    const at = start + random.integer(span);
    result = Uint8Array.from(kinds[random.integer(kinds.length)]!(result, at, random));
  }
  return result;
}

function changed(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  bytes.set(values.slice(0, bytes.length - at), at);
  return bytes;
}

function claimed(random: Random): readonly number[] {
  const value = claims[random.integer(claims.length)]!;
  const width = random.chance(0.5) ? 2 : 4;
  const bytes = Array.from({ length: width }, (_, index) => (value >>> (8 * index)) & 255);
  return random.chance(0.5) ? bytes : bytes.reverse();
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const result = new Uint8Array(head.length + tail.length);
  result.set(head);
  result.set(tail, head.length);
  return result;
}
