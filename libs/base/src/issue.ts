/**
 * What can be wrong with data, in one table. The value says in general what the
 * kind means; the message of an issue says what was expected and found.
 */
export const issueKinds = {
  'empty-input': 'nothing to read where something was expected',
  'not-readable': 'the bytes are not of the format that was expected',
  truncated: 'the data end before they are complete',
  unsupported: 'a valid input of a sort that is not handled',
  'unsafe-entry': 'an entry of an archive or folder that is not followed, because of its name, place or size',
  'not-an-image': 'a readable file that holds no image',
  'missing-column': 'a table lacks a column that is needed',
  'missing-value': 'a cell that must be filled is empty',
  'bad-value': 'a value that its variable does not allow',
  'unknown-unit': 'a unit that its variable cannot be converted from',
  'duplicate-column': 'a table has two columns of one name',
  'ragged-row': 'a row with more or fewer cells than its table has columns',
  'unknown-column': 'a column that no variable of the protocol matches',
  'duplicate-subject': 'one subject is given more than once',
  'unknown-subject': 'a row or exam of a subject who is not in the study',
  'negative-time': 'a follow-up time before time zero',
  'missing-series': 'an exam lacks a series that is needed',
  'bad-geometry': 'slices that do not form a regular volume',
  'missing-image': 'a slice or phase of a regular volume that has no image of its own',
  'duplicate-image': 'one image is given more than once',
  'quality-flag': 'a result that should be looked at before it is relied on',
  identifying: 'something that may tell who the subject is',
  'too-few-events': 'too few events for the estimate that was asked for',
  'not-estimable': 'an estimate that the data do not determine',
  'not-answered': 'an archive that cannot be reached, refuses, or does not answer as it should',
  'not-stored': 'an object that an archive did not take',
  'already-exists': 'an output is in the way',
} as const;

export type IssueKind = keyof typeof issueKinds;

/** Something wrong with data: where it is, and what was expected and found. */
export interface Issue {
  readonly kind: IssueKind;
  /** File, table cell, subject or attribute: enough to find the place. */
  readonly path: string;
  /** One line: what was expected and what was found. */
  readonly message: string;
}

/** The outcome of reading something: a value, or none; in either case with what was wrong. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** A value that could be read, with the issues that did not stop it. */
export function accepted<Value>(value: Value, issues: readonly Issue[] = []): Checked<Value> {
  return { ok: true, value, issues };
}

/** No value, because of these issues. At least one is needed: nothing is refused in silence. */
export function refused<Value>(...issues: readonly [Issue, ...Issue[]]): Checked<Value> {
  return { ok: false, issues };
}

/** One issue. The message is cut to a single line, whatever the input held. */
export function issue(kind: IssueKind, path: string, message: string): Issue {
  return { kind, path: oneLine(path), message: oneLine(message) };
}

/** `path: message (kind)`, on one line. */
export function formatIssue({ kind, path, message }: Issue): string {
  return `${path}: ${message} (${kind})`;
}

/** How many issues there are of each kind, in the order of the table. */
export function countIssues(issues: readonly Issue[]): Partial<Record<IssueKind, number>> {
  const counts: Partial<Record<IssueKind, number>> = {};
  for (const kind of Object.keys(issueKinds) as IssueKind[]) {
    const count = issues.filter((entry) => entry.kind === kind).length;
    if (count > 0) counts[kind] = count;
  }
  return counts;
}

/** Control characters of hostile input must not reach a terminal or a log line. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 500);
}
