import { type Mask, spacingMm } from '@myocast/dicom';
import { lgeLabel } from '../../records.ts';
import { ahaSegments, lgeAnatomy, type SegmentReference } from '../segments.ts';

/** A neighbour that lies in the cavity, and one that lies outside of wall and cavity. */
export const beside = { cavity: -1, outside: -2 } as const;

/** Regions below this area are specks of noise; without geometry ten contiguous pixels, which is what it comes to at 1.6 mm. */
const speckMm2 = 25;
const speckPixels = 10;

/** The LV wall of a short-axis stack, voxel by voxel: n voxels in the order of the data. */
export interface Wall {
  /** LGE labels of one phase: 1 cavity, 2 normal wall, 3 and 4 injured wall. */
  readonly mask: Mask;
  /** [n] where each voxel lies in the data. */
  readonly voxels: Int32Array;
  /** [n] */
  readonly slice: Int32Array;
  /** [n] AHA segment 1 to 16; 0 in a slice that belongs to none. */
  readonly segment: Uint8Array;
  /** [n, 4] left, right, above and below in the slice: the neighbour's number in the wall, or {@link beside}. */
  readonly neighbours: Int32Array;
  /** [n] 1 where all four neighbours are wall: the wall without its rims of one pixel. */
  readonly inner: Uint8Array;
  /** Contiguous pixels that are more than noise. */
  readonly leastPixels: number;
}

/**
 * @param mask LGE labels, of several phases the first; a T2 mask has oedema where an LGE mask has infarct
 * @param reference how the heart is turned
 */
export function wallOf(mask: Mask, reference: SegmentReference): Wall {
  const [, slices, height, width] = mask.shape;
  const first: Mask = { ...mask, shape: [1, slices, height, width] };
  const length = slices * height * width;
  const numberAt = new Int32Array(length).fill(beside.outside);
  let n = 0;
  for (let at = 0; at < length; at++) {
    const label = mask.data[at]!;
    if (label === lgeLabel.leftVentricle) numberAt[at] = beside.cavity;
    else if (label >= lgeLabel.normalMyocardium && label <= lgeLabel.mvo) numberAt[at] = n++;
  }
  const voxels = new Int32Array(n);
  for (let at = 0; at < length; at++) if (numberAt[at]! >= 0) voxels[numberAt[at]!] = at;
  const neighbours = neighboursOf(voxels, numberAt, width, height);
  return {
    mask: first,
    voxels,
    slice: Int32Array.from(voxels, (at) => Math.floor(at / (height * width))),
    segment: segmentsOf(first, voxels, reference),
    neighbours,
    inner: Uint8Array.from(voxels, (_, at) => Number(isInner(neighbours, at))),
    leastPixels: leastPixels(mask),
  };
}

function neighboursOf(voxels: Int32Array, numberAt: Int32Array, width: number, height: number): Int32Array {
  const neighbours = new Int32Array(4 * voxels.length);
  for (const [number, at] of voxels.entries()) {
    const column = at % width;
    const row = Math.floor(at / width) % height;
    const there = [column > 0, column < width - 1, row > 0, row < height - 1];
    const places = [at - 1, at + 1, at - width, at + width];
    for (const [side, place] of places.entries())
      neighbours[4 * number + side] = there[side] ? numberAt[place]! : beside.outside;
  }
  return neighbours;
}

function isInner(neighbours: Int32Array, number: number): boolean {
  for (let side = 0; side < 4; side++) if (neighbours[4 * number + side]! < 0) return false;
  return true;
}

function segmentsOf(mask: Mask, voxels: Int32Array, reference: SegmentReference): Uint8Array {
  const [, , height, width] = mask.shape;
  const { rings, segmentAt } = ahaSegments(lgeAnatomy(mask), 0, reference);
  const [, rowMm, columnMm] = mask.affine ? spacingMm(mask.affine) : ([1, 1, 1] as const);
  return Uint8Array.from(voxels, (at) => {
    const z = Math.floor(at / (height * width));
    const centre = rings[z]?.centre;
    if (!centre) return 0;
    const down = (Math.floor(at / width) % height) - centre[1];
    return segmentAt(z, Math.atan2(down * rowMm, ((at % width) - centre[0]) * columnMm)) ?? 0;
  });
}

function leastPixels({ affine }: Mask): number {
  if (affine === null) return speckPixels;
  const [, rowMm, columnMm] = spacingMm(affine);
  return Math.max(3, Math.ceil(speckMm2 / (rowMm * columnMm)));
}

/** The label of each voxel of the wall. */
export function labelsOf({ mask, voxels }: Wall): Uint8Array {
  return Uint8Array.from(voxels, (at) => mask.data[at]!);
}

/** The share of a segment's wall that the mask calls injured. */
export function injuredShare(wall: Wall): (segment: number) => number {
  const [all, injured] = [new Float64Array(17), new Float64Array(17)];
  for (const [number, label] of labelsOf(wall).entries()) {
    const segment = wall.segment[number]!;
    all[segment] = all[segment]! + 1;
    if (label >= lgeLabel.infarct) injured[segment] = injured[segment]! + 1;
  }
  return (segment) => (all[segment]! > 0 ? injured[segment]! / all[segment]! : 0);
}

/** How far apart two AHA segments lie around the ventricle, 0 to 180 degrees, from middle to middle. */
export function degreesApart(a: number, b: number): number {
  return Math.abs(((middleOf(a) - middleOf(b) + 540) % 360) - 180);
}

/** Degrees from the anterior insertion towards the septum: six sectors, and four at the apex, where 14 is septal. */
function middleOf(segment: number): number {
  const apical = { 13: 330, 14: 60, 15: 150, 16: 240 }[segment];
  return apical ?? [330, 30, 90, 150, 210, 270][(segment - 1) % 6]!;
}
