import { discOf, type HeartRegion } from './heart-region.ts';
import { quantile } from './signal.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

const heartMm = 35;

/**
 * Whether an image keeps the sign of the signal: then tissue without signal (air, lung) is grey,
 * a fifth of the brightest or more, and not dark. Padding of one value is passed over.
 */
export function isSigned(stack: SmallStack): boolean {
  const image = imageOf(stack, 0, stack.slices[Math.floor(stack.slices.length / 2)]!);
  const lowest = image.reduce((least, value) => Math.min(least, value), Infinity);
  const shown = image.filter((value) => value > lowest);
  if (shown.length === 0) return false;
  return lowest < 0 || quantile(shown, 0.2) > 0.2 * quantile(shown, 0.99);
}

/**
 * How dark the dark tissue about the heart of a magnitude image is beside the bright one, in %:
 * means of the two classes into which Otsu's threshold divides a slice. Nulled myocardium is
 * dark beside blood and scar.
 *
 * Source: otsu1979.
 *
 * @returns [slices] null where a slice has one value only
 */
export function nulling(stack: SmallStack, heart: HeartRegion): readonly (number | null)[] {
  const disc = discOf(stack, heart, heartMm);
  const found: (number | null)[] = Array.from({ length: stack.shape[1] }, () => null);
  for (const slice of stack.slices) {
    const image = imageOf(stack, 0, slice);
    const values = Float32Array.from(disc, (at) => image[at]!);
    const [dark, bright] = otsuMeans(values);
    if (bright > dark) found[slice] = (100 * Math.max(0, dark)) / bright;
  }
  return found;
}

const bins = 128;

/** Means below and above the threshold that sets two classes furthest apart (Otsu 1979). */
function otsuMeans(values: Float32Array): readonly [dark: number, bright: number] {
  const [low, high] = [quantile(values, 0.01), quantile(values, 0.99)];
  if (!(high > low)) return [low, low];
  const count = new Float64Array(bins);
  const sum = new Float64Array(bins);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bins)));
    count[bin] = count[bin]! + 1;
    sum[bin] = sum[bin]! + value;
  }
  const total = sum.reduce((all, one) => all + one, 0);
  let best = { apart: -1, dark: low, bright: high };
  let [n, below] = [0, 0];
  for (let bin = 0; bin < bins - 1; bin++) {
    n += count[bin]!;
    below += sum[bin]!;
    if (n === 0 || n === values.length) continue;
    const [dark, bright] = [below / n, (total - below) / (values.length - n)];
    const apart = n * (values.length - n) * (bright - dark) ** 2;
    if (apart > best.apart) best = { apart, dark, bright };
  }
  return [best.dark, best.bright];
}
