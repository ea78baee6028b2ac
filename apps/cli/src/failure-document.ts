import type { Issue } from '@myocast/base';
import { StoppedByIssues, UsageError } from './terminal.ts';

/**
 * What stopped a verb, as --json has it on stdout. What is wrong with no data has a kind of its own: `usage` for how the
 * verb was called, `error` for the world (disk, network, device); its path is then the verb.
 */
export interface FailureDocument {
  readonly issues: readonly (Pick<Issue, 'path' | 'message'> & {
    readonly kind: Issue['kind'] | 'usage' | 'error';
  })[];
}

export function failureDocument(error: unknown, verb: string): FailureDocument {
  if (error instanceof StoppedByIssues)
    return { issues: error.issues.map(({ kind, path, message }) => ({ kind, path, message })) };
  return {
    issues: [{ kind: error instanceof UsageError ? 'usage' : 'error', path: verb, message: describe(error) }],
  };
}

/** An error and its cause, in one line. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`.replaceAll('\n', ' ');
}
