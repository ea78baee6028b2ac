import { type Issue, issue, type Random } from '@myocast/base';
import {
  type Course,
  firstEventCourses,
  type Forecast,
  type ForecastTraining,
  type LandmarkForecast,
  landmarkForecast,
  type LandmarkModel,
  type TrainedForecast,
  trainLandmark,
} from '@myocast/model';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { readTable } from '@myocast/study';
import { type CourseTable, readCourses } from '../course-table.ts';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';

/** Six months between two visits. */
const visitDays = 365.25 / 2;

/** Days of `--at`: a number of days, or `visit-3` for the third six-monthly visit; null when it is neither. */
export function landmarkDaysOf(text: string): number | null {
  const visit = /^visit-(\d+)$/.exec(text);
  if (visit) return Number(visit[1]) * visitDays;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

export async function courseTable(
  path: string,
  causes: readonly string[],
  issues: Issue[],
): Promise<CourseTable> {
  return valueOrStop(readCourses(valueOrStop(await readTable(path), issues), causes), issues);
}

/**
 * Courses of the subjects, in their order: of those in the table as it has them, of others as
 * far as the first event. Where a table does not say when observation ended it is at the last
 * day of which anything is known.
 */
export function coursesOf(subjects: readonly string[], outcome: Outcome, known: CourseTable): Course[] {
  return firstEventCourses(outcome).map((first, row) => {
    const own = known.get(subjects[row]!);
    if (!own) return first;
    const days = [...own.events, ...own.findings].map((entry) => entry.days);
    return { ...own, endDays: own.endDays ?? Math.max(first.endDays, ...days) };
  });
}

/** The landmark model of a study or table with times; null without times. */
export async function trainedLandmark(
  baseline: ForecastTraining,
  { table, outcome }: { readonly table: PredictorTable; readonly outcome: Outcome },
  path: string | undefined,
  random: Random,
  issues: Issue[],
): Promise<LandmarkModel | null> {
  if (outcome.days === null) return null;
  const known = path === undefined ? new Map() : await courseTable(path, outcome.causes, issues);
  issues.push(...othersIn(known, table.subjects, path ?? ''));
  const courses = coursesOf(table.subjects, outcome, known);
  return trainLandmark({ baseline, table, rows: [...table.subjects.keys()], courses, random });
}

/** When forecasts are asked for, and where it stands what is known by then. */
export interface LandmarkOptions {
  readonly at: string;
  readonly courses?: string | undefined;
}

/**
 * Forecasts from a later day on, of the rows that are known to be under observation then.
 * Others are left out with an issue.
 *
 * @param outcome of the table's rows where they are of a study
 */
export async function forecastsAt(
  { at, courses: path }: LandmarkOptions,
  bundle: TrainedForecast,
  { table, rows, outcome }: { table: PredictorTable; rows: readonly number[]; outcome: Outcome | null },
  issues: Issue[],
): Promise<LandmarkForecast[]> {
  const landmarkDays = checkedDays(at, bundle);
  const known: CourseTable =
    path === undefined ? new Map() : await courseTable(path, bundle.plan.causes, issues);
  const courses = outcome?.days ? coursesOf(table.subjects, outcome, known) : null;
  const courseOf = (row: number) =>
    courses?.[row] ?? known.get(table.subjects[row]!) ?? { events: [], findings: [], endDays: null };
  const isThere = (row: number) => {
    const { endDays } = courseOf(row);
    return endDays === null || endDays > landmarkDays || landmarkDays === 0;
  };
  const there = rows.filter(isThere);
  issues.push(...othersIn(known, table.subjects, path ?? ''), ...goneBy(landmarkDays, rows, there, table));
  if (there.length === 0) throw new StoppedByIssues(issues);
  return landmarkForecast(
    bundle,
    table,
    there,
    there.map((row) => ({ landmarkDays, known: courseOf(row) })),
  );
}

/** Courses of subjects that nobody asked of. */
function othersIn(known: CourseTable, subjects: readonly string[], path: string): Issue[] {
  const asked = new Set(subjects);
  return [...known.keys()]
    .filter((subject) => !asked.has(subject))
    .map((subject) =>
      issue(
        'unknown-subject',
        `${path} ${subject}`,
        `expected one of those asked of, found another: not used`,
      ),
    );
}

/** Those whose observation ended before, counted. */
function goneBy(
  landmarkDays: number,
  rows: readonly number[],
  there: readonly number[],
  { subjects }: PredictorTable,
): Issue[] {
  const left = new Set(there);
  const gone = rows.filter((row) => !left.has(row)).map((row) => subjects[row]!);
  if (gone.length === 0) return [];
  const names = `${gone.slice(0, 3).join(', ')}${gone.length > 3 ? ', …' : ''}`;
  return [
    issue(
      'bad-value',
      '--at',
      `expected subjects under observation on day ${Number(landmarkDays.toFixed(2))}, found ${gone.length} of ${rows.length} whose observation had ended: left out (${names})`,
    ),
  ];
}

function checkedDays(at: string, { plan }: TrainedForecast): number {
  const end = plan.intervalEnds.at(-1)!;
  const days = landmarkDaysOf(at);
  if (plan.landmark === undefined)
    throw new StoppedByIssues([
      issue('unsupported', '--at', 'expected a bundle with a landmark model, found none; train it again'),
    ]);
  if (days !== null && days < end) return days;
  throw new StoppedByIssues([
    issue('bad-value', '--at', `expected days before ${end} or a visit such as visit-2, found "${at}"`),
  ]);
}

/** What a forecast from a landmark was made of, for a person. */
export function landmarkLines(entry: Forecast | LandmarkForecast): string[] {
  if (!('landmarkDays' in entry)) return [];
  const list = (label: string, texts: readonly string[]) =>
    texts.length > 0 ? [`  ${label}: ${texts.join(', ')}`] : [];
  return [
    `  made on day ${Math.round(entry.landmarkDays)}, of a patient who is alive and followed then; years count from the index date`,
    ...list('known by then', entry.used),
    ...list('known, and not in the model', entry.notUsed),
  ];
}
