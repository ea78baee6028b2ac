import type { Outcome } from '@myocast/predictors';

/** An event after the index date. */
export interface CourseEvent {
  readonly cause: string;
  /** Days from the index date. */
  readonly days: number;
  /** The day on which the study learned of it; that of the event where it is not given. */
  readonly knownDays?: number | undefined;
}

/** A value found after the index date, at a visit or in a second CMR exam, in the unit of the predictor of its name. */
export interface Finding {
  readonly name: string;
  readonly value: number;
  readonly days: number;
  readonly source: 'visit' | 'exam';
}

/** What has become known of a subject; the order does not matter. */
export interface Known {
  readonly events: readonly CourseEvent[];
  readonly findings: readonly Finding[];
}

/** What is known of a subject until observation ends: by death, at the last contact, or where only first events are recorded with the first. */
export interface Course extends Known {
  readonly endDays: number;
}

/** The next event after a day, or the end of observation without one (cause 0). */
export interface NextEvent {
  readonly days: number;
  readonly cause: number;
}

/**
 * Courses of which only the first event is known: observation ends with it, so that
 * who is at risk later has had none.
 *
 * @throws RangeError for an outcome without times
 */
export function firstEventCourses({ days, cause, causes }: Outcome): Course[] {
  if (days === null) throw new RangeError('firstEventCourses: expected an outcome with times, got none');
  return Array.from(days, (endDays, row) => ({
    events: cause[row]! > 0 ? [{ cause: causes[cause[row]! - 1]!, days: endDays }] : [],
    findings: [],
    endDays,
  }));
}

/**
 * What was known at the end of a day: events that had happened and been reported, and
 * findings. On the index date itself nothing has happened yet.
 */
export function knownAt({ events, findings }: Known, days: number): Known {
  const by = (when: number) => days > 0 && when <= days;
  return {
    events: events.filter((event) => by(Math.max(event.days, event.knownDays ?? event.days))),
    findings: findings.filter((finding) => by(finding.days)),
  };
}

/** Whether a subject is under observation after a day. */
export function isAtRisk({ endDays }: Course, days: number): boolean {
  return endDays > days || days === 0;
}

/** Of several events of one day, the earlier in `causes`. */
export function nextEvent({ events, endDays }: Course, days: number, causes: readonly string[]): NextEvent {
  const coded = events.map((event) => ({ days: event.days, cause: causes.indexOf(event.cause) + 1 }));
  const unknown = coded.findIndex(({ cause }) => cause === 0);
  if (unknown >= 0)
    throw new RangeError(`nextEvent: expected one of ${causes.join(', ')}, got ${events[unknown]!.cause}`);
  const isLater = (event: NextEvent) => event.days > days || (days === 0 && event.days === 0);
  const [first] = coded
    .filter((event) => isLater(event) && event.days <= endDays)
    .sort((a, b) => a.days - b.days || a.cause - b.cause);
  return first ?? { days: endDays, cause: 0 };
}
