import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFolderAtomic } from '@myocast/base/files';
import { createSubject, type SimulationConfig, subjectRandom } from './cohort.ts';
import { createExam } from './exam.ts';
import { examFiles } from './exam-dicom.ts';

/** Folder of a subject's DICOM files. */
export function examFolder(outFolder: string, subject: string): string {
  return join(outFolder, 'exams', subject);
}

/**
 * Scans one subject and writes the folder in one step; a folder that is there is
 * whole, and left alone.
 *
 * @returns whether it was written now
 */
export async function writeExam(
  config: SimulationConfig,
  subject: string,
  outFolder: string,
): Promise<boolean> {
  const folder = examFolder(outFolder, subject);
  if (existsSync(folder)) return false;
  const { patient, centre, cmrDate } = createSubject(config, subject);
  const random = subjectRandom(config, subject);
  const exam = createExam(random.fork('exam'), patient, centre);
  const header = { subject, uidSeed: `myocast simulation ${config.seed} ${subject}`, date: cmrDate };
  const files = examFiles(random.fork('geometry'), exam, patient, centre, header);
  await writeFolderAtomic(folder, /\.dcm$/, async (draft) => {
    await Promise.all(files.map(({ name, bytes }) => writeFile(join(draft, name), bytes)));
  });
  return true;
}
