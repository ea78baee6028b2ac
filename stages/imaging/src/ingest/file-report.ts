import type { Issue, IssueKind } from '@myocast/base';
import type { Exam } from './exam.ts';

/** Files that share the reason for which they are not used. */
export interface UnusedFiles {
  readonly kind: IssueKind;
  readonly reason: string;
  readonly count: number;
  /** The user's own paths, which may name a patient: for the terminal. */
  readonly files: readonly string[];
}

/** What became of every file of an exam; found = used + notUsed. */
export interface FileReport {
  readonly subject: string;
  readonly found: number;
  readonly used: number;
  readonly notUsed: number;
  /** Largest first; the counts add up to `notUsed`. */
  readonly reasons: readonly UnusedFiles[];
}

/** Counts the files of an exam, entries of archives included, and groups those without a use by the reason. */
export function reportFiles({ record, notUsed }: Exam): FileReport {
  return {
    subject: record.subject,
    found: record.filesRead,
    used: record.series.reduce((sum, { images }) => sum + images, 0),
    notUsed: notUsed.length,
    reasons: grouped(notUsed),
  };
}

function grouped(issues: readonly Issue[]): readonly UnusedFiles[] {
  const groups = new Map<string, { kind: IssueKind; reason: string; files: string[] }>();
  for (const { kind, path, message } of issues) {
    const group = groups.get(`${kind} ${message}`) ?? { kind, reason: message, files: [] };
    group.files.push(path);
    groups.set(`${kind} ${message}`, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, count: group.files.length }))
    .toSorted((a, b) => b.count - a.count);
}
