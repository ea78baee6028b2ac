import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ingestExam,
  nobodyKnown,
  openSegmenters,
  quantifyExam,
  segmentExam,
  writeExam,
  writeQuantities,
} from '@myocast/imaging';
import { imagingPlan, simulate } from '@myocast/simulation';
import { valueOf } from '../cohort/value-of.ts';
import { freeze, importTables, initStudy, shippedProtocol, writeDataSet } from '@myocast/study';

export interface VirtualStudy {
  readonly folder: string;
  readonly patients: number;
  readonly centres: number;
  readonly seed: number;
}

export const configOf = ({ patients, centres, seed }: VirtualStudy) => ({
  patients,
  centres,
  seed,
  imaging: imagingPlan({ sequences: ['cine-sax', 'lge-sax', 't2-sax'] }),
});

/** Writes the study's tables and exams, and its frozen data set; what is there already stays. */
export async function prepareTables(study: VirtualStudy, workers: number): Promise<void> {
  const source = join(study.folder, 'source');
  if (!existsSync(join(source, 'simulation.json')))
    valueOf(await simulate(configOf(study), source, { workers, onProgress: () => undefined }));
  if (existsSync(join(study.folder, 'dataset.json'))) return;
  const database = valueOf(await initStudy(study.folder, shippedProtocol, () => new Date()));
  try {
    const tables = ['clinical.csv', 'followup.csv'].map((name) => join(source, name));
    valueOf(await importTables(database, tables, 'check:forecast'));
    await writeDataSet(study.folder, valueOf(await freeze(database)));
  } finally {
    await database.close();
  }
}

/** Takes in, segments and quantifies every `parts`-th exam from `part` on; what is done stays. */
export async function prepareExams(folder: string, part: number, parts: number): Promise<void> {
  const source = join(folder, 'source', 'exams');
  const subjects = (await readdir(source)).filter((name) => !name.startsWith('.')).sort();
  const segmenters = valueOf(await openSegmenters('real', { threads: 1 }));
  for (const subject of subjects.filter((_, index) => index % parts === part)) {
    const exam = join(folder, 'exams', subject);
    const masks = join(folder, 'masks', subject);
    const file = join(folder, 'quantities', `${subject}.json`);
    if (existsSync(file)) continue;
    if (!existsSync(join(exam, 'exam.json')))
      await writeExam(valueOf(await ingestExam(join(source, subject), { subject, labels: [] })), exam, []);
    if (!existsSync(join(masks, 'segmentation.json'))) await segmentExam(exam, masks, segmenters);
    const record = await quantifyExam(exam, join(folder, 'masks'), { personOf: () => nobodyKnown });
    if (record.ok) await writeQuantities(record.value, file);
    else console.log(`${subject}: ${record.issues[0]!.message}`);
  }
  await segmenters.close();
}
