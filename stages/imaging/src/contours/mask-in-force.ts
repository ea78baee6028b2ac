import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { accepted, type Checked, contentHash, issue, refused } from '@myocast/base';
import { exists, readJsonFile } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import type { MaskName } from '../records.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { labelHash } from './label-hash.ts';
import {
  type Correction,
  correctionInForce,
  correctionsFolder,
  readCorrections,
} from './corrections-record.ts';

/** The contours of a series that count. */
export interface MaskInForce {
  readonly mask: Mask;
  /** Where the mask lies. */
  readonly path: string;
  /** The correction it comes from; null for the automatic contours. */
  readonly correction: Correction | null;
}

/**
 * The corrected mask of a series where there is one, else the automatic one; null where there is neither.
 *
 * @param own the folder of the subject's masks
 * @returns refused when the mask cannot be read, or a corrected one is not what its record says
 */
export async function maskInForce(
  own: string,
  subject: string,
  kind: MaskName,
): Promise<Checked<MaskInForce | null>> {
  const folder = correctionsFolder(dirname(resolve(own)), subject);
  const record = await readCorrections(folder, subject);
  if (!record.ok) return record;
  const correction = correctionInForce(record.value, kind);
  if (correction !== null) return correctedMask(folder, correction);
  const path = join(own, `${kind}.nii.gz`);
  if (!(await exists(path))) return accepted(null);
  const read = await maskAt(path);
  return read.ok ? accepted({ mask: read.value, path, correction: null }, read.issues) : read;
}

/** The mask of a correction, and that it is the one that was made then. */
export async function correctedMask(folder: string, correction: Correction): Promise<Checked<MaskInForce>> {
  const path = join(folder, correction.mask);
  const read = await maskAt(path);
  if (!read.ok) return read;
  const found = labelHash(read.value);
  return found === correction.hash
    ? accepted({ mask: read.value, path, correction }, read.issues)
    : refused(
        issue(
          'bad-value',
          path,
          `expected the mask of corrections.json (${correction.hash.slice(0, 12)}), found another (${found.slice(0, 12)})`,
        ),
      );
}

/** The automatic contours that a correction was made of, as they were then; null where there were none. */
export async function automaticMaskOf(
  folder: string,
  { automatic }: Correction,
): Promise<Checked<Mask | null>> {
  if (automatic === null) return accepted(null);
  const path = join(folder, automatic.mask);
  const read = await maskAt(path);
  if (!read.ok || labelHash(read.value) === automatic.hash) return read;
  const expected = `expected the automatic mask of corrections.json (${automatic.hash.slice(0, 12)})`;
  return refused(issue('bad-value', path, `${expected}, found another`));
}

/** Who drew the automatic contours, as segmentation.json says. */
export async function automaticDrawer(folder: string, kind: MaskName): Promise<string> {
  const record = await readJsonFile<{ contours?: Partial<Record<MaskName, unknown>> }>(
    join(folder, 'segmentation.json'),
  ).catch(() => null);
  const drawnBy = record?.contours?.[kind];
  return typeof drawnBy === 'string' ? drawnBy : 'unknown';
}

/** A hash of every correction of a study, for what depends on them; null where there are none. */
export async function correctionsHash(
  maskFolder: string,
  subjects: readonly string[],
): Promise<string | null> {
  const texts: string[] = [];
  for (const subject of subjects) {
    const path = join(correctionsFolder(maskFolder, subject), 'corrections.json');
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw new Error(`cannot read ${path}`, { cause });
    });
    if (text !== null) texts.push(subject, text);
  }
  return texts.length === 0 ? null : contentHash(texts);
}
