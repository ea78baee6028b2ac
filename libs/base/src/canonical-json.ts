import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * JSON with sorted keys and no spaces: equal values give equal bytes.
 *
 * Members that are undefined are left out. Numbers must be finite, because JSON
 * has no NaN or infinity and writing null for them would lose the difference.
 *
 * @throws RangeError naming the path of what cannot be written
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

/** SHA-256, as lower-case hexadecimal, of bytes, of a text, or of a value's canonical JSON. */
export function contentHash(content: Uint8Array | string | object): string {
  if (content instanceof Uint8Array) return bytesToHex(sha256(content));
  return bytesToHex(sha256(utf8ToBytes(typeof content === 'string' ? content : canonicalJson(content))));
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new RangeError(`canonicalJson: expected a finite number at ${path}, got ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, (entry, index) => write(entry, `${path}[${index}]`)).join(',')}]`;
  }
  if (typeof value !== 'object')
    throw new RangeError(`canonicalJson: expected plain data at ${path}, got ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, `${path}.${name}`)}`);
  return `{${members.join(',')}}`;
}
