import type { ExamRecord, QuantitiesRecord } from '@myocast/imaging';
import type { FrozenDataSet, FrozenSubject } from '@myocast/study';
import { baselineOf } from './baseline.ts';
import type { DataSetSummary, ImagingSummary } from './records.ts';

/** The frozen data set in numbers: subjects, events and missing values. */
export function summariseDataSet(dataSet: FrozenDataSet): DataSetSummary {
  const { subjects, compositeCauses } = dataSet;
  const eventFree = subjects.flatMap(({ followUp }) =>
    followUp && followUp.cause === null ? [followUp.days] : [],
  );
  const centres = [...new Set(subjects.map(({ centre }) => centre))].sort();
  return {
    study: dataSet.study,
    hash: dataSet.hash,
    timeZero: dataSet.timeZero ?? null,
    subjects: subjects.length,
    centres: centres.map((centre) => centreRow(centre, subjects, compositeCauses)),
    compositeName: dataSet.compositeName,
    compositeCauses,
    events: dataSet.causes.map((cause) => ({
      cause,
      count: subjects.filter(({ followUp }) => followUp?.cause === cause).length,
    })),
    withoutEvent: eventFree.length,
    withoutFollowUp: subjects.filter(({ followUp }) => followUp === null).length,
    medianFollowUpDays: median(eventFree),
    baseline: baselineOf(dataSet),
    missing: missingValues(dataSet),
  };
}

/** The exams in numbers: verdicts with their reasons, and how many were quantified. */
export function summariseImaging(
  exams: readonly ExamRecord[],
  quantities: readonly QuantitiesRecord[],
): ImagingSummary {
  const verdict = (name: ExamRecord['verdict']) => exams.filter((exam) => exam.verdict === name).length;
  const reasons = exams.flatMap((exam) => (exam.verdict === 'include' ? [] : exam.reasons));
  return {
    exams: exams.length,
    verdicts: { include: verdict('include'), review: verdict('review'), exclude: verdict('exclude') },
    reasons: [...new Set(reasons)]
      .map((reason) => ({ reason, count: reasons.filter((entry) => entry === reason).length }))
      .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason)),
    quantified: quantities.length,
    withCine: quantities.filter(({ cine }) => cine !== null).length,
    withLge: quantities.filter(({ lge }) => lge !== null).length,
    flagged: quantities.filter(({ flags }) => flags.length > 0).length,
  };
}

function centreRow(
  centre: string,
  subjects: readonly FrozenSubject[],
  compositeCauses: readonly string[],
): DataSetSummary['centres'][number] {
  const own = subjects.filter((subject) => subject.centre === centre);
  const events = own.filter(({ followUp }) => followUp?.cause && compositeCauses.includes(followUp.cause));
  return { centre, subjects: own.length, events: events.length };
}

function missingValues({ variables, subjects }: FrozenDataSet): DataSetSummary['missing'] {
  return variables
    .map(({ name, label }) => ({
      variable: name,
      label,
      count: subjects.filter(({ values }) => !Object.hasOwn(values, name)).length,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.variable.localeCompare(b.variable));
}

/** Null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
