import type { Mask, Volume } from '@myocast/dicom';
import { spacingMm } from '@myocast/dicom';

/** A rectangle of a slice, and how far apart its pixels are (1 where the source carries no geometry). */
export interface ImageWindow {
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly width: number;
  readonly height: number;
  readonly columnMm: number;
  readonly rowMm: number;
}

/** Values on a window. */
export interface Field {
  readonly window: ImageWindow;
  /** [height, width] */
  readonly values: Float32Array;
}

/** The kernel reaches so many standard deviations. */
const kernelReach = 2.5;

/** The rectangle around all voxels of a slice whose label is wanted, in any phase; null where there is none. */
export function windowAround(
  { shape, data, affine }: Mask,
  z: number,
  wanted: (label: number) => boolean,
  marginMm: number,
): ImageWindow | null {
  const [phases, slices, height, width] = shape;
  const [, rowMm, columnMm] = affine ? spacingMm(affine) : ([1, 1, 1] as const);
  const isWanted = Uint8Array.from({ length: 256 }, (_, label) => (wanted(label) ? 1 : 0));
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let phase = 0; phase < phases; phase++) {
    const start = (phase * slices + z) * height * width;
    for (let at = 0; at < height * width; at++) {
      if (isWanted[data[start + at]!] === 0) continue;
      const column = at % width;
      const row = (at / width) | 0;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      if (row > bottom) bottom = row;
    }
  }
  if (right < 0) return null;
  const across = Math.ceil(marginMm / columnMm);
  const down = Math.ceil(marginMm / rowMm);
  const firstColumn = Math.max(0, left - across);
  const firstRow = Math.max(0, top - down);
  return {
    firstColumn,
    firstRow,
    width: Math.min(width, right + across + 1) - firstColumn,
    height: Math.min(height, bottom + down + 1) - firstRow,
    columnMm,
    rowMm,
  };
}

/** Whether a label is wanted, in a window of one phase and slice: 0 or 1. */
export function regionIn(
  { shape, data }: Mask,
  phase: number,
  z: number,
  window: ImageWindow,
  wanted: (label: number) => boolean,
): Field {
  const values = new Float32Array(window.width * window.height);
  eachPixel(shape, phase, z, window, (into, from) => (values[into] = wanted(data[from]!) ? 1 : 0));
  return { window, values };
}

/** One phase and slice of a volume in a window. */
export function cropped({ shape, data }: Volume, phase: number, z: number, window: ImageWindow): Field {
  const values = new Float32Array(window.width * window.height);
  eachPixel(shape, phase, z, window, (into, from) => (values[into] = data[from]!));
  return { window, values };
}

function eachPixel(
  [, slices, rows, columns]: Volume['shape'],
  phase: number,
  z: number,
  { firstColumn, firstRow, width, height }: ImageWindow,
  use: (into: number, from: number) => void,
): void {
  const start = (phase * slices + z) * rows * columns;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      use(row * width + column, start + (firstRow + row) * columns + firstColumn + column);
}

/** A field under a Gaussian of this standard deviation; beyond the window its border goes on. */
export function blurred({ window, values }: Field, sigmaMm: number): Field {
  const { width, height, columnMm, rowMm } = window;
  const across = new Float32Array(values.length);
  const both = new Float32Array(values.length);
  const rowKernel = gaussian(sigmaMm / columnMm);
  for (let row = 0; row < height; row++) convolve(values, across, row * width, 1, width, rowKernel);
  const columnKernel = gaussian(sigmaMm / rowMm);
  for (let column = 0; column < width; column++) convolve(across, both, column, width, height, columnKernel);
  return { window, values: both };
}

/** One half of the kernel, from its middle outwards; the whole adds up to 1. */
function gaussian(sigma: number): Float64Array {
  const kernel = Float64Array.from({ length: 1 + Math.ceil(kernelReach * sigma) }, (_, at) =>
    Math.exp(-0.5 * (at / Math.max(sigma, 1e-6)) ** 2),
  );
  const total = kernel.reduce((sum, value, at) => sum + (at === 0 ? value : 2 * value), 0);
  return kernel.map((value) => value / total);
}

function convolve(
  from: Float32Array,
  into: Float32Array,
  first: number,
  stride: number,
  count: number,
  kernel: Float64Array,
): void {
  const last = count - 1;
  for (let at = 0; at < count; at++) {
    let sum = kernel[0]! * from[first + at * stride]!;
    for (let step = 1; step < kernel.length; step++) {
      const before = at - step < 0 ? 0 : at - step;
      const behind = at + step > last ? last : at + step;
      sum += kernel[step]! * (from[first + before * stride]! + from[first + behind * stride]!);
    }
    into[first + at * stride] = sum;
  }
}
