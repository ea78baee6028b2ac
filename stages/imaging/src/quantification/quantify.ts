import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import type { QuantitiesRecord, SegmentedKind } from '../records.ts';
import { deformationOfExam } from '../deformation/exam-deformation.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { quantifyCine } from './cine-quantities.ts';
import { quantifyLge } from './lge-quantities.ts';
import { findSegmentReference } from './rv-insertion.ts';
import { assumedReference } from './segments.ts';

const softwareVersion = '0.1.0';
const highestLabel: Readonly<Record<SegmentedKind, number>> = { 'cine-sax': 3, 'lge-sax': 4 };

/**
 * The quantities of one exam, from the masks that lie in `<maskFolder>/<subject>/`:
 * `cine-sax.nii.gz`, `lge-sax.nii.gz` and, if there, `segmentation.json`.
 *
 * A series without a mask, or whose mask allows no number, is null, and the record's
 * flags say why: an exam is never lost. Refused only when there is neither an exam
 * nor a folder of masks.
 *
 * @param examFolder of an ingested exam; without `exam.json` its name is the subject
 * @param maskFolder the folder that holds one folder a subject
 */
export async function quantifyExam(
  examFolder: string,
  maskFolder: string,
  options: { readonly subject?: string; readonly bsaM2?: number } = {},
): Promise<Checked<QuantitiesRecord>> {
  const flags: Issue[] = [];
  const subject = options.subject ?? (await subjectOf(examFolder, flags));
  const folder = join(maskFolder, subject);
  if (!(await exists(folder)) && !(await exists(examFolder)))
    return refused(issue('empty-input', subject, `expected an exam or masks, found neither in ${folder}`));
  const cineMask = await readSeriesMask(folder, 'cine-sax', subject, flags);
  const measured = quantifyMasks(
    cineMask,
    await readSeriesMask(folder, 'lge-sax', subject, flags),
    subject,
    flags,
  );
  const cine = cineMask && measured.cine && { mask: cineMask, quantities: measured.cine };
  const deformation = await deformationOfExam(examFolder, folder, cine, options);
  const contours = await contoursOf(folder, measured, subject, flags);
  return accepted({ subject, ...measured, deformation, contours, softwareVersion, flags }, flags);
}

/** The turn of the heart is found in the cine and carried over to the LGE. */
function quantifyMasks(
  cineMask: Mask | null,
  lgeMask: Mask | null,
  subject: string,
  flags: Issue[],
): Pick<QuantitiesRecord, 'cine' | 'lge' | 'segmentReference'> {
  const cine = cineMask && valueOf(quantifyCine(cineMask), subject, flags);
  const found = cineMask && cine ? findSegmentReference(cineMask, cine.edPhase) : null;
  const lge = lgeMask && valueOf(quantifyLge(lgeMask, found ?? assumedReference(lgeMask)), subject, flags);
  return { cine, lge, segmentReference: found?.source ?? 'assumed' };
}

/** Writes `quantities/<subject>.json`, whole or not at all. */
export async function writeQuantities(record: QuantitiesRecord, file: string): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads a NIfTI mask. Refused when it cannot be read, or a voxel is none of the labels of its kind. */
export async function readMask(file: string, kind: SegmentedKind): Promise<Checked<Mask>> {
  const read = await maskAt(file);
  return read.ok ? checkLabels(read.value, kind, file) : read;
}

/** The mask, refused ('bad-value') when a voxel is none of the labels of its kind. */
export function checkLabels(mask: Mask, kind: SegmentedKind, path: string): Checked<Mask> {
  const bad = mask.data.find((value) => value > highestLabel[kind]);
  return bad === undefined
    ? accepted(mask)
    : refused(issue('bad-value', path, `expected ${kind} labels 0 to ${highestLabel[kind]}, found ${bad}`));
}

async function readSeriesMask(
  folder: string,
  kind: SegmentedKind,
  subject: string,
  flags: Issue[],
): Promise<Mask | null> {
  const file = join(folder, `${kind}.nii.gz`);
  if (!(await exists(file))) {
    flags.push(issue('missing-series', subject, `expected a mask ${kind}.nii.gz, found none`));
    return null;
  }
  return valueOf(await readMask(file, kind), subject, flags);
}

/** The value, with its issues put down to the subject. */
function valueOf<Value>(checked: Checked<Value>, subject: string, flags: Issue[]): Value | null {
  for (const { kind, path, message } of checked.issues)
    flags.push(issue(kind, `${subject} ${basename(path)}`, message));
  return checked.ok ? checked.value : null;
}

async function subjectOf(examFolder: string, flags: Issue[]): Promise<string> {
  const name = basename(resolve(examFolder));
  try {
    const record = await readJsonFile<{ subject?: unknown }>(join(examFolder, 'exam.json'));
    return typeof record?.subject === 'string' && record.subject !== '' ? record.subject : name;
  } catch (cause) {
    flags.push(issue('not-readable', name, `expected exam.json to be JSON: ${(cause as Error).message}`));
    return name;
  }
}

/** Who drew the contours of the series that have quantities. */
async function contoursOf(
  folder: string,
  { cine, lge }: Pick<QuantitiesRecord, 'cine' | 'lge'>,
  subject: string,
  flags: Issue[],
): Promise<QuantitiesRecord['contours']> {
  let named: Partial<Record<SegmentedKind, unknown>> = {};
  try {
    const record = await readJsonFile<{ contours?: typeof named }>(join(folder, 'segmentation.json'));
    named = record?.contours ?? {};
  } catch (cause) {
    flags.push(
      issue('not-readable', subject, `expected segmentation.json to be JSON: ${(cause as Error).message}`),
    );
  }
  const contours: { -readonly [Kind in SegmentedKind]?: string } = {};
  for (const kind of ['cine-sax', 'lge-sax'] as const) {
    const hash = named[kind];
    const quantified = kind === 'cine-sax' ? cine : lge;
    if (quantified !== null) contours[kind] = typeof hash === 'string' ? hash : 'unknown';
  }
  return contours;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
