import { readdir, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import type { z } from 'zod';

/**
 * A JSON file as its schema has it; null where it is not there, and, with an issue that
 * names its place in the folder, where it is not as expected.
 */
export async function readPiece<Value>(
  folder: string,
  path: string,
  schema: z.ZodType<Value>,
  issues: Issue[],
): Promise<Value | null> {
  const place = relative(folder, path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}`, { cause });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    issues.push(issue('not-readable', place, 'expected JSON, found something else'));
    return null;
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  issues.push(issue('not-readable', place, `at ${first?.path.join('.') || '$'}: ${first?.message}`));
  return null;
}

/** The names in a folder, sorted; none when there is no such folder. Drafts begin with a dot. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`cannot read ${folder}`, { cause });
  }
}
