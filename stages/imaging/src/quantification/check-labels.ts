import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import { labelNames } from '../segmentation/label-names.ts';

/** The mask, refused ('bad-value') when a voxel is none of the labels of its kind. */
export function checkLabels(mask: Mask, kind: SegmentedKind, path: string): Checked<Mask> {
  const highest = labelNames[kind].length;
  const bad = mask.data.find((value) => value > highest);
  return bad === undefined
    ? accepted(mask)
    : refused(issue('bad-value', path, `expected ${kind} labels 0 to ${highest}, found ${bad}`));
}
