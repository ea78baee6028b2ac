import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of the input. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
}

const readAtOnce = 16;

/** Every file under the paths, in the order of the names; links are not followed. */
export async function inputPaths(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const entry = await lstat(path);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
      found.push(...(await inputPaths(names.map((name) => join(path, name)))));
    }
  }
  return found;
}

/** Reads files some at a time, so that thousands neither wait for each other nor exhaust the handles. */
export async function readInput(paths: readonly string[]): Promise<readonly InputFile[]> {
  const files: InputFile[] = [];
  for (let start = 0; start < paths.length; start += readAtOnce)
    files.push(...(await Promise.all(paths.slice(start, start + readAtOnce).map(readOne))));
  return files;
}

async function readOne(path: string): Promise<InputFile> {
  const bytes = await readFile(path);
  return { path, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}
