/**
 * Dice coefficient of a set of labels in two masks on one grid: 2 |A ∩ B| / (|A| + |B|).
 *
 * @returns null when neither mask holds any of the labels: there is nothing to agree on
 * @throws RangeError when the masks differ in length
 */
export function dice(a: Uint8Array, b: Uint8Array, labels: readonly number[]): number | null {
  if (a.length !== b.length) throw new RangeError(`dice: expected ${a.length} labels, got ${b.length}`);
  const wanted = new Uint8Array(256);
  for (const label of labels) wanted[label] = 1;
  let both = 0;
  let either = 0;
  for (let voxel = 0; voxel < a.length; voxel++) {
    const inA = wanted[a[voxel]!]!;
    const inB = wanted[b[voxel]!]!;
    both += inA & inB;
    either += inA + inB;
  }
  return either === 0 ? null : (2 * both) / either;
}
