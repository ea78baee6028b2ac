import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import type { z } from 'zod';
import { readCard } from './read-card.ts';
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

async function readPiece<Value>(
  folder: string,
  path: string,
  schema: z.ZodType<Value>,
  issues: Issue[],
): Promise<Value | null> {
  const place = relative(folder, path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}`, { cause });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    issues.push(issue('not-readable', place, 'expected JSON, found something else'));
    return null;
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  issues.push(issue('not-readable', place, `at ${first?.path.join('.') || '$'}: ${first?.message}`));
  return null;
}

/** The names in a folder, sorted; none when there is no such folder. Drafts begin with a dot. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`cannot read ${folder}`, { cause });
  }
}
