import { discOf } from '../quality/heart-region.ts';
import { imageOf, type SmallStack } from '../quality/small-stack.ts';

/** What is measured on an image to tell its contrast; all but the last two are free of the scanner's scale. */
export const featureNames = [
  'heart 5 %',
  'heart 25 %',
  'heart 50 %',
  'heart 75 %',
  'heart 95 %',
  'image 10 %',
  'image 30 %',
  'image 50 %',
  'image 70 %',
  'border middle',
  'border spread',
  'dark over bright in the heart',
  'bright share of the heart',
  'middle over rim of the heart',
  'edges in the heart',
  'edges in the image',
  'values like T1 in ms',
  'values like T2 in ms',
] as const;

const heartMm = 40;
const middleMm = 18;
const borderShare = 0.06;

/**
 * The features of one slice at its first phase, [features]. Values count relative to the
 * brightest percent; padding of one value (the lowest) is passed over.
 *
 * @returns null for a slice that is empty or of one value
 */
export function imageFeatures(stack: SmallStack, slice: number): Float64Array | null {
  const [, , height, width] = stack.shape;
  const image = imageOf(stack, 0, slice);
  const lowest = image.reduce((least, value) => Math.min(least, value), Infinity);
  const shown = image.filter((value) => value > lowest).sort();
  const bright = at(shown, 0.99);
  if (shown.length < 400 || !(bright > 0)) return null;
  const middle = { row: (height - 1) / 2, column: (width - 1) / 2 };
  const disc = discOf(stack, middle, heartMm);
  const heart = Float32Array.from(disc, (pixel) => image[pixel]! / bright).sort();
  const border = borderOf(image, height, width)
    .filter((value) => value > lowest)
    .map((value) => value / bright)
    .sort();
  const { ratio, share } = twoClasses(heart);
  const inner = mean(image, discOf(stack, middle, middleMm));
  const whole = mean(image, disc);
  const typical = Math.log(Math.max(1, at(heart, 0.5) * bright));
  return Float64Array.from([
    ...[0.05, 0.25, 0.5, 0.75, 0.95].map((part) => capped(at(heart, part))),
    ...[0.1, 0.3, 0.5, 0.7].map((part) => capped(at(shown, part) / bright)),
    border.length > 20 ? capped(at(border, 0.5)) : 0,
    border.length > 20 ? capped(at(border, 0.9) - at(border, 0.1)) : 0,
    ratio,
    share,
    capped(whole > 0 ? inner / whole : 1),
    edges(image, disc, width, bright),
    edges(image, everyPixel(height, width), width, bright),
    near(typical, Math.log(750), 0.6),
    near(typical, Math.log(55), 0.35),
  ]);
}

const capped = (value: number) => Math.min(2, Math.max(-1, value));

/** 1 at the middle, falling to the sides as a bell. */
const near = (value: number, middle: number, spread: number) =>
  Math.exp(-0.5 * ((value - middle) / spread) ** 2);

function at(sorted: Float32Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function mean(image: Float32Array, pixels: Int32Array): number {
  let sum = 0;
  for (const pixel of pixels) sum += image[pixel]!;
  return sum / Math.max(1, pixels.length);
}

function borderOf(image: Float32Array, height: number, width: number): Float32Array {
  const edge = Math.max(1, Math.round(borderShare * Math.min(height, width)));
  return image.filter((_, pixel) => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    return y < edge || x < edge || y >= height - edge || x >= width - edge;
  });
}

/** The two classes of sorted values that lie furthest apart (Otsu): mean of the lower over the upper, and the upper's share. */
function twoClasses(sorted: Float32Array): { readonly ratio: number; readonly share: number } {
  const total = sorted.reduce((sum, value) => sum + value, 0);
  let below = 0;
  let best = { apart: 0, ratio: 1, share: 0 };
  for (let index = 0; index < sorted.length - 1; index++) {
    below += sorted[index]!;
    const n = index + 1;
    const [dark, light] = [below / n, (total - below) / (sorted.length - n)];
    const apart = n * (sorted.length - n) * (light - dark) ** 2;
    if (apart > best.apart)
      best = { apart, ratio: capped(light > 0 ? dark / light : 1), share: 1 - n / sorted.length };
  }
  return best;
}

function everyPixel(height: number, width: number): Int32Array {
  return Int32Array.from({ length: (height - 2) * (width - 2) }, (_, index) => {
    const y = 1 + Math.floor(index / (width - 2));
    return y * width + 1 + (index % (width - 2));
  });
}

/** Mean absolute difference of neighbours. */
function edges(image: Float32Array, pixels: Int32Array, width: number, bright: number): number {
  let sum = 0;
  for (const pixel of pixels) {
    const here = image[pixel]!;
    sum += Math.abs((image[pixel + 1] ?? here) - here) + Math.abs((image[pixel + width] ?? here) - here);
  }
  return sum / (2 * bright * Math.max(1, pixels.length));
}
