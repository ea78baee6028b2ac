import { median } from '../../median.ts';
import { discOf, type HeartRegion } from './heart-region.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

/** How far a slice lies beside the line through the others, in pixels. */
export interface SliceShift {
  readonly slice: number;
  readonly rows: number;
  readonly columns: number;
}

const regionMm = 45;
const searchMm = 16;
/** Below this correlation two neighbours do not show the same. */
const alike = 0.5;

/**
 * Shifts between breath-holds: from the middle of the stack to either end each slice is
 * registered to the one before it by the correlation within 45 mm of the heart's middle at
 * the first phase, to a fraction of a pixel, as far as neighbours are alike; the steps add
 * up to a line, for the heart lies oblique to the stack, and what a slice lies beside the
 * line (of median slope and median height) is its shift. Which end of the stack comes first
 * makes no difference, but for the middle of an even number.
 *
 * Source: sen1968 for the slope.
 */
export function sliceShifts(stack: SmallStack, heart: HeartRegion): readonly SliceShift[] {
  const { slices } = stack;
  const region = discOf(stack, heart, regionMm);
  const discs = { coarse: disc(region, stack.shape[3], 2), fine: disc(region, stack.shape[3], 1) };
  const middle = slices.length >> 1;
  const places = [
    ...walk(stack, slices.slice(0, middle + 1).toReversed(), discs).toReversed(),
    ...walk(stack, slices.slice(middle), discs).slice(1),
  ];
  if (places.length < 4) return [];
  const line = (axis: 'rows' | 'columns') => besideLine(places.map((place) => place[axis]));
  const [down, across] = [line('rows'), line('columns')];
  return places.map(({ slice }, index) => ({ slice, rows: down[index]!, columns: across[index]! }));
}

/** Where the heart is in each of these neighbours, from the first on, until two are not alike. */
function walk(
  stack: SmallStack,
  slices: readonly number[],
  discs: { readonly coarse: Disc; readonly fine: Disc },
): readonly SliceShift[] {
  const places: SliceShift[] = [];
  let [rows, columns] = [0, 0];
  for (const [index, slice] of slices.entries()) {
    const before = slices[index - 1];
    if (before !== undefined) {
      const step = stepBetween(stack, imageOf(stack, 0, before), imageOf(stack, 0, slice), discs);
      if (step === null) break;
      rows += step.rows;
      columns += step.columns;
    }
    places.push({ slice, rows, columns });
  }
  return places;
}

/** What values at 0, 1, 2 … lie off the line of the median slope of all pairs (Theil and Sen). */
function besideLine(values: readonly number[]): readonly number[] {
  const slopes = values.flatMap((value, i) =>
    values.slice(0, i).map((other, j) => (value - other) / (i - j)),
  );
  const slope = median(slopes);
  const height = median(values.map((value, index) => value - slope * index));
  return values.map((value, index) => value - slope * index - height);
}

interface Step {
  readonly rows: number;
  readonly columns: number;
}

/** Pixels of a disc, and where they lie. */
interface Disc {
  readonly at: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
}

function disc(pixels: Int32Array, width: number, every: number): Disc {
  const at = pixels.filter(
    (pixel) => Math.floor(pixel / width) % every === 0 && (pixel % width) % every === 0,
  );
  return { at, row: at.map((pixel) => Math.floor(pixel / width)), column: at.map((pixel) => pixel % width) };
}

/**
 * Where the content of `fixed` lies in `moved`, or null where they are not alike at any
 * place: every second pixel at every second shift first, then all about the best.
 */
function stepBetween(
  { shape: [, , height, width], pixelsPerMm }: SmallStack,
  fixed: Float32Array,
  moved: Float32Array,
  { coarse, fine }: { readonly coarse: Disc; readonly fine: Disc },
): Step | null {
  const reach = Math.max(2, Math.round(searchMm * pixelsPerMm));
  const score = (over: Disc, y: number, x: number) => correlationAt(fixed, moved, over, y, x, height, width);
  let best = { rows: 0, columns: 0, score: -1 };
  for (let rows = -reach; rows <= reach; rows += 2)
    for (let columns = -reach; columns <= reach; columns += 2) {
      const here = score(coarse, rows, columns);
      if (here > best.score) best = { rows, columns, score: here };
    }
  const middle = best;
  best = { ...middle, score: -1 };
  for (let rows = middle.rows - 1; rows <= middle.rows + 1; rows++)
    for (let columns = middle.columns - 1; columns <= middle.columns + 1; columns++) {
      const here = score(fine, rows, columns);
      if (here > best.score) best = { rows, columns, score: here };
    }
  if (best.score < alike) return null;
  const { rows, columns } = best;
  return {
    rows: rows + peak(score(fine, rows - 1, columns), best.score, score(fine, rows + 1, columns)),
    columns: columns + peak(score(fine, rows, columns - 1), best.score, score(fine, rows, columns + 1)),
  };
}

/** Where a parabola through three scores is highest, within half a step of the middle one. */
function peak(before: number, here: number, after: number): number {
  const bend = before - 2 * here + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend)) : 0;
}

/** Correlation of the pixels of a disc with those shifted by (dy, dx); -1 where too few lie in the image. */
function correlationAt(
  fixed: Float32Array,
  moved: Float32Array,
  { at, row, column }: Disc,
  dy: number,
  dx: number,
  height: number,
  width: number,
): number {
  let n = 0;
  let a = 0;
  let b = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let index = 0; index < at.length; index++) {
    const y = row[index]! + dy;
    const x = column[index]! + dx;
    if (y < 0 || x < 0 || y >= height || x >= width) continue;
    const p = fixed[at[index]!]!;
    const q = moved[y * width + x]!;
    n++;
    a += p;
    b += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  }
  const spread = (aa - (a * a) / n) * (bb - (b * b) / n);
  return n > at.length / 2 && spread > 0 ? (ab - (a * b) / n) / Math.sqrt(spread) : -1;
}
