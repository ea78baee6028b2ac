import { join } from 'node:path';
import type { Issue } from '@myocast/base';
import type { z } from 'zod';
import { readCard } from './read-card.ts';
import { namesIn, readPiece } from './read-piece.ts';
import type { StudyFolder } from './records.ts';
import {
  dataSetSchema,
  examSchema,
  forecastsSchema,
  quantitiesSchema,
  runSchema,
  validationSchema,
} from './study-schemas.ts';

/**
 * What a study folder holds (docs/CONVENTIONS.md). A piece that is not there yet
 * is null or empty; one that is there but not as expected is an issue, and the
 * rest is still read.
 */
export async function readStudyFolder(folder: string): Promise<StudyFolder> {
  const issues: Issue[] = [];
  const read = <Value>(path: string, schema: z.ZodType<Value>) =>
    readPiece(folder, join(folder, path), schema, issues);
  const readEach = async <Value>(paths: readonly string[], schema: z.ZodType<Value>) => {
    const values = [];
    for (const path of paths) values.push(await read(path, schema));
    return values.filter((value) => value !== null);
  };
  const subjectsWithExam = await namesIn(join(folder, 'exams'));
  const quantityFiles = (await namesIn(join(folder, 'quantities'))).filter((name) => name.endsWith('.json'));
  return {
    folder,
    dataSet: await read('dataset.json', dataSetSchema),
    exams: await readEach(
      subjectsWithExam.map((name) => join('exams', name, 'exam.json')),
      examSchema,
    ),
    quantities: await readEach(
      quantityFiles.map((name) => join('quantities', name)),
      quantitiesSchema,
    ),
    forecasts: (await read('forecasts.json', forecastsSchema)) ?? [],
    validation: await read(join('validation', 'record.json'), validationSchema),
    card: await readCard(folder, issues),
    stageTimes: (await read('run.json', runSchema)) ?? [],
    issues,
  };
}
