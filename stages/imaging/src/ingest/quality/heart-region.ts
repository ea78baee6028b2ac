import { imageOf, type SmallStack } from './small-stack.ts';

/** Where the heart lies in a stack, as far as the images tell without a segmentation. */
export interface HeartRegion {
  /** In pixels of the small stack. */
  readonly row: number;
  readonly column: number;
  /** [slices] mean variation through the beat within 30 mm of the centre; null without phases. */
  readonly beatBySlice: readonly number[] | null;
  /** [y, x] variation through the beat, all slices; null without phases. */
  readonly beat: Float32Array | null;
  readonly found: 'by its beat' | 'by its place in another series' | 'as the middle of the image' | 'nowhere';
}

const smoothMm = 12;
const radiusMm = 30;

/**
 * The heart is what changes most through the beat, near the middle of the image: the
 * variation of all slices, smoothed over 24 mm and weighed with the distance from the
 * middle (standard deviation a fifth of the field), is largest there. Where nothing changes
 * it is found nowhere, and the middle stands for it.
 */
export function findHeart(stack: SmallStack): HeartRegion {
  const [phases, slices, height, width] = stack.shape;
  const middle = { row: (height - 1) / 2, column: (width - 1) / 2 };
  if (phases < 2) return { ...middle, beatBySlice: null, beat: null, found: 'as the middle of the image' };
  const each = Array.from({ length: slices }, (_, z) => variationOf(stack, z));
  const beat = new Float32Array(height * width);
  for (const z of stack.slices) for (let at = 0; at < beat.length; at++) beat[at] = beat[at]! + each[z]![at]!;
  const smooth = boxMeans(beat, height, width, Math.max(1, Math.round(smoothMm * stack.pixelsPerMm)));
  const spread = Math.min(height, width) / 5;
  let best = -1;
  let [row, column] = [middle.row, middle.column];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const off = ((y - middle.row) ** 2 + (x - middle.column) ** 2) / (2 * spread * spread);
      const value = smooth[y * width + x]! * Math.exp(-off);
      if (value > best) [best, row, column] = [value, y, x];
    }
  const found = best > 0 ? 'by its beat' : 'nowhere';
  if (found === 'nowhere') [row, column] = [middle.row, middle.column];
  const disc = discOf(stack, { row, column }, radiusMm);
  const beatBySlice = each.map((map) => meanOver(map, disc));
  return { row, column, beatBySlice, beat, found };
}

/** Mean absolute change from phase to phase of one slice, [y, x]. */
function variationOf(stack: SmallStack, slice: number): Float32Array {
  const [phases, , height, width] = stack.shape;
  const sum = new Float32Array(height * width);
  let before = imageOf(stack, 0, slice);
  for (let phase = 1; phase < phases; phase++) {
    const now = imageOf(stack, phase, slice);
    for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + Math.abs(now[at]! - before[at]!);
    before = now;
  }
  for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! / (phases - 1);
  return sum;
}

/** Means over squares of 2 · reach + 1, cut at the edges. */
function boxMeans(image: Float32Array, height: number, width: number, reach: number): Float32Array {
  const table = new Float64Array((height + 1) * (width + 1));
  for (let y = 0; y < height; y++) {
    let line = 0;
    for (let x = 0; x < width; x++) {
      line += image[y * width + x]!;
      table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1]! + line;
    }
  }
  const means = new Float32Array(image.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const at = (row: number, column: number) => table[row * (width + 1) + column]!;
      const sum = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
      means[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return means;
}

/** The pixels within so many mm of a place, as indices of one image. */
export function discOf(
  { shape: [, , height, width], pixelsPerMm }: SmallStack,
  { row, column }: Pick<HeartRegion, 'row' | 'column'>,
  mm: number,
): Int32Array {
  const reach = mm * pixelsPerMm;
  const inside: number[] = [];
  for (let y = Math.max(0, Math.ceil(row - reach)); y <= Math.min(height - 1, row + reach); y++)
    for (let x = Math.max(0, Math.ceil(column - reach)); x <= Math.min(width - 1, column + reach); x++)
      if ((y - row) ** 2 + (x - column) ** 2 <= reach * reach) inside.push(y * width + x);
  return Int32Array.from(inside);
}

function meanOver(image: Float32Array, pixels: Int32Array): number {
  let sum = 0;
  for (const at of pixels) sum += image[at]!;
  return pixels.length > 0 ? sum / pixels.length : 0;
}
