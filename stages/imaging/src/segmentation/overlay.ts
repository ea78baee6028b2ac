import type { Mask, Volume } from '@myocast/dicom';
import { drawText } from '../archive/bitmap-font.ts';

/** RGB of labels 1 to 4. */
const colours = [
  [80, 160, 255],
  [80, 230, 90],
  [255, 90, 80],
  [255, 225, 60],
] as const;

/** How the number of a slice is written into its corner. */
const number = { scale: 2, colour: [255, 255, 255] } as const;

/** How large a sheet may be. */
export interface SheetSize {
  /** Pixels of a row of tiles at most. */
  readonly width: number;
  /** What small images are magnified to, in pixels. */
  readonly tile: number;
}

const usualSheet: SheetSize = { width: 1600, tile: 256 };

/**
 * Every slice of one phase side by side, with its number and the borders of the labels drawn in:
 * blue 1, green 2, red 3, yellow 4.
 *
 * @throws RangeError when the mask lies on another grid
 */
export function contactSheetPicture(
  volume: Volume,
  mask: Mask | null,
  phase: number,
  size: SheetSize = usualSheet,
): { readonly width: number; readonly height: number; readonly rgb: Uint8Array } {
  const [t, slices, rows, columns] = volume.shape;
  if (phase >= t) throw new RangeError(`contactSheetPicture: expected a phase below ${t}, got ${phase}`);
  if (mask && mask.shape.some((length, axis) => length !== volume.shape[axis]))
    throw new RangeError(
      `contactSheetPicture: expected a mask [${volume.shape.join(', ')}], got [${mask.shape.join(', ')}]`,
    );
  const zoom = Math.max(1, Math.round(size.tile / Math.max(rows, columns)));
  const across = Math.max(1, Math.min(slices, Math.floor(size.width / (columns * zoom))));
  const down = Math.ceil(slices / across);
  const width = across * columns * zoom;
  const height = down * rows * zoom;
  const sheet = new Uint8Array(width * height * 3);
  for (let z = 0; z < slices; z++) {
    const start = (phase * slices + z) * rows * columns;
    const grey = greyLevels(volume.data.subarray(start, start + rows * columns));
    const labels = mask?.data.subarray(start, start + rows * columns) ?? new Uint8Array(rows * columns);
    const corner = Math.floor(z / across) * rows * zoom * width + (z % across) * columns * zoom;
    const colourAt = painter(grey, magnified(labels, rows, columns, zoom), { rows, columns, zoom });
    for (let y = 0; y < rows * zoom; y++) {
      for (let x = 0; x < columns * zoom; x++) sheet.set(colourAt(y, x), (corner + y * width + x) * 3);
    }
    const place = [corner % width, Math.floor(corner / width)] as const;
    drawText({ width, height, rgb: sheet }, ` ${z + 1}`, place, number);
  }
  return { width, height, rgb: sheet };
}

/** 1st to 99th percentile to 0 to 1; a constant image to 0. */
function greyLevels(pixels: Float32Array): Float32Array {
  const sorted = Float32Array.from(pixels).sort();
  const low = sorted[Math.floor(0.01 * (sorted.length - 1))]!;
  const range = sorted[Math.ceil(0.99 * (sorted.length - 1))]! - low;
  return pixels.map((value) => (range > 0 ? (value - low) / range : 0));
}

interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly zoom: number;
}

function painter(grey: Float32Array, labels: Uint8Array, { rows, columns, zoom }: Tile) {
  const [height, width] = [rows * zoom, columns * zoom];
  return (y: number, x: number): readonly number[] => {
    const label = labels[y * width + x]!;
    const edge =
      label > 0 &&
      ((x > 0 && labels[y * width + x - 1] !== label) ||
        (x < width - 1 && labels[y * width + x + 1] !== label) ||
        (y > 0 && labels[(y - 1) * width + x] !== label) ||
        (y < height - 1 && labels[(y + 1) * width + x] !== label));
    if (edge) return colours[(label - 1) % colours.length]!;
    const value = Math.round(
      255 * Math.min(1, Math.max(0, grey[Math.floor(y / zoom) * columns + Math.floor(x / zoom)]!)),
    );
    return [value, value, value];
  };
}

function magnified(labels: Uint8Array, rows: number, columns: number, zoom: number): Uint8Array {
  if (zoom === 1) return labels;
  const out = new Uint8Array(rows * columns * zoom * zoom);
  const width = columns * zoom;
  for (let index = 0; index < out.length; index++)
    out[index] = labels[Math.floor(index / width / zoom) * columns + Math.floor((index % width) / zoom)]!;
  return out;
}
