import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';

// A process id comes again after a restart (in containers at once): what this process
// holds is kept here, so that a lock with our own id from an earlier life is not taken for ours.
const heldHere = new Set<string>();

/**
 * Takes a lock file, so that one process at a time opens what it guards. The lock of a
 * process that has died is taken over.
 *
 * @returns a function that gives the lock back
 * @throws Error when another process, or this one, holds it
 */
export async function lockFolder(lockFile: string): Promise<() => Promise<void>> {
  const path = resolve(lockFile);
  const mine = `${process.pid} ${hostname()}\n`;
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await createWhole(path, mine);
      heldHere.add(path);
      return async () => {
        heldHere.delete(path);
        await rm(path, { force: true });
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new Error(`cannot lock ${lockFile}`, { cause });
    }
    const found = await readFile(path, 'utf8').catch(() => null);
    if (found !== null) await takeAway(path, found);
  }
  throw new Error(`cannot lock ${lockFile}: others keep taking it`);
}

/** Creates a file with its content in one step; fails with EEXIST where there is one. */
async function createWhole(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content);
  try {
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the lock of a dead process; of two processes that try, one can rename it. */
async function takeAway(path: string, found: string): Promise<void> {
  const [pid, host] = found.trim().split(' ');
  if (isAlive(path, Number(pid), host ?? ''))
    throw new Error(`the study is open in process ${pid} on ${host}; ${path} is removed when it ends`);
  const stale = `${path}.${process.pid}.stale`;
  await rename(path, stale).catch(() => undefined);
  const taken = await readFile(stale, 'utf8').catch(() => found);
  await rm(stale, { force: true });
  if (taken !== found) {
    await createWhole(path, taken).catch(() => undefined);
    throw new Error(`the study is being opened by another process (${taken.trim()})`);
  }
}

function isAlive(path: string, pid: number, host: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (host !== hostname()) return true;
  if (pid === process.pid) return heldHere.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
