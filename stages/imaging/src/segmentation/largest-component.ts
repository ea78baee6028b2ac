import type { Volume } from '@myocast/dicom';

/**
 * In place: of all that is labelled in a phase, keeps the largest piece connected by faces.
 *
 * @param only looks at this label alone and leaves the others as they are
 */
export function keepLargestComponent(labels: Uint8Array, shape: Volume['shape'], only?: number): void {
  const [phases, slices, rows, columns] = shape;
  const count = slices * rows * columns;
  const piece = new Int32Array(count);
  const stack = new Int32Array(count);
  for (let t = 0; t < phases; t++) {
    const own = labels.subarray(t * count, (t + 1) * count);
    piece.fill(0);
    const sizes = [0];
    for (let start = 0; start < count; start++)
      if (isWanted(own[start]!, only) && piece[start] === 0)
        sizes.push(flood({ labels: own, only, piece, stack }, start, sizes.length, shape));
    if (sizes.length <= 2) continue;
    const largest = sizes.indexOf(Math.max(...sizes));
    for (let voxel = 0; voxel < count; voxel++)
      if (piece[voxel] !== 0 && piece[voxel] !== largest) own[voxel] = 0;
  }
}

const isWanted = (label: number, only: number | undefined) =>
  only === undefined ? label !== 0 : label === only;

interface Search {
  readonly labels: Uint8Array;
  readonly only: number | undefined;
  /** Which piece each voxel belongs to, from 1; 0 where none is known. */
  readonly piece: Int32Array;
  readonly stack: Int32Array;
}

/** Voxels of the largest piece, connected by faces, of what `wanted` marks: one phase. */
export function largestPieceVoxels(wanted: Uint8Array, shape: Volume['shape']): number {
  const [piece, stack] = [new Int32Array(wanted.length), new Int32Array(wanted.length)];
  let largest = 0;
  for (let start = 0; start < wanted.length; start++)
    if (wanted[start] && !piece[start])
      largest = Math.max(largest, flood({ labels: wanted, only: undefined, piece, stack }, start, 1, shape));
  return largest;
}

/** Marks the piece that holds `start`; gives the number of its voxels. */
function flood(
  { labels, only, piece, stack }: Search,
  start: number,
  name: number,
  shape: Volume['shape'],
): number {
  const beside = new Int32Array(6);
  piece[start] = name;
  stack[0] = start;
  let waiting = 1;
  let size = 1;
  while (waiting > 0) {
    const sides = besideOf(stack[--waiting]!, shape, beside);
    for (let side = 0; side < sides; side++) {
      const voxel = beside[side]!;
      if (piece[voxel] !== 0 || !isWanted(labels[voxel]!, only)) continue;
      piece[voxel] = name;
      stack[waiting++] = voxel;
      size++;
    }
  }
  return size;
}

/** The voxels that share a face with one, into `beside`; gives how many they are. */
function besideOf(voxel: number, [, slices, rows, columns]: Volume['shape'], beside: Int32Array): number {
  const plane = rows * columns;
  const column = voxel % columns;
  const row = Math.floor((voxel % plane) / columns);
  const slice = Math.floor(voxel / plane);
  let sides = 0;
  if (column > 0) beside[sides++] = voxel - 1;
  if (column < columns - 1) beside[sides++] = voxel + 1;
  if (row > 0) beside[sides++] = voxel - columns;
  if (row < rows - 1) beside[sides++] = voxel + columns;
  if (slice > 0) beside[sides++] = voxel - plane;
  if (slice < slices - 1) beside[sides++] = voxel + plane;
  return sides;
}
