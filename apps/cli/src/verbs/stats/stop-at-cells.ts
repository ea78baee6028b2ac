import { countIssues, type Issue, type IssueKind, issue } from '@myocast/base';
import { StoppedByIssues } from '../../terminal.ts';

const mostShown = 5;

/** Ends the verb where there are issues: the first five, and how many more of each kind. */
export function stopAtCells(file: string, wrong: readonly Issue[]): void {
  if (wrong.length === 0) return;
  const more = Object.entries(countIssues(wrong.slice(mostShown))).map(([kind, count]) =>
    issue(kind as IssueKind, file, `and ${count} more ${count === 1 ? 'cell' : 'cells'} like these`),
  );
  throw new StoppedByIssues([...wrong.slice(0, mostShown), ...more]);
}
