import { createHash } from 'node:crypto';

/**
 * A UID that depends on its parts alone: under 2.25, from a UUID of version 8 (PS3.5 B.2,
 * RFC 9562) of which the bits are those of a SHA-256. Equal parts give equal UIDs.
 */
export function derivedUid(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    // The length keeps 'ab', 'c' apart from 'a', 'bc'.
    hash.update(`${bytes.length}:`).update(bytes);
  }
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
