import { dateAfter, type Subject } from '../cohort.ts';
import { evidenceFields, reportedAs } from '../outcome/evidence.ts';
import { virtualTable } from './csv-lines.ts';

/** First event of the composite or of what competes with it, as the study knows it. */
export function followUpCsv(subjects: readonly Subject[]): string {
  const rows = subjects.map(({ subject, outcome }) => [
    subject,
    outcome.followUpDays,
    outcome.firstEvent ?? '',
  ]);
  return virtualTable(['subject', 'follow_up_days [d]', 'first_event'], rows);
}

/** The plan of visits and what came of each; the last row of a subject is the call at the closing. */
export function visitsCsv(subjects: readonly Subject[]): string {
  const rows = subjects.flatMap(({ subject, cmrDate, observed }) =>
    observed.visits.map(({ number, plannedDay, windowDays, day, contact, status }) => [
      subject,
      number,
      plannedDay,
      windowDays,
      day ?? '',
      day === null ? '' : dateAfter(cmrDate, day),
      contact ?? '',
      status,
    ]),
  );
  const header = [
    'subject',
    'visit',
    'planned_day [d]',
    'window [d]',
    'day [d]',
    'date',
    'contact',
    'status',
  ];
  return virtualTable(header, rows);
}

/** Every suspected event that came to be known, with the evidence for the committee; which are events is in truth-events.csv. */
export function eventsCsv(subjects: readonly Subject[]): string {
  const rows = subjects.flatMap(({ subject, cmrDate, observed }) =>
    observed.suspected.map((event, index) => [
      `${subject}-E${index + 1}`,
      subject,
      reportedAs[event.what],
      event.precision === 'interval' ? '' : event.day,
      reportedDate(cmrDate, event.day, event.precision),
      event.precision,
      event.unknownUntilDay,
      event.knownDay,
      event.source,
      ...evidenceFields.map((field) => event.evidence[field] ?? ''),
    ]),
  );
  const header = [
    'event',
    'subject',
    'reported_as',
    'day [d]',
    'date',
    'date_precision',
    'unknown_until_day [d]',
    'known_day [d]',
    'source',
    ...evidenceFields,
  ];
  return virtualTable(header, rows);
}

function reportedDate(cmrDate: string, day: number, precision: 'day' | 'month' | 'interval'): string {
  if (precision === 'interval') return '';
  const date = dateAfter(cmrDate, day);
  return precision === 'month' ? date.slice(0, 7) : date;
}
