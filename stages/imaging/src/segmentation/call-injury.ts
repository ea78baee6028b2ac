import type { Volume } from '@myocast/dicom';
import { lgeLabel } from '../records.ts';
import { meanSureness, type Sureness } from './choose-labels.ts';
import { largestPieceVoxels } from './largest-component.ts';

/** An infarct whose largest piece has this share of the wall is called whatever its probability. */
const largePiece = 0.035;
/** A smaller one, down to this, is called where the network is sure of it. */
const smallPiece = 0.005;
const sureOfSmall = 0.82;
/** Obstruction is called from a piece of this share of the wall. */
const obstructionPiece = 0.009;

/** What was seen and not called, in voxels. */
export interface NotCalled {
  readonly infarct: number;
  readonly obstruction: number;
}

/**
 * In place: what is too small or too unsure to be called an infarct becomes normal
 * wall, and what is too small to be called obstruction becomes infarct. Specks of
 * partial volume at the blood are in every mask, those of healthy hearts too.
 *
 * The limits are the best of a grid for the 50 cases of EMIDEC, each segmented by a
 * network that had not seen it; chosen without a fifth of the cases and measured on
 * that fifth, in turn, they call 90 % right (docs/results/segmentation.md).
 */
export function callInjury(labels: Uint8Array, shape: Volume['shape'], sure: Sureness): NotCalled {
  const { normalMyocardium, infarct, mvo } = lgeLabel;
  const wall = labels.reduce((count, label) => count + Number(label >= normalMyocardium), 0);
  const piece = (from: number) =>
    largestPieceVoxels(
      labels.map((label) => Number(label >= from)),
      shape,
    ) / Math.max(1, wall);
  const largest = piece(infarct);
  const certain = (meanSureness(sure, [infarct]) ?? 0) >= sureOfSmall;
  if (largest < largePiece && !(largest >= smallPiece && certain))
    return { infarct: relabel(labels, infarct, normalMyocardium), obstruction: 0 };
  if (piece(mvo) < obstructionPiece) return { infarct: 0, obstruction: relabel(labels, mvo, infarct) };
  return { infarct: 0, obstruction: 0 };
}

/** All labels from `least` on; gives how many they were. */
function relabel(labels: Uint8Array, least: number, to: number): number {
  let count = 0;
  for (let voxel = 0; voxel < labels.length; voxel++) {
    if (labels[voxel]! < least) continue;
    labels[voxel] = to;
    count++;
  }
  return count;
}
