import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Names a study's source by the content of its tables and by name, size and time
 * of every other file: enough to see that something changed, without reading all
 * images twice.
 */
export async function hashOfSource(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Error(`cannot read ${folder}`, { cause });
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${relative(folder, file)} ${size} ${file.endsWith('.csv') ? '' : mtimeMs}\n`);
    if (file.endsWith('.csv')) hash.update(await readFile(file));
  }
  return hash.digest('hex');
}
