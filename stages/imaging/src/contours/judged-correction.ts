import { issue, type Issue } from '@myocast/base';
import type { MaskName } from '../records.ts';
import type { Correction } from './corrections-record.ts';

/**
 * The least Dice with the contours before, label by label, below which a correction is looked at: another
 * heart, a mirrored mask, or contours that were a failure before. The cine's are set by the masks of 50 hearts (ACDC,
 * end-diastole): a shift by 2 pixels, more than readers differ by, leaves 0.90, 0.75 and 0.92 (medians; RV, wall, LV);
 * mirrored left to right they keep 0.00, 0.16 and 0.56, with the slices reversed 0.27, 0.28 and 0.67. Of the 50, all
 * are flagged mirrored left to right or with slices reversed, 46 mirrored back to front, 14 shifted by a slice, and
 * none shifted by 2 pixels. Infarct, MVO and oedema are small and blurred, where readers overlap less: their limits,
 * and those of the long axes, are by judgement.
 */
const leastOverlap: Readonly<Record<MaskName, readonly number[]>> = {
  'cine-sax': [0.6, 0.5, 0.7],
  'lge-sax': [0.7, 0.5, 0.3, 0.2],
  't2-sax': [0.7, 0.5, 0.3],
  'cine-2ch': [0.7, 0.5, 0.6],
  'cine-3ch': [0.7, 0.5, 0.6],
  'cine-4ch': [0.7, 0.5, 0.6],
};

/** What a correction does to each label. */
type LabelChanges = Correction['labels'];

/** Why a correction is not taken as it is: it takes a structure away, or draws nothing at all. Null where it is. */
export function removalFault(kind: MaskName, subject: string, labels: LabelChanges): Issue | null {
  const path = `${subject} ${kind}`;
  if (labels.every(({ voxelsBefore, voxelsAfter }) => voxelsBefore === 0 && voxelsAfter === 0))
    return issue('empty-input', path, 'expected contours, found a mask without a label');
  const gone = labels.filter(({ voxelsBefore, voxelsAfter }) => voxelsBefore > 0 && voxelsAfter === 0);
  if (gone.length === 0) return null;
  const names = gone.map(({ name, voxelsBefore }) => `${name} (${voxelsBefore} voxels before)`).join(', ');
  const message = `expected every structure that was drawn before, found no voxel of ${names}: nothing is changed, unless --allow-removal says that it is meant`;
  return issue('bad-value', path, message);
}

/** Structures that were drawn before and lie elsewhere now, one line for each. */
export function overlapFlags(kind: MaskName, labels: LabelChanges): readonly string[] {
  return labels.flatMap(({ label, name, voxelsBefore, diceToBefore }) => {
    const least = leastOverlap[kind][label - 1]!;
    const found = diceToBefore ?? null;
    if (voxelsBefore === 0 || found === null || found >= least) return [];
    return [
      `expected ${name} to overlap with the contours before (Dice of at least ${least.toFixed(2)}), found ${found.toFixed(3)}`,
    ];
  });
}
