import { type Course, isAtRisk, nextEvent } from './course.ts';

/**
 * Landmark data sets laid on each other: a row for every landmark at which a subject
 * is under observation, with the next event from there.
 *
 * Source: vanhouwelingen2007 (docs/references.bib).
 */
export interface Stack {
  /** [m] place of the subject among the courses */
  readonly subject: Int32Array;
  /** [m] days from the index date */
  readonly landmarkDays: Float64Array;
  /** [m] days of the next event or of the end of observation, from the index date too */
  readonly days: Float64Array;
  /** [m] 0 censored */
  readonly cause: Uint8Array;
}

/** Rows by subject, each subject's landmarks rising; `more` gives a subject landmarks of its own. */
export function stackLandmarks(
  courses: readonly Course[],
  landmarksDays: readonly number[],
  causes: readonly string[],
  more: (course: Course) => readonly number[] = () => [],
): Stack {
  const rows = courses.flatMap((course, subject) =>
    [...new Set([...landmarksDays, ...more(course)])]
      .filter((days) => isAtRisk(course, days))
      .sort((a, b) => a - b)
      .map((landmark) => ({ subject, landmark, ...nextEvent(course, landmark, causes) })),
  );
  return {
    subject: Int32Array.from(rows, ({ subject }) => subject),
    landmarkDays: Float64Array.from(rows, ({ landmark }) => landmark),
    days: Float64Array.from(rows, ({ days }) => days),
    cause: Uint8Array.from(rows, ({ cause }) => cause),
  };
}

/** Some rows of a stack, in the order given. */
export function rowsOf({ subject, landmarkDays, days, cause }: Stack, rows: readonly number[]): Stack {
  return {
    subject: Int32Array.from(rows, (row) => subject[row]!),
    landmarkDays: Float64Array.from(rows, (row) => landmarkDays[row]!),
    days: Float64Array.from(rows, (row) => days[row]!),
    cause: Uint8Array.from(rows, (row) => cause[row]!),
  };
}

/** Person-periods of a stack: one entry per row and interval in which it was at risk. */
export interface LandmarkPeriods {
  /** [c] row of the stack */
  readonly row: Int32Array;
  /** [c] */
  readonly interval: Int32Array;
  /** [c] 0 where the period was survived, as far as it was observed */
  readonly cause: Uint8Array;
  /** [c] how many trials the period counts for */
  readonly exposure: Float64Array;
}

/**
 * The periods from each landmark on, in the intervals that end at `ends`. Only the share
 * a of an interval that lies after the landmark counts. Survived up to a share b of
 * it, it is b trials, for (1 - h)^b is its probability. An event in it has the probability
 * 1 - (1 - h)^a, whose logarithm has the slope 1 - h (1 + a) / 2 in the logit of h,
 * up to h²: that of one event in (1 + a) / 2 trials.
 */
export function periodsFrom({ landmarkDays, days, cause }: Stack, ends: readonly number[]): LandmarkPeriods {
  const cells: { row: number; interval: number; cause: number; exposure: number }[] = [];
  for (const [row, landmark] of landmarkDays.entries()) {
    for (const [interval, end] of ends.entries()) {
      if (end <= landmark) continue;
      const start = interval === 0 ? 0 : ends[interval - 1]!;
      const from = Math.max(start, landmark);
      const happened = cause[row]! > 0 && days[row]! <= end;
      const share = (until: number) => (until - from) / (end - start);
      const exposure = happened ? (1 + share(end)) / 2 : share(Math.min(days[row]!, end));
      if (exposure > 0) cells.push({ row, interval, cause: happened ? cause[row]! : 0, exposure });
      if (days[row]! <= end) break;
    }
  }
  return {
    row: Int32Array.from(cells, (cell) => cell.row),
    interval: Int32Array.from(cells, (cell) => cell.interval),
    cause: Uint8Array.from(cells, (cell) => cell.cause),
    exposure: Float64Array.from(cells, (cell) => cell.exposure),
  };
}
