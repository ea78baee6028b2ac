import { dirname, resolve } from 'node:path';
import { accepted, type Checked } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import type { SegmentAlgorithm } from '@myocast/dicom/objects';
import { type Correction, correctionsFolder } from '../contours/corrections-record.ts';
import { automaticMaskOf, type MaskInForce } from '../contours/mask-in-force.ts';
import { type MaskName, maskSources } from '../records.ts';
import type { SegmentationRecord } from '../segmentation/segment-exam.ts';
import { segmentsOf } from './terms.ts';

/** Contours in force, and where they lie. */
export interface DrawnContours {
  readonly name: MaskName;
  readonly drawn: MaskInForce;
  /** The folder of the subject's masks, and what lies in it. */
  readonly folder: string;
  readonly subject: string;
  readonly record: SegmentationRecord | null;
}

/**
 * How each segment of a mask was drawn. After a correction a segment that is voxel by voxel
 * the network's is its own still; one that the network had and a person changed is of both; one
 * that it had not is the person's. Contours of an expert are a person's in any case.
 *
 * Where the network's contours are not kept or lie on another grid, every segment counts as changed,
 * and the issues say that they could not be read.
 */
export async function segmentAlgorithms(
  contours: DrawnContours,
): Promise<Checked<readonly SegmentAlgorithm[]>> {
  const { name, drawn, record } = contours;
  const segments = segmentsOf[maskSources[name].kind];
  const drawer = drawerOf(contours);
  if (drawer === null || drawer === 'expert') return accepted(segments.map(() => ({ type: 'MANUAL' })));
  const algorithm = algorithmName(name, drawer, record);
  if (drawn.correction === null)
    return accepted(segments.map(() => ({ type: 'AUTOMATIC', name: algorithm })));
  const automatic = await comparableMask(contours, drawn.correction);
  const mask = automatic.ok ? automatic.value : null;
  const found = segments.map(({ labels }): SegmentAlgorithm => {
    const { had, changed } = mask ? comparison(mask, drawn.mask, labels) : { had: true, changed: true };
    if (!changed) return { type: 'AUTOMATIC', name: algorithm };
    return had ? { type: 'SEMIAUTOMATIC', name: algorithm } : { type: 'MANUAL' };
  });
  return accepted(found, automatic.issues);
}

/** Who drew the contours before anybody corrected them; null where there were none. */
function drawerOf({ name, drawn: { correction }, record }: DrawnContours): string | null {
  if (correction !== null) return correction.automatic?.drawnBy ?? null;
  return record?.contours[name] ?? 'unknown';
}

/** What was corrected, on the grid of the correction. */
async function comparableMask(
  { drawn, folder, subject }: DrawnContours,
  correction: Correction,
): Promise<Checked<Mask | null>> {
  const corrections = correctionsFolder(dirname(resolve(folder)), subject);
  const read = await automaticMaskOf(corrections, correction);
  if (!read.ok || read.value === null) return read;
  const isOnGrid = read.value.shape.every((length, axis) => length === drawn.mask.shape[axis]);
  return isOnGrid ? read : accepted(null, read.issues);
}

/** Of the network, and the hash of its weights. */
function algorithmName(name: MaskName, drawer: string, record: SegmentationRecord | null): string {
  const isRecorded = record?.contours[name] === drawer;
  const entry = isRecorded ? record.series.find(({ mask }) => mask === name) : undefined;
  return `${entry?.segmenter ?? ''} ${drawer.slice(0, 12)}`.trim();
}

/** Whether the first mask has the segment, and whether the second has another. */
function comparison(
  before: Mask,
  after: Mask,
  labels: readonly number[],
): { readonly had: boolean; readonly changed: boolean } {
  const isIn = Uint8Array.from({ length: 256 }, (_, label) => Number(labels.includes(label)));
  let [had, changed] = [false, false];
  for (let voxel = 0; voxel < before.data.length; voxel++) {
    const was = isIn[before.data[voxel]!]!;
    if (was === 1) had = true;
    if (was !== isIn[after.data[voxel]!]!) changed = true;
  }
  return { had, changed };
}
