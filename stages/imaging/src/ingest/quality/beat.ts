import { discOf, type HeartRegion, meanOver } from './heart-region.ts';
import { median } from './slice-shifts.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

const regionMm = 35;
/** A slice that moves less than this share of the liveliest has no curve of its own. */
const livelyShare = 0.35;

/**
 * How well each slice follows the same beat: 1 minus the correlation with the first
 * phase is the curve of a slice, and its correlation with the median curve of all
 * slices the agreement. A slice that was triggered at another moment disagrees.
 *
 * @returns [slices] -1 to 1; null for slices that hardly move
 */
export function beatAgreement(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const disc = discOf(stack, heart, regionMm);
  const curves = stack.slices.map((slice) => curveOf(stack, slice, disc));
  const heights = curves.map((curve) => Math.max(...curve));
  const lively = heights.map((height) => height > livelyShare * Math.max(...heights));
  const scaled = curves.map((curve, index) => curve.map((value) => value / (heights[index]! || 1)));
  const usual = Array.from({ length: stack.shape[0] }, (_, phase) =>
    median(scaled.filter((_, index) => lively[index]).map((curve) => curve[phase]!)),
  );
  const found: (number | null)[] = Array.from({ length: stack.shape[1] }, () => null);
  for (const [index, slice] of stack.slices.entries())
    if (lively[index]) found[slice] = correlation(scaled[index]!, usual);
  return found;
}

function curveOf(stack: SmallStack, slice: number, disc: Int32Array): readonly number[] {
  const first = pick(imageOf(stack, 0, slice), disc);
  return Array.from(
    { length: stack.shape[0] },
    (_, phase) => 1 - correlation(first, pick(imageOf(stack, phase, slice), disc)),
  );
}

function pick(image: Float32Array, pixels: Int32Array): Float32Array {
  return Float32Array.from(pixels, (at) => image[at]!);
}

/** Pearson's correlation; 1 where one of the two is constant. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0];
  const n = a.length;
  for (let at = 0; at < n; at++) {
    const [p, q] = [a[at]!, b[at]!];
    sa += p;
    sb += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  }
  const spread = (aa - (sa * sa) / n) * (bb - (sb * sb) / n);
  return spread > 0 ? (ab - (sa * sb) / n) / Math.sqrt(spread) : 1;
}

/**
 * How far the phase that lies worst in line lies out of it: |I(t) - (I(t-1) + I(t+1)) / 2|
 * over the heart, around the beat, in medians of the slice. A phase in a wrong place, or a
 * beat that was missed, jumps.
 *
 * @returns [slices] null for slices that hardly move
 */
export function phaseJumps(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const [phases, slices] = stack.shape;
  const disc = discOf(stack, heart, regionMm);
  const most = Math.max(...heart.beatBySlice!);
  return Array.from({ length: slices }, (_, slice) => {
    if (!stack.slices.includes(slice) || heart.beatBySlice![slice]! < livelyShare * most) return null;
    const bends = Array.from({ length: phases }, (_, phase) => {
      const image = (at: number) => imageOf(stack, (at + phases) % phases, slice);
      const [before, here, after] = [image(phase - 1), image(phase), image(phase + 1)];
      let sum = 0;
      for (const at of disc) sum += Math.abs(here[at]! - (before[at]! + after[at]!) / 2);
      return sum / disc.length;
    });
    const usual = median(bends);
    return usual > 0 ? Math.max(...bends) / usual : null;
  });
}

const heartMm = 60;
const bandMm = 25;

/**
 * Ghosts of the beating heart lie along the phase encoding: the change through the beat in the
 * bands beside the heart, along rows against along columns; the larger over the smaller.
 *
 * @returns null where the image leaves no band beside the heart in both directions
 */
export function ghosting(stack: SmallStack, { row, column, beat }: HeartRegion): number | null {
  const [, , height, width] = stack.shape;
  const [beside, half] = [heartMm * stack.pixelsPerMm, bandMm * stack.pixelsPerMm];
  const [alongRows, alongColumns]: [number[], number[]] = [[], []];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [down, across] = [Math.abs(y - row), Math.abs(x - column)];
      if (down < half && across > beside) alongRows.push(y * width + x);
      if (across < half && down > beside) alongColumns.push(y * width + x);
    }
  if (Math.min(alongRows.length, alongColumns.length) < 50) return null;
  const [a, b] = [alongRows, alongColumns].map((band) => meanOver(beat!, Int32Array.from(band))) as [
    number,
    number,
  ];
  return Math.min(a, b) > 0 ? Math.max(a, b) / Math.min(a, b) : null;
}
