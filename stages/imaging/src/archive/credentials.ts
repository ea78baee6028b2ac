import { stat, readFile } from 'node:fs/promises';
import { accepted, type Checked, issue, refused } from '@myocast/base';

/** The environment variables that may hold credentials. */
export const credentialVariables = {
  token: 'MYOCAST_ARCHIVE_TOKEN',
  user: 'MYOCAST_ARCHIVE_USER',
  password: 'MYOCAST_ARCHIVE_PASSWORD',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The value of the Authorization header: from a file, else from the environment, else none.
 * The file holds one line, `user:password` or `Bearer <token>`, and must be its owner's alone.
 * A credential is in no message.
 */
export async function readCredentials(
  file: string | null,
  environment: Environment,
): Promise<Checked<string | null>> {
  if (file !== null) return credentialsOfFile(file);
  const { token, user, password } = credentialVariables;
  const bearer = environment[token];
  if (bearer) return checkedHeader(`Bearer ${bearer}`, token);
  if (!environment[user]) return accepted(null);
  return checkedHeader(basic(environment[user], environment[password] ?? ''), user);
}

async function credentialsOfFile(file: string): Promise<Checked<string | null>> {
  try {
    const { mode } = await stat(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      return refused(issue('bad-value', file, 'expected a file that only its owner may read (chmod 600)'));
    const line = (await readFile(file, 'utf8')).trim();
    if (/^bearer /i.test(line)) return checkedHeader(`Bearer ${line.slice(7).trim()}`, file);
    const colon = line.indexOf(':');
    if (colon < 1) return refused(issue('bad-value', file, 'expected user:password or Bearer and a token'));
    return checkedHeader(basic(line.slice(0, colon), line.slice(colon + 1)), file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return refused(issue('not-readable', file, `expected a file with credentials, found ${code ?? 'none'}`));
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

function checkedHeader(value: string, path: string): Checked<string> {
  if (/^[\x21-\x7e]+ [\x21-\x7e]+$/.test(value)) return accepted(value);
  return refused(issue('bad-value', path, 'expected credentials of one line without spaces'));
}
