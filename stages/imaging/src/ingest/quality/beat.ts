import { discOf, type HeartRegion } from './heart-region.ts';
import { median } from '../../median.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

const regionMm = 35;
/** A slice that moves less than this share of the liveliest has no curve of its own. */
const livelyShare = 0.35;

/**
 * How well each slice follows the same beat, by two curves: how unlike the first phase
 * each phase is (1 minus their correlation), and how far the image moves from each phase to
 * the next. Both are held against the median curve of all slices; the lower correlation
 * counts. A slice that was triggered at another moment disagrees in one of them at least.
 *
 * @returns [slices] -1 to 1; null for slices that hardly move
 */
export function beatAgreement(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const disc = discOf(stack, heart, regionMm);
  const lively = livelySlices(stack, heart);
  const found: (number | null)[] = Array.from({ length: stack.shape[1] }, () => null);
  for (const curveOf of [unlikeFirst, stepSizes]) {
    const curves = lively.map((slice) => scaled(curveOf(stack, slice, disc)));
    const usual = Array.from({ length: stack.shape[0] }, (_, phase) =>
      median(curves.map((curve) => curve[phase]!)),
    );
    for (const [index, slice] of lively.entries())
      found[slice] = Math.min(found[slice] ?? 1, correlation(curves[index]!, usual));
  }
  return found;
}

type Curve = (stack: SmallStack, slice: number, disc: Int32Array) => readonly number[];

const unlikeFirst: Curve = (stack, slice, disc) => {
  const first = pick(imageOf(stack, 0, slice), disc);
  return Array.from(
    { length: stack.shape[0] },
    (_, phase) => 1 - correlation(first, pick(imageOf(stack, phase, slice), disc)),
  );
};

const stepSizes: Curve = (stack, slice, disc) =>
  Array.from({ length: stack.shape[0] }, (_, phase) => {
    const [here, next] = [imageOf(stack, phase, slice), imageOf(stack, (phase + 1) % stack.shape[0], slice)];
    return disc.reduce((sum, at) => sum + Math.abs(next[at]! - here[at]!), 0);
  });

function scaled(curve: readonly number[]): readonly number[] {
  const highest = Math.max(...curve);
  return curve.map((value) => (highest > 0 ? value / highest : 0));
}

function livelySlices({ slices }: SmallStack, { beatBySlice }: HeartRegion): readonly number[] {
  const most = Math.max(...beatBySlice!);
  return slices.filter((slice) => beatBySlice![slice]! > livelyShare * most);
}

function pick(image: Float32Array, pixels: Int32Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let index = 0; index < values.length; index++) values[index] = image[pixels[index]!]!;
  return values;
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
 * The longest detour through one phase: |I(t) - I(t-1)| + |I(t+1) - I(t)| - |I(t+1) - I(t-1)|
 * over the heart, around the beat, in median steps of the slice. What moves on steadily makes none,
 * a turn a short one; a phase in a wrong place, or a beat that was missed, a long one.
 *
 * @returns [slices] null for slices that hardly move
 */
export function phaseJumps(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const [phases, slices] = stack.shape;
  const disc = discOf(stack, heart, regionMm);
  const found: (number | null)[] = Array.from({ length: slices }, () => null);
  for (const slice of livelySlices(stack, heart)) {
    const far = (from: number, to: number) => {
      const [a, b] = [from, to].map((phase) => imageOf(stack, (phase + phases) % phases, slice)) as [
        Float32Array,
        Float32Array,
      ];
      let sum = 0;
      for (const at of disc) sum += Math.abs(b[at]! - a[at]!);
      return sum;
    };
    const steps = Array.from({ length: phases }, (_, phase) => far(phase, phase + 1));
    const detours = steps.map(
      (step, phase) => step + steps[(phase + phases - 1) % phases]! - far(phase - 1, phase + 1),
    );
    const usual = median(steps);
    if (usual > 0) found[slice] = Math.max(...detours) / usual;
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
