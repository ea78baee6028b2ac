import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Forecast } from '@myocast/model';
import { subjectPictures } from './pictures/subject-pictures.ts';
import { readNetworks } from './read-networks.ts';
import { readStudyFolder } from './read-study-folder.ts';
import type { ReportInput, StudyFolder } from './records.ts';
import { summariseDataSet, summariseImaging } from './summaries.ts';

/** What of a study is shown beside its numbers. */
export type StudyPictures = Pick<ReportInput, 'pictured' | 'networks'>;

/**
 * What the report of a study folder says, pictures and networks included.
 *
 * @param weights names or folders of the weights that segmented the study, beside those of the software
 */
export async function studyReport(
  folder: string,
  softwareVersion: string,
  weights: readonly string[] = [],
): Promise<Checked<ReportInput>> {
  const study = await readStudyFolder(folder);
  const read = reportInput(study, softwareVersion);
  if (!read.ok) return read;
  const { subjects, issues: notDrawn } = await subjectPictures(study);
  const { networks, issues: notRead } = await readNetworks(folder, weights);
  const issues = [...read.value.issues, ...notDrawn, ...notRead];
  return accepted({ ...read.value, pictured: subjects, networks, issues });
}

/**
 * What the report says, gathered from a study folder. Refused when the data set,
 * the model card or the validation record is not there, naming each and the verb
 * that makes it.
 */
export function reportInput(
  study: StudyFolder,
  softwareVersion: string,
  { pictured, networks }: StudyPictures = { pictured: [], networks: [] },
): Checked<ReportInput> {
  const { dataSet, card, validation } = study;
  const missing = [
    ...(dataSet ? [] : [notThere(study, 'dataset.json', 'myocast study freeze')]),
    ...(card ? [] : [notThere(study, 'model.myocast', 'myocast train')]),
    ...(validation ? [] : [notThere(study, 'validation/record.json', 'myocast validate')]),
  ];
  if (!dataSet || !card || !validation) return refused(missing[0]!, ...missing.slice(1));
  const issues = [
    ...study.issues,
    ...study.exams.flatMap((exam) => exam.issues),
    ...study.quantities.flatMap((quantities) => quantities.flags),
  ];
  return accepted({
    softwareVersion,
    dataSet: summariseDataSet(dataSet),
    imaging: summariseImaging(study.exams, study.quantities),
    validation,
    card,
    forecasts: exampleForecasts(study.forecasts),
    stageTimes: study.stageTimes,
    pictured,
    networks,
    issues,
  });
}

/** Three subjects at the 10th, 50th and 90th percentile of the composite's risk at the last time. */
export function exampleForecasts(forecasts: readonly Forecast[]): readonly Forecast[] {
  const byRisk = forecasts.toSorted(
    (a, b) => a.composite.risk.at(-1)! - b.composite.risk.at(-1)! || a.subject.localeCompare(b.subject),
  );
  const places = [0.1, 0.5, 0.9].map((share) => Math.round(share * (byRisk.length - 1)));
  return [...new Set(places)].flatMap((place) => byRisk[place] ?? []);
}

function notThere(study: StudyFolder, path: string, verb: string): Issue {
  const unreadable = study.issues.find((entry) => entry.path === path);
  return unreadable ?? issue('empty-input', path, `expected the file that "${verb}" writes, found none`);
}
