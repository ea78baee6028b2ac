import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFolderAtomic } from '@myocast/base/files';
import { createSubject, type SimulationConfig, subjectRandom } from './cohort.ts';
import { createExam, type Exam } from './exam.ts';
import { type DicomFile, examFiles, identityOf } from './exam-dicom.ts';
import { truthMaskNifti } from './truth-mask.ts';
import { truthSegmentations } from './truth-segmentation.ts';

/** Folder of a subject's DICOM files. */
export function examFolder(outFolder: string, subject: string): string {
  return join(outFolder, 'exams', subject);
}

/** The labels behind short and long axes, as `quantify` reads masks; those of one geometry once. */
async function writeTruthMasks(exam: Exam, folder: string): Promise<void> {
  await writeFolderAtomic(folder, /\.nii\.gz$/, async (draft) => {
    for (const series of exam.series)
      if (series.sequence === series.kind || series.kind === 'cine-lax')
        await writeFile(join(draft, `${series.sequence}.nii.gz`), truthMaskNifti(series, exam));
  });
}

async function writeFiles(folder: string, files: readonly DicomFile[]): Promise<void> {
  await writeFolderAtomic(folder, /\.dcm$/, async (draft) => {
    await Promise.all(files.map(({ name, bytes }) => writeFile(join(draft, name), bytes)));
  });
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
  const exam = createExam(random.fork('exam'), patient, centre, config.imaging);
  const header = { subject, uidSeed: `myocast simulation ${config.seed} ${subject}`, date: cmrDate };
  const files = examFiles(exam, patient, centre, header);
  if (config.truthMasks === true) await writeTruthMasks(exam, join(outFolder, 'truth-masks', subject));
  if (config.truthSegmentations === true) {
    const segmentations = truthSegmentations(exam, identityOf(patient, header), centre, header);
    await writeFiles(join(outFolder, 'truth-segmentations', subject), segmentations);
  }
  await writeFiles(folder, files);
  return true;
}
