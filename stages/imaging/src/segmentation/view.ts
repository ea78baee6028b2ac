import type { HeartBox } from './heart-box.ts';

/**
 * What a network sees of a slice: a square window, resampled and normalised. The
 * instance norm sees the whole window, so a network works in windows of the extent
 * it was trained with, and no smaller.
 */
export interface WindowPlan {
  /** Pixels along a side. */
  readonly size: number;
  /** Pixel size at which a found heart is segmented. */
  readonly fineMm: number;
  /** The coarser one at which it is looked for. */
  readonly searchMm: number;
  /**
   * Share of the window that the heart found shall span, for images whose pixel size
   * cannot be relied on: it then takes the place of `fineMm`.
   */
  readonly heartShare?: number;
}

/** The pixel size at which a found heart is segmented. */
export function fineZoomMm(
  { size, fineMm, heartShare }: WindowPlan,
  heart: HeartBox | null,
  pixelMm: readonly [number, number],
): number {
  if (heartShare === undefined || heart === null) return fineMm;
  const extentMm = Math.max(heart.extent[0] * pixelMm[0], heart.extent[1] * pixelMm[1]);
  return extentMm / (heartShare * size);
}

/** Pixel size taken for a source that carries none: what makes its field of view a usual one. */
export const usualFieldOfViewMm = 350;

/** [y, x] */
export function usualPixelMm(rows: number, columns: number): readonly [number, number] {
  return [usualFieldOfViewMm / rows, usualFieldOfViewMm / columns];
}

/** Pixels [y, x] of one slice, their size, and labels where they are known. */
export interface SlicePixels {
  readonly pixels: Float32Array;
  readonly labels?: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  /** [y, x] */
  readonly pixelMm: readonly [number, number];
}

/** Where a window lies on a slice. */
export interface View {
  /** Of the window's centre, in pixels of the slice: [row, column]. */
  readonly centre: readonly [number, number];
  /** Size of the window's pixels. */
  readonly zoomMm: number;
  /** Turn of the window in radians. */
  readonly turn: number;
  /** Pixels along a side of the window. */
  readonly size: number;
}

/** By how many mm the place shown by each pixel of a window is moved: [size, size] each. */
export interface Warp {
  readonly downMm: Float32Array;
  readonly acrossMm: Float32Array;
}

/** Samples the image (bilinear) and labels (nearest) in a window. Outside of the slice is 0. */
export function sampleView(
  slice: SlicePixels,
  view: View,
  warp?: Warp,
): { image: Float32Array; labels: Uint8Array; inside: Uint8Array } {
  const area = view.size ** 2;
  const image = new Float32Array(area);
  const labels = new Uint8Array(area);
  const inside = new Uint8Array(area);
  const { pixels, rows, columns } = slice;
  forEachPixel(slice, view, warp, (place, row, column) => {
    if (row < 0 || column < 0 || row > rows - 1 || column > columns - 1) return;
    const top = Math.min(Math.floor(row), rows - 2);
    const left = Math.min(Math.floor(column), columns - 2);
    const down = row - top;
    const right = column - left;
    const corner = top * columns + left;
    image[place] =
      (1 - down) * ((1 - right) * pixels[corner]! + right * pixels[corner + 1]!) +
      down * ((1 - right) * pixels[corner + columns]! + right * pixels[corner + columns + 1]!);
    inside[place] = 1;
    if (slice.labels) labels[place] = slice.labels[Math.round(row) * columns + Math.round(column)]!;
  });
  return { image, labels, inside };
}

/** Calls with the window's pixel and the place on the slice, in slice pixels, that it shows. */
function forEachPixel(
  { pixelMm }: SlicePixels,
  { centre, zoomMm, turn, size }: View,
  warp: Warp | undefined,
  visit: (place: number, row: number, column: number) => void,
): void {
  const cosine = Math.cos(turn) * zoomMm;
  const sine = Math.sin(turn) * zoomMm;
  const middle = (size - 1) / 2;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const place = y * size + x;
      const acrossMm = cosine * (x - middle) - sine * (y - middle) + (warp?.acrossMm[place] ?? 0);
      const downMm = sine * (x - middle) + cosine * (y - middle) + (warp?.downMm[place] ?? 0);
      visit(place, centre[0] + downMm / pixelMm[0], centre[1] + acrossMm / pixelMm[1]);
    }
  }
}

/** Enough of the pixels inside the slice to know their distribution, in a third of the time. */
function everyThird(image: Float32Array, inside: Uint8Array): Float32Array {
  const taken = new Float32Array(Math.ceil(image.length / 3));
  let count = 0;
  for (let place = 0; place < image.length; place += 3) if (inside[place]) taken[count++] = image[place]!;
  return taken.subarray(0, count);
}

/**
 * The value that would be at this place if the values were sorted, which takes a third
 * of sorting them: the part that holds the place is split until it is one value.
 *
 * @param values their order changes
 */
function ranked(values: Float32Array, place: number): number {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const middle = values[(first + last) >> 1]!;
    let [low, high] = [first, last];
    while (low <= high) {
      while (values[low]! < middle) low++;
      while (values[high]! > middle) high--;
      if (low > high) break;
      const value = values[low]!;
      values[low++] = values[high]!;
      values[high--] = value;
    }
    if (place <= high) last = high;
    else if (place >= low) first = low;
    else break;
  }
  return values[place]!;
}

/**
 * In place: clipped to the 1st and 99th percentile of what lies inside the slice,
 * then mean 0 and standard deviation 1. A constant image becomes 0.
 */
export function normalise(image: Float32Array, inside: Uint8Array): void {
  const known = everyThird(image, inside);
  if (known.length === 0) return;
  const low = ranked(known, Math.floor(0.01 * (known.length - 1)));
  const high = ranked(known, Math.ceil(0.99 * (known.length - 1)));
  let sum = 0;
  let sumOfSquares = 0;
  for (let place = 0; place < image.length; place++) {
    const value = inside[place] ? Math.min(high, Math.max(low, image[place]!)) : low;
    image[place] = value;
    sum += value;
    sumOfSquares += value * value;
  }
  const mean = sum / image.length;
  const deviation = Math.sqrt(Math.max(0, sumOfSquares / image.length - mean * mean));
  for (let place = 0; place < image.length; place++)
    image[place] = deviation > 1e-6 * (Math.abs(mean) + 1e-12) ? (image[place]! - mean) / deviation : 0;
}

/**
 * Calls for every pixel of the slice that an unturned window covers, with the
 * place in the window, in window pixels, that shows it.
 */
export function forEachCovered(
  { rows, columns, pixelMm }: Pick<SlicePixels, 'rows' | 'columns' | 'pixelMm'>,
  { centre, zoomMm, size }: View,
  visit: (place: number, y: number, x: number) => void,
): void {
  const middle = (size - 1) / 2;
  const [down, across] = [pixelMm[0] / zoomMm, pixelMm[1] / zoomMm];
  const xs = Float64Array.from({ length: columns }, (_, column) => middle + (column - centre[1]) * across);
  const [first, end] = [xs.findIndex((x) => x >= 0), xs.findLastIndex((x) => x <= size - 1) + 1];
  if (first < 0) return;
  for (let row = 0; row < rows; row++) {
    const y = middle + (row - centre[0]) * down;
    if (y < 0 || y > size - 1) continue;
    for (let column = first; column < end; column++) visit(row * columns + column, y, xs[column]!);
  }
}
