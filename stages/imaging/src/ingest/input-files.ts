import { close, fstat, open, read } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { issue } from '@myocast/base';
import { ahead } from './containers/ahead.ts';
import { type ArchiveLimits, archiveLimits, openBudget } from './containers/archive-limits.ts';
import { readerOf, readerOfFile } from './containers/byte-reader.ts';
import { filesIn, type FoundFile, type RefusedFile, type Wanted } from './containers/files-in.ts';

/** A file on disk, or something else that lies where a file could. */
export type InputPath = string | RefusedFile;

export interface InputOptions {
  readonly limits?: ArchiveLimits;
  readonly wanted?: Wanted;
  /** Called when a file on disk, with everything in it, has been read. */
  readonly fileDone?: () => void;
}

const readAtOnce = 16;
/** An image is read whole in one step; of a longer file, its first bytes say what it is. */
const firstBytes = 2 ** 20;

/**
 * Every file under the paths, in the order of the names, hidden ones too. A path
 * that is given may be a link; links inside a folder are not followed, and are
 * named, as devices and pipes are.
 */
export async function inputPaths(paths: readonly string[]): Promise<readonly InputPath[]> {
  const found: InputPath[] = [];
  for (const path of paths) {
    const entry = await stat(path);
    if (entry.isDirectory()) await listFolder(path, found);
    else found.push(entry.isFile() ? path : notAFile(path, 'a device or pipe'));
  }
  return found;
}

async function listFolder(folder: string, found: InputPath[]): Promise<void> {
  const names = (await readdir(folder)).sort();
  for (const name of names) {
    const path = join(folder, name);
    const entry = await lstat(path);
    if (entry.isDirectory()) await listFolder(path, found);
    else if (entry.isFile()) found.push(path);
    else found.push(notAFile(path, entry.isSymbolicLink() ? 'a link' : 'a device or pipe'));
  }
}

function notAFile(path: string, found: string): RefusedFile {
  return { path, issue: issue('unsafe-entry', path, `expected a file, found ${found}: not followed`) };
}

/**
 * What is in the files, one after the other: files, those of archives included,
 * and what could not be read, each with its reason. A few files are read ahead,
 * so that thousands neither wait for each other nor fill the memory.
 */
export async function* inputFiles(
  paths: Iterable<InputPath>,
  { limits = archiveLimits, wanted = null, fileDone }: InputOptions = {},
): AsyncGenerator<FoundFile> {
  const share = () => 1 / readAtOnce;
  const asked =
    wanted === null ? paths : [...paths].filter((path) => typeof path === 'string' && wanted.has(path));
  const start = (path: InputPath) => (typeof path === 'string' ? begin(path) : Promise.resolve(path));
  for await (const file of ahead(asked, share, start, finish)) {
    if ('issue' in file) yield file;
    else yield* contentOf(file, limits, wanted);
    fileDone?.();
  }
}

interface Begun {
  readonly path: string;
  readonly size: number;
  readonly head: Uint8Array;
  /** Null once the head is the whole file. */
  readonly descriptor: number | null;
}

// File handles cost three times as much as descriptors, which counts with thousands of small files.
const openFile = promisify(open);
const sizeOf = promisify(fstat);
const readInto = promisify(read);
const closeFile = promisify(close);

async function begin(path: string): Promise<Begun | RefusedFile> {
  let descriptor: number | null = null;
  try {
    descriptor = await openFile(path, 'r');
    const { size } = await sizeOf(descriptor);
    const buffer = Buffer.allocUnsafeSlow(Math.min(size, firstBytes));
    const { bytesRead } = await readInto(descriptor, buffer, 0, buffer.length, 0);
    const head = buffer.subarray(0, bytesRead);
    if (size > bytesRead) return { path, size, head, descriptor };
    await closeFile(descriptor);
    return { path, size, head, descriptor: null };
  } catch (cause) {
    if (descriptor !== null) await closeFile(descriptor);
    return unreadable(path, cause as Error);
  }
}

async function finish(file: Begun | RefusedFile): Promise<void> {
  if (!('issue' in file) && file.descriptor !== null) await closeFile(file.descriptor);
}

async function* contentOf(file: Begun, limits: ArchiveLimits, wanted: Wanted): AsyncGenerator<FoundFile> {
  const { path, size, head, descriptor } = file;
  try {
    const reader = descriptor === null ? readerOf(head) : readerOfFile(descriptor, size, head);
    yield* filesIn(reader, path, openBudget(limits, size), wanted);
  } catch (cause) {
    yield unreadable(path, cause as Error);
  } finally {
    await finish(file);
  }
}

function unreadable(path: string, { message }: Error): RefusedFile {
  return { path, issue: issue('not-readable', path, `cannot read the file: ${message}`) };
}
