import { blurred, type Field } from './image-window.ts';

/** Farther than any place of a window, squared. */
const far = 1e12;
/** Smooths the steps of pixels, as a share of a pixel. */
const smoothing = 0.7;

/**
 * Distance in mm of every pixel of a window from the border of a region, negative
 * inside; null where nothing or everything is inside. The border lies halfway
 * between pixels.
 *
 * Source: felzenszwalb2012 (docs/references.bib).
 */
export function signedDistance({ window, values }: Field): Field | null {
  const filled = values.reduce((sum, value) => sum + value, 0);
  if (filled === 0 || filled === values.length) return null;
  const outside = squaredDistance({ window, values }, 1);
  const inside = squaredDistance({ window, values }, 0);
  const half = (window.columnMm + window.rowMm) / 4;
  const distance = outside.map((square, at) =>
    square > 0 ? Math.sqrt(square) - half : half - Math.sqrt(inside[at]!),
  );
  return blurred({ window, values: distance }, smoothing * 2 * half);
}

/** Squared distance to the nearest pixel with this value. */
function squaredDistance({ window, values }: Field, wanted: number): Float32Array {
  const { width, height, columnMm, rowMm } = window;
  const longest = Math.max(width, height);
  const line = { f: new Float64Array(longest), v: new Int32Array(longest), z: new Float64Array(longest + 1) };
  const squares = new Float32Array(values.length);
  for (let column = 0; column < width; column++)
    nearestInColumn(values, wanted, squares, column, width, rowMm ** 2);
  for (let row = 0; row < height; row++) transformLine(squares, row * width, 1, width, columnMm ** 2, line);
  return squares;
}

/** Squared distance to the nearest pixel of a column with this value. */
function nearestInColumn(
  values: Float32Array,
  wanted: number,
  squares: Float32Array,
  column: number,
  width: number,
  weight: number,
): void {
  let last = -1;
  for (let at = column; at < values.length; at += width) {
    if (values[at] === wanted) last = at;
    squares[at] = last < 0 ? far : weight * ((at - last) / width) ** 2;
  }
  last = -1;
  for (let at = values.length - width + column; at >= 0; at -= width) {
    if (values[at] === wanted) last = at;
    if (last >= 0) squares[at] = Math.min(squares[at]!, weight * ((last - at) / width) ** 2);
  }
}

/** Lower envelope of the parabolas f(q) + weight (p - q)². */
function transformLine(
  squares: Float32Array,
  first: number,
  stride: number,
  count: number,
  weight: number,
  { f, v, z }: { f: Float64Array; v: Int32Array; z: Float64Array },
): void {
  for (let at = 0; at < count; at++) f[at] = squares[first + at * stride]!;
  let last = 0;
  v[0] = 0;
  z[0] = -Infinity;
  for (let q = 1; q < count; q++) {
    let meets = meeting(f, v[last]!, q, weight);
    while (meets <= z[last]!) {
      last--;
      meets = meeting(f, v[last]!, q, weight);
    }
    last++;
    v[last] = q;
    z[last] = meets;
  }
  const end = last;
  let at = 0;
  for (let q = 0; q < count; q++) {
    while (at < end && z[at + 1]! < q) at++;
    const from = v[at]!;
    squares[first + q * stride] = weight * (q - from) ** 2 + f[from]!;
  }
}

function meeting(f: Float64Array, p: number, q: number, weight: number): number {
  return (f[q]! - f[p]!) / (2 * weight * (q - p)) + (q + p) / 2;
}
