import type { PredictorTable } from '@myocast/predictors';
import type { Course } from './course.ts';
import { findingOf, type LandmarkTerm, type LandmarkView, termName, termValue } from './terms.ts';

/**
 * A term that fewer subjects show is left out: an effect would be that of a few persons. How a
 * cause departs from the others stays, for its prior keeps it near them and its error wide.
 */
const fewestSubjects = 10;

/** The terms that training can learn from, how many subjects show each, and those left out. */
export interface ChosenTerms {
  /** Causes of which earlier events were seen; none where there is no term of them. */
  readonly eventCauses: readonly string[];
  readonly terms: readonly LandmarkTerm[];
  /** [q] */
  readonly subjects: readonly number[];
  readonly leftOut: readonly { readonly term: string; readonly subjects: number }[];
}

/**
 * Whether there has been an event, how recently, how many, and how the baseline's logit tells
 * then; for each of several causes how it departs from that; whether there was a second
 * exam; and every finding. A finding that a predictor of the table has at the index date
 * enters as its change since then.
 * A cause of which nobody shows an earlier event is not known to the terms.
 *
 * @param views [m] what is known at each row of the stack
 * @param subject [m] whose row it is
 */
export function chooseTerms(
  columns: PredictorTable['columns'],
  causes: readonly string[],
  courses: readonly Course[],
  views: readonly LandmarkView[],
  subject: ArrayLike<number>,
): ChosenTerms {
  const names = [...new Set(courses.flatMap(({ findings }) => findings.map(({ name }) => name)))].sort();
  const isSeen = (cause: string) =>
    views.some(({ known }) => known.events.some((event) => event.cause === cause));
  const seen = causes.filter(isSeen);
  const candidates: LandmarkTerm[] = [
    { kind: 'earlier', cause: null },
    { kind: 'recent' },
    { kind: 'repeated' },
    { kind: 'slope' },
    ...(seen.length > 1 ? seen.map((cause) => ({ kind: 'earlier' as const, cause })) : []),
    { kind: 'exam' },
    ...names.map((name) => findingTerm(name, columns, views)),
  ];
  const shown = candidates.map((term) => ({ term, subjects: subjectsOf(term, views, subject) }));
  const isEnough = (entry: (typeof shown)[number]) => entry.subjects >= fewestSubjects;
  const hasEvents = isEnough(shown[0]!);
  const isKept = (entry: (typeof shown)[number]) =>
    entry.term.kind === 'earlier' ? hasEvents : isEnough(entry);
  const kept = shown.filter(isKept);
  return {
    eventCauses: hasEvents ? seen : [],
    terms: kept.map(({ term }) => term),
    subjects: kept.map(({ subjects }) => subjects),
    // Of what nobody shows, findings are named: only they were given by somebody.
    leftOut: shown
      .filter((entry) => !isKept(entry) && (entry.subjects > 0 || entry.term.kind === 'finding'))
      .map(({ term, subjects }) => ({ term: termName(term), subjects })),
  };
}

/** The finding with mean and spread of its values in the stack; a value that never varies is not scaled. */
function findingTerm(
  name: string,
  columns: PredictorTable['columns'],
  views: readonly LandmarkView[],
): LandmarkTerm {
  const own = columns.find((column) => column.name === name);
  const logarithm = columns.find((column) => column.name === `log ${name}`);
  const source = { name, since: (own ?? logarithm)?.name ?? null, log: !own && logarithm !== undefined };
  const values = views.flatMap((view) => findingOf(source, view) ?? []);
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = Math.sqrt(squares / Math.max(1, values.length));
  return { kind: 'finding', ...source, mean, sd: sd > 1e-9 * (1 + Math.abs(mean)) ? sd : 1 };
}

function subjectsOf(term: LandmarkTerm, views: readonly LandmarkView[], subject: ArrayLike<number>): number {
  const shows = (view: LandmarkView) =>
    term.kind === 'finding' ? findingOf(term, view) !== null : termValue(term, view) !== 0;
  return new Set(views.flatMap((view, row) => (shows(view) ? [subject[row]!] : []))).size;
}
