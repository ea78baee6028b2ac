import { type Checked, type Issue, type IssueKind, issue, refused } from '@myocast/base';

/** An end of the talk with an archive. Becomes an issue before it leaves this folder. */
export class ArchiveFault extends Error {
  readonly issue: Issue;
  /** Of the answer; null where there was none. */
  readonly status: number | null;
  /** Whether another try may help. */
  readonly passing: boolean;

  constructor(found: Issue, { status = null, passing = false }: FaultDetails = {}) {
    super(found.message);
    this.name = 'ArchiveFault';
    this.issue = found;
    this.status = status;
    this.passing = passing;
  }
}

export interface FaultDetails {
  readonly status?: number | null;
  readonly passing?: boolean;
}

export function fault(
  path: string,
  message: string,
  details?: FaultDetails & { readonly kind?: IssueKind },
): ArchiveFault {
  return new ArchiveFault(issue(details?.kind ?? 'not-answered', path, message), details);
}

/** What the talk gave, or the issue it ended with. Other errors are mistakes of ours and go on. */
export async function faultsAsIssues<Value>(talk: () => Promise<Checked<Value>>): Promise<Checked<Value>> {
  try {
    return await talk();
  } catch (error) {
    if (error instanceof ArchiveFault) return refused(error.issue);
    throw error;
  }
}
