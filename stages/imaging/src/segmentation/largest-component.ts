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
    const wanted = only === undefined ? own : own.map((label) => (label === only ? 1 : 0));
    piece.fill(0);
    const sizes = [0];
    for (let start = 0; start < count; start++)
      if (wanted[start] && !piece[start]) sizes.push(flood(wanted, piece, stack, start, sizes.length, shape));
    if (sizes.length <= 2) continue;
    const largest = sizes.indexOf(Math.max(...sizes));
    for (let voxel = 0; voxel < count; voxel++)
      if (piece[voxel] !== 0 && piece[voxel] !== largest) own[voxel] = 0;
  }
}

/** Voxels of the largest piece, connected by faces, of what `wanted` marks: [slices, rows, columns]. */
export function largestPieceVoxels(wanted: Uint8Array, shape: Volume['shape']): number {
  const piece = new Int32Array(wanted.length);
  const stack = new Int32Array(wanted.length);
  let largest = 0;
  for (let start = 0; start < wanted.length; start++)
    if (wanted[start] && !piece[start])
      largest = Math.max(largest, flood(wanted, piece, stack, start, 1, shape));
  return largest;
}

/** Marks the piece that holds `start`; gives the number of its voxels. */
function flood(
  labels: Uint8Array,
  piece: Int32Array,
  stack: Int32Array,
  start: number,
  name: number,
  [, slices, rows, columns]: Volume['shape'],
): number {
  const plane = rows * columns;
  let waiting = 0;
  let size = 0;
  const take = (voxel: number, there: boolean) => {
    if (!there || !labels[voxel] || piece[voxel]) return;
    piece[voxel] = name;
    stack[waiting++] = voxel;
    size++;
  };
  take(start, true);
  while (waiting > 0) {
    const voxel = stack[--waiting]!;
    const column = voxel % columns;
    const row = Math.floor((voxel % plane) / columns);
    const slice = Math.floor(voxel / plane);
    take(voxel - 1, column > 0);
    take(voxel + 1, column < columns - 1);
    take(voxel - columns, row > 0);
    take(voxel + columns, row < rows - 1);
    take(voxel - plane, slice > 0);
    take(voxel + plane, slice < slices - 1);
  }
  return size;
}
