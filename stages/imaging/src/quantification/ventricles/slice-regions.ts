import { type Mask, spacingMm } from '@myocast/dicom';
import { cineLabel } from '../../records.ts';

/** The cavity of one short-axis slice, and the cavity with its wall, as filled regions of the part that they take. */
export interface SliceRegions {
  /** The part, [height, width]. */
  readonly labels: Uint8Array;
  readonly width: number;
  /** Of its first voxel in the slice. */
  readonly column: number;
  readonly row: number;
  /** Of a column and of a row; 1 where the mask has no geometry. */
  readonly mm: readonly [number, number];
  /** [height, width], 1 inside of the endocardium. */
  readonly endocardium: Uint8Array;
  /** [height, width], 1 inside of the epicardium. */
  readonly epicardium: Uint8Array;
}

/**
 * The largest piece of the cavity, and the piece of cavity and wall around it, both
 * without holes.
 *
 * @param mask cine labels
 * @returns null without cavity
 */
export function sliceRegions(mask: Mask, phase: number, z: number): SliceRegions | null {
  const [, slices, height, columns] = mask.shape;
  const [, rowMm, columnMm] = mask.affine ? spacingMm(mask.affine) : ([1, 1, 1] as const);
  const start = (phase * slices + z) * height * columns;
  const part = partOf(mask.data.subarray(start, start + height * columns), columns);
  if (part === null) return null;
  const { labels, width } = part;
  const cavity = largestPiece(
    labels.map((label) => (label === cineLabel.leftVentricle ? 1 : 0)),
    width,
  );
  if (cavity === null) return null;
  const isVentricle = labels.map((label) =>
    label === cineLabel.leftVentricle || label === cineLabel.myocardium ? 1 : 0,
  );
  const ventricle = pieceFrom(isVentricle, width, cavity.indexOf(1));
  return {
    ...part,
    mm: [columnMm, rowMm],
    endocardium: withoutHoles(cavity, width),
    epicardium: withoutHoles(ventricle, width),
  };
}

/** The voxels around cavity and wall; null where there are none. */
function partOf(
  slice: Uint8Array,
  columns: number,
): Pick<SliceRegions, 'labels' | 'width' | 'column' | 'row'> | null {
  let [left, right, top, bottom] = [columns, -1, slice.length, -1];
  for (const [at, label] of slice.entries()) {
    if (label !== cineLabel.leftVentricle && label !== cineLabel.myocardium) continue;
    const [column, row] = [at % columns, Math.floor(at / columns)];
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = row;
  }
  if (bottom < 0) return null;
  const width = right - left + 1;
  const labels = new Uint8Array(width * (bottom - top + 1));
  for (let row = top; row <= bottom; row++)
    labels.set(slice.subarray(row * columns + left, row * columns + right + 1), (row - top) * width);
  return { labels, width, column: left, row: top };
}

function largestPiece(region: Uint8Array, width: number): Uint8Array | null {
  const left = region.slice();
  let best: { piece: Uint8Array; size: number } | null = null;
  for (let first = left.indexOf(1); first >= 0; first = left.indexOf(1, first)) {
    const piece = pieceFrom(left, width, first);
    let size = 0;
    for (const [at, value] of piece.entries()) {
      if (value === 0) continue;
      size++;
      left[at] = 0;
    }
    if (best === null || size > best.size) best = { piece, size };
  }
  return best?.piece ?? null;
}

/** The voxels of value 1 that are joined to one of them over edges. */
function pieceFrom(region: Uint8Array, width: number, first: number): Uint8Array {
  const piece = new Uint8Array(region.length);
  const waiting = [first];
  piece[first] = 1;
  while (waiting.length > 0) {
    const at = waiting.pop()!;
    const column = at % width;
    const near = [at - width, at + width, column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1];
    for (const next of near) {
      if (region[next] !== 1 || piece[next] === 1) continue;
      piece[next] = 1;
      waiting.push(next);
    }
  }
  return piece;
}

/** Everything that cannot be reached from the border of the image. */
function withoutHoles(region: Uint8Array, width: number): Uint8Array {
  // A frame of empty voxels around the image joins everything outside.
  const framed = width + 2;
  const height = region.length / width;
  const outside = new Uint8Array(framed * (height + 2)).fill(1);
  for (const [at, value] of region.entries())
    if (value === 1) outside[(Math.floor(at / width) + 1) * framed + (at % width) + 1] = 0;
  const reached = pieceFrom(outside, framed, 0);
  return region.map((_, at) =>
    reached[(Math.floor(at / width) + 1) * framed + (at % width) + 1] === 1 ? 0 : 1,
  );
}
