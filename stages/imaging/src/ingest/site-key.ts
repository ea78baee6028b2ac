import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Checked, accepted, issue, refused } from '@myocast/base';
import type { PseudonymKey } from '@myocast/dicom';
import { isInside } from './real-path.ts';

const keyBytes = 32;

/**
 * The key of a site, from a file that only its owner may read: 64 hexadecimal
 * digits. A file that is not there is made, with a random key and mode 600.
 *
 * Who has the key can repeat the pseudonyms of known patients, so it belongs
 * neither into a study nor into what is handed on, and losing it means that no
 * later exam of a subject gets the same dates and UIDs.
 *
 * @param apartFrom folders in which the key must not lie
 */
export async function siteKey(path: string, apartFrom: readonly string[]): Promise<Checked<PseudonymKey>> {
  for (const folder of apartFrom)
    if (await isInside(path, folder))
      return refused(
        issue('bad-value', path, 'expected the key outside the study, its output and its images'),
      );
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return makeKey(path);
    return refused(issue('not-readable', path, 'cannot read the key'));
  }
  if (!/^[0-9a-f]{64}\s*$/i.test(text))
    return refused(issue('bad-value', path, `expected a key of ${2 * keyBytes} hexadecimal digits`));
  return accepted(Buffer.from(text.trim(), 'hex'));
}

/** `wx`: of two processes that find no key, one makes it and the other reads it. */
async function makeKey(path: string): Promise<Checked<PseudonymKey>> {
  const key = randomBytes(keyBytes);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return siteKey(path, []);
    return refused(issue('not-readable', path, 'cannot make a key'));
  }
  return accepted(key, [
    issue('quality-flag', path, 'a new key was made: keep it, later exams of these subjects need it'),
  ]);
}
