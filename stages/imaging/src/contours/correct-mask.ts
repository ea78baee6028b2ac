import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import type { MaskName } from '../records.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { labelNames } from './contours-of-mask.ts';
import {
  addEntry,
  type Correction,
  correctionAt,
  correctionsFolder,
  readCorrections,
} from './corrections-record.ts';
import { overlapFlags, removalFault } from './judged-correction.ts';
import { labelHash } from './label-hash.ts';
import { automaticDrawer, correctedMask } from './mask-in-force.ts';

/** A corrected mask, and what it replaces. */
export interface CorrectedMask {
  readonly mask: Mask;
  /** What was in force; null where nothing was. */
  readonly before: Mask | null;
  readonly from: Correction['from'];
  /** Whether it may take away every voxel of a structure that was drawn before. */
  readonly mayRemove?: boolean | undefined;
}

/** Whose contours are changed, and by whom. */
export interface CorrectionOrder {
  /** Holds one folder a subject. */
  readonly maskFolder: string;
  readonly subject: string;
  readonly kind: MaskName;
  /** A role or initials, 1 to 40 letters, digits, spaces, dots and hyphens. */
  readonly by: string;
  readonly at: Date;
  /** Why, in a line; not there where nobody says it. */
  readonly reason?: string | undefined;
  readonly softwareVersion: string;
}

const longestName = 40;
const longestReason = 200;

/** Null, or why somebody cannot be named so. */
export function misgivenCorrector(by: string): string | null {
  const isName = by.length <= longestName && /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(by);
  return isName
    ? null
    : `expected a role or initials of at most ${longestName} letters, found "${by.slice(0, 60)}"`;
}

/** Null, or why a text is no reason that is kept: one line of plain text, which a page and a terminal can show. */
export function misgivenReason(reason: string): string | null {
  const isPlain = reason.trim() !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>]/u.test(reason);
  return isPlain && reason.length <= longestReason
    ? null
    : `expected a reason of one line of at most ${longestReason} letters without < and >, found "${reason.slice(0, 60)}"`;
}

function misgiven({ by, reason, subject }: CorrectionOrder): Issue | null {
  const fault = misgivenCorrector(by) ?? (reason === undefined ? null : misgivenReason(reason));
  return fault === null ? null : issue('bad-value', subject, fault);
}

/**
 * Puts a corrected mask into force: from now on it is what is quantified. The automatic
 * contours are kept beside it as they were, and every earlier correction with them.
 * `corrections.json` is written last, so that an interruption leaves what was in force before.
 *
 * @returns refused when a structure is gone that was there before and it may not remove one, and when nothing is
 *   drawn; a structure that hardly overlaps with what it was is a 'quality-flag', kept in the correction
 */
export async function correctMask(
  order: CorrectionOrder,
  corrected: CorrectedMask,
): Promise<Checked<Correction>> {
  const { maskFolder, subject, kind } = order;
  const misnamed = misgiven(order);
  if (misnamed !== null) return refused(misnamed);
  const folder = correctionsFolder(maskFolder, subject);
  const record = await readCorrections(folder, subject);
  if (!record.ok) return record;
  const automatic = await automaticMask(join(maskFolder, subject), kind);
  if (!automatic.ok) return automatic;
  const correction = correctionOf(order, corrected, automatic.value);
  const fault = corrected.mayRemove ? null : removalFault(kind, subject, correction.labels);
  if (fault !== null) return refused(fault);
  if (automatic.value && correction.automatic)
    await keep(join(folder, correction.automatic.mask), automatic.value.mask);
  await keep(join(folder, correction.mask), corrected.mask);
  await addEntry(folder, { subject, record: record.value }, kind, correction);
  return accepted(
    correction,
    overlapFlags(kind, correction.labels).map((flag) => issue('quality-flag', `${subject} ${kind}`, flag)),
  );
}

function correctionOf(
  order: CorrectionOrder,
  { mask, before, from }: CorrectedMask,
  automatic: Automatic | null,
): Correction {
  const { kind } = order;
  const hash = labelHash(mask);
  const labels = labelChanges(kind, { before, mask, automatic: automatic?.mask ?? null });
  return {
    did: 'corrected',
    ...whoAndWhy(order),
    from,
    mask: `${kind}.corrected-${hash.slice(0, 12)}.nii.gz`,
    hash,
    automatic: automatic && {
      mask: `${kind}.automatic-${automatic.hash.slice(0, 12)}.nii.gz`,
      hash: automatic.hash,
      drawnBy: automatic.drawnBy,
    },
    ...changes(before, mask),
    labels,
    flags: [...overlapFlags(kind, labels)],
  };
}

function whoAndWhy({ by, at, reason, softwareVersion }: CorrectionOrder) {
  return { by, at: at.toISOString(), ...(reason === undefined ? {} : { reason }), softwareVersion };
}

/** Puts an earlier correction into force again, or, with null, the automatic contours. Nothing is removed. */
export async function returnTo(
  order: CorrectionOrder,
  to: number | null,
): Promise<Checked<Correction | null>> {
  const { maskFolder, subject, kind } = order;
  const misnamed = misgiven(order);
  if (misnamed !== null) return refused(misnamed);
  const folder = correctionsFolder(maskFolder, subject);
  const record = await readCorrections(folder, subject);
  if (!record.ok) return record;
  const own = record.value?.series[kind];
  if (own === undefined)
    return refused(issue('missing-value', subject, `expected corrections of ${kind}, found none`));
  const correction = to === null ? null : correctionAt(own, to);
  if (to !== null && correction === null)
    return refused(
      issue('bad-value', subject, `expected a correction of ${kind} with number ${to}, found none`),
    );
  if (correction !== null) {
    const mask = await correctedMask(folder, correction);
    if (!mask.ok) return mask;
  }
  const entry = { did: 'returned', ...whoAndWhy(order), to } as const;
  await addEntry(folder, { subject, record: record.value }, kind, entry);
  return accepted(correction);
}

/** Masks are named by what is in them: one that is there already is the same, or was cut short. */
async function keep(path: string, mask: Mask): Promise<void> {
  await writeFileAtomic(path, writeNifti(mask));
}

interface Automatic {
  readonly mask: Mask;
  readonly hash: string;
  readonly drawnBy: string;
}

async function automaticMask(folder: string, kind: MaskName): Promise<Checked<Automatic | null>> {
  const path = join(folder, `${kind}.nii.gz`);
  const read = await maskAt(path);
  if (!read.ok) return (await isAbsent(path)) ? accepted(null) : read;
  const drawnBy = await automaticDrawer(folder, kind);
  return accepted({ mask: read.value, hash: labelHash(read.value), drawnBy });
}

function changes(
  before: Mask | null,
  { shape, data }: Mask,
): Pick<Correction, 'changedVoxels' | 'changedSlices'> {
  const area = shape[2] * shape[3];
  const empty = new Uint8Array(area);
  let [changedVoxels, changedSlices] = [0, 0];
  for (let start = 0; start < data.length; start += area) {
    const [was, is] = [
      before?.data.subarray(start, start + area) ?? empty,
      data.subarray(start, start + area),
    ];
    if (Buffer.compare(was, is) === 0) continue;
    changedSlices++;
    for (let pixel = 0; pixel < area; pixel++) if (was[pixel] !== is[pixel]) changedVoxels++;
  }
  return { changedVoxels, changedSlices };
}

function labelChanges(
  kind: MaskName,
  { before, mask, automatic }: { before: Mask | null; mask: Mask; automatic: Mask | null },
): Correction['labels'] {
  const [was, is] = [before && counts(before), counts(mask)];
  const [toAutomatic, toBefore] = [overlapWith(automatic, mask), overlapWith(before, mask)];
  return labelNames[kind].map((name, index) => {
    const label = index + 1;
    return {
      label,
      name,
      voxelsBefore: was ? was[label]! : 0,
      voxelsAfter: is[label]!,
      diceToAutomatic: toAutomatic(label),
      diceToBefore: toBefore(label),
    };
  });
}

/** The Dice of a label in two masks; null without another mask on this grid, and where neither has the label. */
function overlapWith(other: Mask | null, mask: Mask): (label: number) => number | null {
  if (other === null || other.data.length !== mask.data.length) return () => null;
  const [a, b, shared] = [counts(mask), counts(other), counts(mask, other)];
  return (label) => {
    const both = a[label]! + b[label]!;
    return both > 0 ? (2 * shared[label]!) / both : null;
  };
}

/** Voxels of each label, or of those that it has in both masks. */
function counts(mask: Mask, other = mask): Uint32Array {
  const [a, b] = [mask.data, other.data];
  const found = new Uint32Array(256);
  for (let voxel = 0; voxel < a.length; voxel++) if (a[voxel] === b[voxel]) found[a[voxel]!]!++;
  return found;
}

async function isAbsent(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (cause: NodeJS.ErrnoException) => cause.code === 'ENOENT',
  );
}
