import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import { labelNames } from '../segmentation/label-names.ts';

/** The mask, refused ('bad-value') when a voxel is none of the labels of its kind. */
export function checkLabels(mask: Mask, kind: SegmentedKind, path: string): Checked<Mask> {
  const highest = labelNames[kind].length;
  const found = highestLabel(mask);
  return found <= highest
    ? accepted(mask)
    : refused(issue('bad-value', path, `expected ${kind} labels 0 to ${highest}, found ${found}`));
}

/** 0 where nothing is labelled. */
export function highestLabel({ data }: Mask): number {
  let highest = 0;
  for (let voxel = 0; voxel < data.length; voxel++) if (data[voxel]! > highest) highest = data[voxel]!;
  return highest;
}
