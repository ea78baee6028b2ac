import { discOf, type HeartRegion } from './heart-region.ts';
import { median } from './slice-shifts.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

const regionMm = 35;
/** A slice that moves less than this share of the liveliest has no curve of its own. */
const livelyShare = 0.35;

/**
 * How well each slice follows the same beat. The curve of a slice is the signal of the
 * pixels that change most, which falls while the bright cavity gives way to muscle; its
 * correlation with the median curve of all slices is the agreement. A slice that was
 * triggered at another moment disagrees.
 *
 * @returns [slices] -1 to 1; null for slices that hardly move
 */
export function beatAgreement(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const disc = discOf(stack, heart, regionMm);
  const lively = livelySlices(stack, heart);
  const curves = lively.map((slice) => curveOf(stack, slice, disc));
  const usual = Array.from({ length: stack.shape[0] }, (_, phase) =>
    median(curves.map((curve) => curve[phase]!)),
  );
  const found: (number | null)[] = Array.from({ length: stack.shape[1] }, () => null);
  for (const [index, slice] of lively.entries()) found[slice] = correlation(curves[index]!, usual);
  return found;
}

function livelySlices({ slices }: SmallStack, { beatBySlice }: HeartRegion): readonly number[] {
  const most = Math.max(...beatBySlice!);
  return slices.filter((slice) => beatBySlice![slice]! > livelyShare * most);
}

/** Signal weighed by how much each pixel changes, with mean 0 and spread 1 over the beat. */
function curveOf(stack: SmallStack, slice: number, disc: Int32Array): readonly number[] {
  const phases = stack.shape[0];
  const images = Array.from({ length: phases }, (_, phase) => imageOf(stack, phase, slice));
  const weights = Float32Array.from(disc, (at) => {
    const values = images.map((image) => image[at]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / phases;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / phases);
  });
  const curve = images.map((image) => disc.reduce((sum, at, index) => sum + weights[index]! * image[at]!, 0));
  const mean = curve.reduce((sum, value) => sum + value, 0) / phases;
  const spread = Math.sqrt(curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / phases);
  return curve.map((value) => (spread > 0 ? (value - mean) / spread : 0));
}

function pick(image: Float32Array, pixels: Int32Array): Float32Array {
  return Float32Array.from(pixels, (at) => image[at]!);
}

/** Slope of b on a, and Pearson's correlation; 0 and 1 where one of the two is constant. */
function fit(a: ArrayLike<number>, b: ArrayLike<number>): { readonly slope: number; readonly r: number } {
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
  const [spreadA, spreadB, shared] = [aa - (sa * sa) / n, bb - (sb * sb) / n, ab - (sa * sb) / n];
  if (!(spreadA > 0 && spreadB > 0)) return { slope: 0, r: 1 };
  return { slope: shared / spreadA, r: shared / Math.sqrt(spreadA * spreadB) };
}

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>) => fit(a, b).r;

/**
 * How far the phase that lies worst in line lies out of it: |I(t) - (I(t-1) + I(t+1)) / 2|
 * over the heart, around the beat, in median steps |I(t+1) - I(t)| of the slice. A phase in
 * a wrong place, or a beat that was missed, jumps.
 *
 * @returns [slices] null for slices that hardly move
 */
export function phaseJumps(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const [phases, slices] = stack.shape;
  const disc = discOf(stack, heart, regionMm);
  const found: (number | null)[] = Array.from({ length: slices }, () => null);
  for (const slice of livelySlices(stack, heart)) {
    const steps: number[] = [];
    const bends: number[] = [];
    for (let phase = 0; phase < phases; phase++) {
      const image = (at: number) => imageOf(stack, (at + phases) % phases, slice);
      const [before, here, after] = [image(phase - 1), image(phase), image(phase + 1)];
      let step = 0;
      let bend = 0;
      for (const at of disc) {
        step += Math.abs(after[at]! - here[at]!);
        bend += Math.abs(here[at]! - (before[at]! + after[at]!) / 2);
      }
      steps.push(step);
      bends.push(bend);
    }
    const usual = median(steps);
    if (usual > 0) found[slice] = Math.max(...bends) / usual;
  }
  return found;
}

const ghostMm = 35;
/** A ghost lies at least this far from its heart; nearer, it is the heart's own shape. */
const nearestMm = 50;
/** A copy that is less alike is no copy. */
const alike = 0.45;

/**
 * Ghosts of the beating heart are weak copies of it along the phase encoding: how strong the
 * strongest copy is of the change through the beat within 35 mm of the heart, among all shifts
 * along rows or along columns (the image goes on at its other edge), in % of the heart's own.
 *
 * @returns 0 where no place is alike; null where the image leaves no room beside the heart
 */
export function ghosting(stack: SmallStack, { row, column, beat }: HeartRegion): number | null {
  const [, , height, width] = stack.shape;
  const disc = discOf(stack, { row, column }, ghostMm);
  const own = pick(beat!, disc);
  const nearest = Math.ceil(nearestMm * stack.pixelsPerMm);
  let strongest: number | null = null;
  for (const [length, step] of [
    [height, width],
    [width, 1],
  ] as const)
    for (let shift = nearest; shift <= length - nearest; shift++) {
      const there = pick(
        beat!,
        disc.map((at) => shifted(at, shift, step, width, height)),
      );
      const { slope, r } = fit(own, there);
      strongest = Math.max(strongest ?? 0, r > alike ? slope : 0);
    }
  return strongest === null ? null : 100 * strongest;
}

/** A pixel moved along a column (step of a row) or along a row, around the edge. */
function shifted(at: number, by: number, step: number, width: number, height: number): number {
  if (step === width) return (at + by * width) % (width * height);
  return at - (at % width) + (((at % width) + by) % width);
}
