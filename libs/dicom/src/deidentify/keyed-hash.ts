import { createHmac } from 'node:crypto';

/** A secret of a site; whoever has it can repeat a pseudonym, nobody can turn one back. */
export type PseudonymKey = Uint8Array;

const shortestKey = 32;

/** HMAC-SHA256 of a value for one purpose: equal texts give unrelated results for different purposes. */
function keyedHash(key: PseudonymKey, purpose: string, value: string): Buffer {
  if (key.length < shortestKey)
    throw new RangeError(`keyedHash: expected a key of at least ${shortestKey} bytes, got ${key.length}`);
  return createHmac('sha256', key).update(`${purpose}\0${value}`, 'utf8').digest();
}

/** `sub-` and 12 letters or digits (60 bits): the same patient gets the same one under the same key. */
export function pseudonymOf(key: PseudonymKey, patient: string): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const hash = keyedHash(key, 'patient', patient);
  return `sub-${Array.from(hash.subarray(0, 12), (byte) => letters[byte & 31]).join('')}`;
}

/** Which key was used, without saying anything of it: 12 hexadecimal digits. */
export function keyMark(key: PseudonymKey): string {
  return keyedHash(key, 'mark', '').toString('hex', 0, 6);
}

/**
 * The UID that stands for another one: under 2.25, from a UUID of version 8
 * (PS3.5 B.2, RFC 9562), so that files that named each other still do.
 */
export function remappedUid(key: PseudonymKey, uid: string): string {
  const bytes = keyedHash(key, 'uid', uid).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}

const longestShiftDays = 3652;

/**
 * By how many whole days the dates of a subject go back: 1 to 3652, uniform.
 *
 * It depends on the subject alone, so every interval within a subject stays
 * as it was, over all exams; an index date shifted by it stays the exam's date.
 */
export function shiftDays(key: PseudonymKey, subject: string): number {
  return 1 + Number(keyedHash(key, 'dates', subject).readBigUInt64BE() % BigInt(longestShiftDays));
}
