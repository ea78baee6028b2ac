import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import {
  type ActionCounts,
  type Deidentification,
  deidentify,
  keyMark,
  pixelKeyword,
  profileOptions,
  readDataset,
} from '@myocast/dicom';
import type { DeidentificationRecord } from '../records.ts';
import type { ArchiveLimits } from './containers/archive-limits.ts';
import type { InputFile } from './containers/files-in.ts';
import { inputFiles, inputPaths } from './input-files.ts';
import { looksNifti } from './nifti-pairs.ts';
import { writingInFile } from './pixel-writing.ts';

export interface CopyOptions {
  readonly limits: ArchiveLimits;
  /** A person has looked at the pixels: writing in them is no reason to leave a file out. */
  readonly pixelsReviewed: boolean;
}

/** What was written, and one issue for every image that was not. */
export interface Copies {
  readonly record: DeidentificationRecord;
  readonly issues: readonly Issue[];
}

/**
 * Writes every image of an input, used for a volume or not, as a de-identified
 * DICOM file named by its new SOPInstanceUID: one file in memory at a time.
 */
export async function writeDicomCopies(
  sources: readonly string[],
  how: Deidentification,
  { limits, pixelsReviewed }: CopyOptions,
  folder: string,
): Promise<Copies> {
  await mkdir(folder, { recursive: true });
  const issues: Issue[] = [];
  const actions = new Map<string, Map<string, number>>();
  const written = new Set<string>();
  for await (const file of inputFiles(await inputPaths(sources), { limits })) {
    if ('issue' in file || looksNifti(file)) continue;
    const copy = copyOf(file, how, pixelsReviewed);
    if (copy === null) continue;
    if ('kind' in copy) issues.push(copy);
    else if (written.has(copy.sopInstanceUid)) issues.push(twice(file.path));
    else {
      written.add(copy.sopInstanceUid);
      add(actions, copy.actions);
      await writeFile(join(folder, `${copy.sopInstanceUid}.dcm`), copy.bytes);
    }
  }
  return { record: recordOf(how, written.size, issues.length, actions), issues };
}

/** Null for what is no DICOM image: that is said when the input is read for its series. */
function copyOf({ bytes, path }: InputFile, how: Deidentification, pixelsReviewed: boolean) {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok || pixelKeyword(dataset.value) === null) return null;
  const writing = pixelsReviewed ? null : writingInFile(dataset.value, bytes);
  if (writing) return writing;
  const done = deidentify(dataset.value, how);
  return done.ok ? done.value : done.issues[0]!;
}

function twice(path: string): Issue {
  return issue('duplicate-image', path, 'expected every SOPInstanceUID once: not copied again');
}

function add(sums: Map<string, Map<string, number>>, actions: ActionCounts): void {
  for (const [attribute, counts] of Object.entries(actions)) {
    const sum = sums.get(attribute) ?? new Map<string, number>();
    sums.set(attribute, sum);
    for (const [done, count] of Object.entries(counts)) sum.set(done, (sum.get(done) ?? 0) + count);
  }
}

function recordOf(
  { key, options }: Deidentification,
  copies: number,
  refused: number,
  actions: ReadonlyMap<string, ReadonlyMap<string, number>>,
): DeidentificationRecord {
  return {
    profile: 'DICOM PS3.15 Annex E 2026c',
    options: [...options].map((option) => profileOptions[option].join(' ')).sort(),
    keyMark: keyMark(key),
    copies,
    refused,
    actions: Object.fromEntries(
      [...actions].map(([attribute, counts]) => [attribute, Object.fromEntries(counts)]),
    ),
  };
}
