import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** Where a path leads when every link on it is followed; what does not exist yet stands below what does. */
async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(await realPath(parent), basename(whole));
  }
}

/** Whether a path is a folder or lies in it, links followed. */
export async function isInside(path: string, folder: string): Promise<boolean> {
  const way = relative(await realPath(folder), await realPath(path));
  return way === '' || !(way.startsWith('..') || way.startsWith('/'));
}
