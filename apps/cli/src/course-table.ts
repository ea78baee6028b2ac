import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Course, CourseEvent, Finding } from '@myocast/model';
import { readNumber, type Table } from '@myocast/study';

const needed = ['subject', 'what', 'name', 'day'] as const;

type Entry =
  | { readonly what: 'event'; readonly subject: string; readonly event: CourseEvent }
  | { readonly what: 'finding'; readonly subject: string; readonly finding: Finding }
  | { readonly what: 'end'; readonly subject: string; readonly days: number };

/** Courses by subject: what is known since the index date. `endDays` is null where no row says when observation ended. */
export type CourseTable = ReadonlyMap<string, Omit<Course, 'endDays'> & { readonly endDays: number | null }>;

/**
 * Courses from a table with the columns `subject`, `what`, `name`, `day` and, where they are
 * needed, `value` and `known_day`; days count from the index date. `what` is `event`
 * (of the cause `name`), `visit` or `exam` (the value `name` was found at a visit,
 * or in a second CMR), or `end` (of observation). Refused with an issue for each row that
 * is none of these.
 *
 * @param causes those of the model
 */
export function readCourses(table: Table, causes: readonly string[]): Checked<CourseTable> {
  const absent = needed.filter((name) => !table.columns.includes(name));
  const [first, ...more] = absent.map((name) =>
    issue('missing-column', table.path, `expected a column "${name}", found none`),
  );
  if (first) return refused(first, ...more);
  const issues: Issue[] = [];
  const entries: Entry[] = [];
  for (const [index, row] of table.rows.entries()) {
    const cell = (name: string) => row[table.columns.indexOf(name)]?.trim() ?? '';
    const read = entryOf(cell, causes);
    if (typeof read === 'string') issues.push(issue('bad-value', `${table.path} row ${index + 2}`, read));
    else entries.push(read);
  }
  const [wrong, ...others] = issues;
  return wrong ? refused(wrong, ...others) : accepted(bySubject(entries));
}

/** What a row says, or what is wrong with it. */
function entryOf(cell: (name: string) => string, causes: readonly string[]): Entry | string {
  const [subject, what, name] = [cell('subject'), cell('what'), cell('name')];
  const days = readNumber(cell('day'));
  if (days === null || days < 0) return `expected a day of 0 or more, found "${cell('day')}"`;
  if (what === 'end') return { what, subject, days };
  if (what === 'event') return eventOf(subject, name, days, cell('known_day'), causes);
  if (what !== 'visit' && what !== 'exam') return `expected event, visit, exam or end, found "${what}"`;
  const value = readNumber(cell('value'));
  if (name === '') return `expected the name of what was found, found none`;
  if (value === null) return `expected a number as the value of ${name}, found "${cell('value')}"`;
  return { what: 'finding', subject, finding: { name, value, days, source: what } };
}

function eventOf(
  subject: string,
  cause: string,
  days: number,
  known: string,
  causes: readonly string[],
): Entry | string {
  if (!causes.includes(cause)) return `expected one of ${causes.join(', ')}, found "${cause}"`;
  const knownDays = known === '' ? undefined : readNumber(known);
  if (knownDays === null || (knownDays ?? days) < days)
    return `expected a known_day of ${days} or more, found "${known}"`;
  return { what: 'event', subject, event: { cause, days, knownDays } };
}

function bySubject(entries: readonly Entry[]): CourseTable {
  const grouped = new Map<string, Entry[]>();
  for (const entry of entries) grouped.set(entry.subject, [...(grouped.get(entry.subject) ?? []), entry]);
  return new Map(
    [...grouped].map(([subject, own]) => {
      const ends = own.flatMap((entry) => (entry.what === 'end' ? [entry.days] : []));
      const course = {
        events: own.flatMap((entry) => (entry.what === 'event' ? [entry.event] : [])),
        findings: own.flatMap((entry) => (entry.what === 'finding' ? [entry.finding] : [])),
        endDays: ends.length === 0 ? null : Math.max(...ends),
      };
      return [subject, course];
    }),
  );
}
