import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Issue } from '@myocast/base';
import type { ModelCard } from '@myocast/model';
import { decodePatients, type PatientFile } from '@myocast/model/explanation';

/** `model.patients.json` of `model.myocast`. */
export function patientsPathOf(bundle: string): string {
  return `${bundle.replace(/\.myocast$/, '')}.patients.json`;
}

/** The training patients of a bundle where it lies in the study that developed it, else why there are none. */
export async function trainingPatients(
  bundle: string,
  { patients }: ModelCard,
  issues: Issue[],
): Promise<PatientFile | { readonly whyNot: string }> {
  if (patients === null) return { whyNot: 'the bundle names no file of training patients' };
  const path = patientsPathOf(bundle);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}`, { cause: error });
  });
  if (bytes === null)
    return {
      whyNot: `a bundle holds no patient; those it was trained on are known in the study that developed it alone (${basename(path)} is not beside it)`,
    };
  const read = decodePatients(new Uint8Array(bytes), patients, path);
  issues.push(...read.issues);
  return read.ok ? read.value : { whyNot: `${basename(path)} is not of this bundle` };
}
