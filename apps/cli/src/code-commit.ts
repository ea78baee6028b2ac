import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ownPackage = fileURLToPath(new URL('../package.json', import.meta.url));

/**
 * Commit of the code that runs, with a + where files differ from it; null where it is not in a repository
 * of its own, as when it was installed among another project's packages.
 */
export async function codeCommit(): Promise<string | null> {
  const git = async (...words: readonly string[]) => {
    const { stdout } = await run('git', words, { cwd: fileURLToPath(new URL('..', import.meta.url)) });
    return stdout.trim();
  };
  try {
    await git('ls-files', '--error-unmatch', ownPackage);
    const commit = await git('rev-parse', 'HEAD');
    const changed = await git('status', '--porcelain', '--untracked-files=no');
    return changed === '' ? commit : `${commit}+`;
  } catch {
    // Without git, or outside a repository: the version of the software is all there is.
    return null;
  }
}
