import type { Volume } from '@myocast/dicom';
import { discOf, type HeartRegion } from './heart-region.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

const heartMm = 45;

/** What the values of a volume say by themselves. */
export interface ValueFaults {
  readonly badValues: number;
  readonly blankSlices: readonly number[];
  /** Highest value of the volume. */
  readonly highest: number;
}

/** Voxels that are no number, slices of one value at the first phase, and the highest value. */
export function valueFaults({ shape, data }: Volume, slices: readonly number[]): ValueFaults {
  const [, , rows, columns] = shape;
  let highest = -Infinity;
  let badValues = 0;
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    if (value > highest) highest = value;
    if (value - value !== 0) badValues++;
  }
  const blankSlices = slices.filter((slice) => {
    const image = data.subarray(slice * rows * columns, (slice + 1) * rows * columns);
    return image.every((value) => value === image[0]);
  });
  return { badValues, blankSlices, highest };
}

/** A robust estimate of noise, and the signal beside it. */
export interface NoiseEstimate {
  /** Standard deviation of the noise in a pixel. */
  readonly sigma: number;
  readonly method: 'between phases' | 'within the image';
}

/** 1.4826 × median |x| is the standard deviation of a normal x. */
const normalScale = 1.4826;
/** Where the signal is at least this share of the bright, Rician noise is normal and body moves the median little. */
const bodyShare = 0.15;

/**
 * Noise of the volume at its own resolution, from pixels with signal, where the noise of a
 * magnitude image is normal: second differences between phases (variance 6 σ²), where there are
 * eight or more; else the Laplacian of Immerkær within the image (variance 36 σ²). Medians pass over
 * what moves and over edges. Interpolated and filtered images hide a part of their noise.
 *
 * Source: immerkaer1996.
 */
export function noiseOf(volume: Volume, slices: readonly number[]): NoiseEstimate | null {
  const { shape, data } = volume;
  const [phases, depth, rows, columns] = shape;
  const chosen = [0.25, 0.5, 0.75].map((part) => slices[Math.floor(part * slices.length)]!);
  const still = phases >= 8;
  const residuals: number[] = [];
  for (const slice of new Set(chosen)) {
    const start = (phase: number) => (phase * depth + slice) * rows * columns;
    const phase = still ? Math.floor(phases * 0.8) : 0;
    const here = data.subarray(start(phase), start(phase) + rows * columns);
    const [low, bright] = [quantile(here, 0.02), quantile(here, 0.98)];
    const body = low + bodyShare * (bright - low);
    const residual = still
      ? betweenPhases(here, data, start(phase - 1), start(phase + 1))
      : laplacian(here, columns);
    for (let y = 1; y < rows - 1; y++)
      for (let x = 1; x < columns - 1; x++) {
        const at = y * columns + x;
        if (here[at]! > body && here[at]! < bright) residuals.push(Math.abs(residual(at)));
      }
  }
  if (residuals.length < 200) return null;
  const middle = quantile(Float32Array.from(residuals), 0.5) * normalScale;
  return still
    ? { sigma: middle / Math.sqrt(6), method: 'between phases' }
    : { sigma: middle / 6, method: 'within the image' };
}

function betweenPhases(here: Float32Array, data: Float32Array, before: number, after: number) {
  return (at: number) => data[before + at]! - 2 * here[at]! + data[after + at]!;
}

function laplacian(here: Float32Array, columns: number) {
  return (at: number) => {
    const [up, down] = [at - columns, at + columns];
    const corners = here[up - 1]! + here[up + 1]! + here[down - 1]! + here[down + 1]!;
    const sides = here[up]! + here[down]! + here[at - 1]! + here[at + 1]!;
    return corners - 2 * sides + 4 * here[at]!;
  };
}

/** Many more values say no more about a quantile. */
const enoughValues = 10_000;

/** A quantile; of very many values, that of evenly chosen ones. */
export function quantile(values: Float32Array, share: number): number {
  const stride = Math.max(1, Math.floor(values.length / enoughValues));
  const chosen = new Float32Array(Math.ceil(values.length / stride));
  for (let index = 0; index < chosen.length; index++) chosen[index] = values[index * stride]!;
  chosen.sort();
  return chosen[Math.min(chosen.length - 1, Math.floor(share * chosen.length))]!;
}

/** The values about the heart at the first phase, all slices that hold an image. */
export function heartValues(stack: SmallStack, heart: HeartRegion, mm = heartMm): Float32Array {
  const disc = discOf(stack, heart, mm);
  const values = new Float32Array(disc.length * stack.slices.length);
  for (const [index, slice] of stack.slices.entries()) {
    const image = imageOf(stack, 0, slice);
    for (let at = 0; at < disc.length; at++) values[index * disc.length + at] = image[disc[at]!]!;
  }
  return values;
}
