/**
 * A square view onto a slice, as the network sees it: `size` × `size` pixels,
 * `stepPixels` source pixels apart, about a centre given in source pixels.
 */
export interface View {
  readonly size: number;
  readonly centre: readonly [row: number, column: number];
  readonly stepPixels: readonly [row: number, column: number];
  /** Turn of the view against the slice, in radians. */
  readonly turn?: number;
}

export interface Slice<Data> {
  readonly data: Data;
  readonly rows: number;
  readonly columns: number;
}

/** Source position of view pixel (0, 0) and the steps along a view row and column, in source pixels. */
function gridOf({ size, centre, stepPixels, turn = 0 }: View) {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const half = (size - 1) / 2;
  const down = [cos * stepPixels[0], sin * stepPixels[1]] as const;
  const right = [-sin * stepPixels[0], cos * stepPixels[1]] as const;
  return {
    down,
    right,
    row: centre[0] - half * (down[0] + right[0]),
    column: centre[1] - half * (down[1] + right[1]),
  };
}

/** Bilinear samples of an image; beyond its border the border's value goes on. */
export function sampleImage(
  { data, rows, columns }: Slice<Float32Array>,
  view: View,
  out = new Float32Array(view.size ** 2),
): Float32Array {
  const { down, right, row, column } = gridOf(view);
  let pixel = 0;
  for (let i = 0; i < view.size; i++) {
    for (let j = 0; j < view.size; j++) {
      const r = clamp(row + i * down[0] + j * right[0], rows - 1);
      const c = clamp(column + i * down[1] + j * right[1], columns - 1);
      const top = Math.min(Math.floor(r), Math.max(0, rows - 2));
      const left = Math.min(Math.floor(c), Math.max(0, columns - 2));
      const below = rows > 1 ? columns : 0;
      const beside = columns > 1 ? 1 : 0;
      const at = top * columns + left;
      const upper = data[at]! + (c - left) * (data[at + beside]! - data[at]!);
      const lower = data[at + below]! + (c - left) * (data[at + below + beside]! - data[at + below]!);
      out[pixel++] = upper + (r - top) * (lower - upper);
    }
  }
  return out;
}

/** Nearest labels; beyond the border there are none. */
export function sampleLabels({ data, rows, columns }: Slice<Uint8Array>, view: View): Uint8Array {
  const { down, right, row, column } = gridOf(view);
  const out = new Uint8Array(view.size ** 2);
  let pixel = 0;
  for (let i = 0; i < view.size; i++) {
    for (let j = 0; j < view.size; j++, pixel++) {
      const r = Math.round(row + i * down[0] + j * right[0]);
      const c = Math.round(column + i * down[1] + j * right[1]);
      if (r >= 0 && r < rows && c >= 0 && c < columns) out[pixel] = data[r * columns + c]!;
    }
  }
  return out;
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));

/**
 * Maps the 1st percentile to 0 and the 99th to 1, clipped to -0.5 to 1.5. A constant
 * image becomes 0.
 *
 * @returns the same array
 */
export function normalise(values: Float32Array): Float32Array {
  const stride = Math.max(1, Math.floor(values.length / 4096));
  const sorted = new Float32Array(Math.ceil(values.length / stride));
  for (let index = 0; index < sorted.length; index++) sorted[index] = values[index * stride]!;
  sorted.sort();
  const low = sorted[Math.floor(0.01 * (sorted.length - 1))]!;
  const range = sorted[Math.ceil(0.99 * (sorted.length - 1))]! - low;
  const scale = range > 1e-6 * Math.max(1e-6, Math.abs(low)) ? 1 / range : 0;
  for (let index = 0; index < values.length; index++)
    values[index] = Math.min(1.5, Math.max(-0.5, (values[index]! - low) * scale));
  return values;
}

/** Without geometry the longer side is taken for this field of view: 1.4 mm a pixel at 256 pixels. */
const assumedFieldOfViewMm = 360;

/** Pixel size [row, column] in mm; assumed where the source does not say. */
export function pixelSizeMm(
  spacing: readonly [number, number, number] | null,
  rows: number,
  columns: number,
): readonly [number, number] {
  if (spacing) return [spacing[1], spacing[2]];
  const assumed = assumedFieldOfViewMm / Math.max(rows, columns);
  return [assumed, assumed];
}
