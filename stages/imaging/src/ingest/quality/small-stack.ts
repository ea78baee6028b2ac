import { spacingMm, type Volume } from '@myocast/dicom';

/** A stack at 2 to 3 mm a pixel, on which motion and coverage are measured: [t, z, y, x]. */
export interface SmallStack {
  readonly shape: Volume['shape'];
  readonly data: Float32Array;
  /** Edge of a pixel; null where the source carries no geometry. */
  readonly pixelMm: number | null;
  readonly sliceMm: number | null;
  /** Pixels that stand for each mm, or for what a mm is in a heart that fills a third of the image. */
  readonly pixelsPerMm: number;
  /** Slices that hold an image. */
  readonly slices: readonly number[];
}

const wantedMm = 2.6;
/** A source without spacing is taken for a usual field of view. */
const usualFieldMm = 340;

/**
 * Block means of a volume. Pixels are taken for square: those of MR are, to a percent.
 *
 * @param pixelMm about how large a pixel is to be
 */
export function smallStack(
  volume: Volume,
  emptySlices: readonly number[] = [],
  pixelMm = wantedMm,
): SmallStack {
  const [phases, slices, rows, columns] = volume.shape;
  const spacing = volume.affine && spacingMm(volume.affine);
  const edge = spacing?.[2] ?? usualFieldMm / Math.max(rows, columns);
  const block = Math.max(1, Math.round(pixelMm / edge));
  const [height, width] = [Math.floor(rows / block), Math.floor(columns / block)];
  const data = new Float32Array(phases * slices * height * width);
  for (let image = 0; image < phases * slices; image++)
    shrink(volume.data, image * rows * columns, columns, block, data, image * height * width, height, width);
  return {
    shape: [phases, slices, height, width],
    data,
    pixelMm: spacing && edge * block,
    sliceMm: spacing?.[0] ?? null,
    pixelsPerMm: 1 / (edge * block),
    slices: Array.from({ length: slices }, (_, z) => z).filter((z) => !emptySlices.includes(z)),
  };
}

function shrink(
  from: Float32Array,
  fromStart: number,
  columns: number,
  block: number,
  to: Float32Array,
  toStart: number,
  height: number,
  width: number,
): void {
  if (block === 1) {
    to.set(from.subarray(fromStart, fromStart + height * columns), toStart);
    return;
  }
  const share = 1 / (block * block);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const corner = fromStart + y * block * columns + x * block;
      for (let row = corner; row < corner + block * columns; row += columns)
        for (let at = row; at < row + block; at++) sum += from[at]!;
      to[toStart + y * width + x] = sum * share;
    }
}

/** One image of the stack, sharing its memory. */
export function imageOf({ shape, data }: SmallStack, phase: number, slice: number): Float32Array {
  const pixels = shape[2] * shape[3];
  const start = (phase * shape[1] + slice) * pixels;
  return data.subarray(start, start + pixels);
}
