// Virtual exams as a hospital would have them, for scripts/check-archive.ts.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elementsFrom, readDataset, readElements, text, writeElements } from '../libs/dicom/src/index.ts';

/** A virtual exam as the archive will know it. */
export interface NumberedExam {
  readonly folder: string;
  readonly study: string;
  readonly accession: string;
}

/** Gives the virtual exams of a folder accession numbers, and a height for the indexed values. */
export async function numberedExams(exams: string): Promise<readonly NumberedExam[]> {
  const found: NumberedExam[] = [];
  for (const [index, subject] of (await readdir(exams)).sort().entries()) {
    const accession = `ACC-${index + 1}`;
    let study = '';
    for (const name of await readdir(join(exams, subject))) {
      const path = join(exams, subject, name);
      const dataset = readDataset(await readFile(path), path);
      const elements = dataset.ok ? readElements(dataset.value) : dataset;
      if (!dataset.ok || !elements.ok) throw new Error(`cannot read ${path}`);
      study = text(dataset.value, 'StudyInstanceUID');
      const more = elementsFrom({ AccessionNumber: accession, PatientSize: 1.75 });
      await writeFile(path, writeElements([...elements.value, ...more], dataset.value.transferSyntax));
    }
    found.push({ folder: join(exams, subject), study, accession });
  }
  return found;
}

/** StudyDate of the exam in a folder. */
export async function dateOf(folder: string): Promise<string> {
  const [name] = await readdir(folder);
  const dataset = readDataset(await readFile(join(folder, name!)), name!);
  return dataset.ok ? text(dataset.value, 'StudyDate') : '';
}
