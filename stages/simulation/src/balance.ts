import { unmixed, votesOf } from './heart-image.ts';
import type { Slice } from './slice.ts';

/** Two groups of labels that share a border. */
export interface Border {
  /** Labels of the inner group and of the outer one; a voxel that changes gets the first of the other. */
  readonly inner: readonly number[];
  readonly outer: readonly number[];
}

/**
 * Voxels that hold both sides of a border, and by how much the inner side leads,
 * collected slice by slice.
 */
export interface Doubtful {
  readonly border: Border;
  readonly voxels: number[];
  readonly leads: number[];
}

export function newDoubtful(border: Border): Doubtful {
  return { border, voxels: [], leads: [] };
}

/** Adds the mixed voxels of a slice that was painted. @param offset of the slice in the label volume */
export function collectDoubtful({ grid, painted }: Slice, offset: number, into: Doubtful): void {
  const { inner, outer } = into.border;
  const { firstColumn, firstRow, width, placement } = grid;
  const [isInner, isOuter] = [flags(inner), flags(outer)];
  const count = painted.label.length;
  for (let pixel = 0; pixel < count; pixel++) {
    const votes = painted.votes[pixel]!;
    if (votes === unmixed) continue;
    const label = painted.label[pixel]!;
    if (isInner[label] === 0 && isOuter[label] === 0) continue;
    let [within, without] = [0, 0];
    for (const one of inner) within += votesOf(votes, one);
    for (const one of outer) without += votesOf(votes, one);
    if (within === 0 || without === 0) continue;
    const row = firstRow + ((pixel / width) | 0);
    into.voxels.push(offset + row * placement.size + firstColumn + (pixel % width));
    into.leads.push(within - without);
  }
}

/**
 * Moves the border so that the inner side holds `goal` voxels: those that are
 * nearest to being half and half change sides first. A majority in every voxel
 * alone would leave the sum up to a few per cent beside the volume.
 *
 * @param label volume, changed in place; `count` of its voxels are on the inner side
 * @returns how many voxels changed sides, and how many more would have had to
 */
export function balance(
  label: Uint8Array,
  { border, voxels, leads }: Doubtful,
  count: number,
  goal: number,
): { readonly moved: number; readonly short: number } {
  const growing = goal > count;
  const from = growing ? border.outer : border.inner;
  const to = (growing ? border.inner : border.outer)[0]!;
  const order = Array.from(voxels.keys())
    .filter((index) => from.includes(label[voxels[index]!]!))
    .sort(
      (a, b) => Math.abs(leads[a]!) - Math.abs(leads[b]!) || scattered(voxels[a]!) - scattered(voxels[b]!),
    );
  const wanted = Math.abs(Math.round(goal) - count);
  const moved = Math.min(wanted, order.length);
  for (let index = 0; index < moved; index++) label[voxels[order[index]!]!] = to;
  return { moved, short: wanted - moved };
}

/** An order of voxels that follows no direction (Knuth's multiplicative hash). */
function scattered(voxel: number): number {
  return Math.imul(voxel, 2654435761) >>> 0;
}

/** How many voxels of these labels there are. */
export function countOf(label: Uint8Array, labels: readonly number[]): number {
  const counted = flags(labels);
  let count = 0;
  for (let at = 0; at < label.length; at++) count += counted[label[at]!]!;
  return count;
}

function flags(labels: readonly number[]): Uint8Array {
  const flag = new Uint8Array(256);
  for (const label of labels) flag[label] = 1;
  return flag;
}
