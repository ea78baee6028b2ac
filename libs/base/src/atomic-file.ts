import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a file so that a reader, or a crash, sees either all of it or none of it. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = draftOf(path);
  try {
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Error(`cannot write ${path}`, { cause });
  }
}

/**
 * Builds a folder under another name and moves it into place when `build` has
 * finished: an interruption leaves nothing half-written. A folder that was there
 * before is replaced, but only when all in it is of the kind that is written.
 *
 * @param own names that an earlier folder of this kind may hold besides those of the new one
 * @throws Error when something else lies in the folder: nothing of another origin is ever removed
 */
export async function writeFolderAtomic(
  path: string,
  own: RegExp,
  build: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = draftOf(path);
  await mkdir(draft, { recursive: true });
  try {
    await build(draft);
    await checkReplaceable(path, new Set(await readdir(draft)), own);
    await rm(path, { recursive: true, force: true });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw cause;
  }
}

async function checkReplaceable(path: string, written: ReadonlySet<string>, own: RegExp): Promise<void> {
  const there = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new Error(`cannot write the folder ${path}`, { cause });
  });
  const foreign = there.find((name) => !written.has(name) && !own.test(name));
  if (foreign !== undefined)
    throw new Error(
      `cannot replace ${path}: expected an empty folder or one that was written here before, found ${foreign} in it`,
    );
}

/**
 * Removes the drafts that a killed process left in a folder. Only for a folder in which
 * no other process is writing: a draft of a living one looks the same.
 */
export async function removeDrafts(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw new Error(`cannot read ${folder}`, { cause });
  });
  for (const { name } of entries)
    if (draftName.test(name)) await rm(join(folder, name), { recursive: true, force: true });
}

const draftName = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.draft$/;

/** The parsed JSON of a file, or null when there is no such file. */
export async function readJsonFile<Value>(path: string): Promise<Value | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}`, { cause });
  }
  return JSON.parse(text) as Value;
}

function draftOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.draft`);
}

/** Whether there is a file or folder of this name. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
