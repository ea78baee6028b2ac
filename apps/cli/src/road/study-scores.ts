import { join } from 'node:path';
import { readJsonFile } from '@myocast/base/files';
import type { QuantitiesRecord } from '@myocast/imaging';
import {
  type GivenItems,
  publishedScores,
  type ScoredSubjects,
  scoreInputs,
  type ScoreInputs,
  scoreSubjects,
  studyFacts,
  wholeRecord,
} from '@myocast/model/scores';
import type { PredictorTable } from '@myocast/predictors';
import type { FrozenDataSet } from '@myocast/study';

export interface StudyScores {
  /** Everything the study knows of its subjects, in the order of the data set. */
  readonly table: PredictorTable;
  readonly inputs: ScoreInputs;
  readonly scored: readonly ScoredSubjects[];
}

/**
 * Every published score of every subject of a study, from its frozen data set and its quantities.
 *
 * @param assume what to take where an item is not recorded, beside what the study's criteria say of everybody
 */
export async function studyScores(
  folder: string,
  dataSet: FrozenDataSet,
  assume: GivenItems = {},
): Promise<StudyScores> {
  const quantities = new Map<string, QuantitiesRecord>();
  for (const { subject } of dataSet.subjects) {
    const record = await readJsonFile<QuantitiesRecord>(join(folder, 'quantities', `${subject}.json`));
    if (record) quantities.set(subject, record);
  }
  const table = wholeRecord(dataSet, (subject) => quantities.get(subject) ?? null);
  const inputs = scoreInputs(table, { ...studyFacts(dataSet.study), ...assume });
  return { table, inputs, scored: publishedScores.map((score) => scoreSubjects(score, inputs.given)) };
}
