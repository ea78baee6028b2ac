import { lstat } from 'node:fs/promises';
import { issue } from '@myocast/base';
import { StoppedByIssues } from './terminal.ts';

/** Stops where a path of the command line is not there, a line for each. */
export async function existingPaths(paths: readonly string[], expected: string): Promise<void> {
  const there = await Promise.all(
    paths.map((path) =>
      lstat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  const absent = paths.filter((_, index) => !there[index]);
  if (absent.length > 0)
    throw new StoppedByIssues(
      absent.map((path) => issue('not-readable', path, `expected ${expected}, found nothing`)),
    );
}
