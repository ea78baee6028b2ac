import type { PredictorTable } from '@myocast/predictors';
import type { Course } from './course.ts';
import { findingOf, type LandmarkTerm, type LandmarkView, termName, termValue } from './terms.ts';

/** A term that fewer subjects show is left out: an effect would be that of a few persons. */
const fewestSubjects = 10;

/** The terms that training can learn from, how many subjects show each, and those left out. */
export interface ChosenTerms {
  readonly terms: readonly LandmarkTerm[];
  /** [q] */
  readonly subjects: readonly number[];
  readonly leftOut: readonly { readonly term: string; readonly subjects: number }[];
}

/**
 * Time and the baseline at two powers of time; for each cause whether it has been, and how
 * recently; whether there was a second exam; and every finding. A finding that a
 * predictor of the table has at the index date enters as its change since then.
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
  const candidates: LandmarkTerm[] = [
    ...[1, 2].map((power) => ({ kind: 'time' as const, power })),
    ...[1, 2].map((power) => ({ kind: 'risk' as const, power })),
    ...causes.flatMap((cause) => [false, true].map((fades) => ({ kind: 'event' as const, cause, fades }))),
    { kind: 'exam' },
    ...names.map((name) => findingTerm(name, columns, views)),
  ];
  const shown = candidates.map((term) => ({ term, subjects: subjectsOf(term, views, subject) }));
  const kept = shown.filter(({ subjects }) => subjects >= fewestSubjects);
  return {
    terms: kept.map(({ term }) => term),
    subjects: kept.map(({ subjects }) => subjects),
    // Of what nobody shows, findings are named: only they were given by somebody.
    leftOut: shown
      .filter(({ term, subjects }) => subjects < fewestSubjects && (subjects > 0 || term.kind === 'finding'))
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
