/** Half the number of neighbours on which a point spreads. */
export const reach = 6;

/**
 * The point spread, along one axis, of an image whose k-space was read only in its
 * middle and filled with zeros: [0 … reach], symmetric, adding up to 1. A sinc that
 * a Hamming window tapers, as scanners do: what is left of it rings beside sharp
 * edges, below the endocardium too (Gibbs, DOMAIN C3).
 *
 * @param share of the image's k-space that was read, 0 to 1
 */
export function pointSpread(share: number): Float32Array {
  const half = Float32Array.from({ length: reach + 1 }, (_, n) => {
    const x = Math.PI * n * share;
    const window = 0.54 + 0.46 * Math.cos((Math.PI * n) / (reach + 1));
    return (n === 0 ? 1 : Math.sin(x) / x) * window;
  });
  const sum = half.reduce((total, value, n) => total + (n === 0 ? value : 2 * value), 0);
  return half.map((value) => value / sum);
}

let scratch = new Float32Array(0);

/**
 * Spreads an image along its rows and its columns, in place; beyond its edge it
 * goes on as it ends.
 *
 * @param across of the rows' direction, @param down of the columns'
 */
export function spread(
  image: Float32Array,
  width: number,
  height: number,
  across: Float32Array,
  down: Float32Array,
): void {
  if (scratch.length < image.length) scratch = new Float32Array(image.length);
  const between = scratch;
  for (let row = 0; row < height; row++) spreadLine(image, between, row * width, width, across);
  spreadColumns(between, image, width, height, down);
}

function spreadLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  length: number,
  kernel: Float32Array,
): void {
  const [k0, k1, k2, k3, k4, k5, k6] = kernel as unknown as readonly number[];
  const end = start + length - 1;
  const first = Math.min(start + reach, end + 1);
  const last = Math.max(first, end + 1 - reach);
  for (let at = start; at < first; at++) to[at] = spreadEdge(from, at, start, end, kernel);
  for (let at = first; at < last; at++)
    to[at] =
      k0! * from[at]! +
      k1! * (from[at - 1]! + from[at + 1]!) +
      k2! * (from[at - 2]! + from[at + 2]!) +
      k3! * (from[at - 3]! + from[at + 3]!) +
      k4! * (from[at - 4]! + from[at + 4]!) +
      k5! * (from[at - 5]! + from[at + 5]!) +
      k6! * (from[at - 6]! + from[at + 6]!);
  for (let at = last; at <= end; at++) to[at] = spreadEdge(from, at, start, end, kernel);
}

function spreadEdge(
  from: Float32Array,
  at: number,
  start: number,
  end: number,
  kernel: Float32Array,
): number {
  let sum = kernel[0]! * from[at]!;
  for (let n = 1; n < kernel.length; n++)
    sum += kernel[n]! * (from[Math.max(start, at - n)]! + from[Math.min(end, at + n)]!);
  return sum;
}

/** Row by row, so that memory is read in its order. */
function spreadColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
): void {
  const [k0, k1, k2, k3, k4, k5, k6] = kernel as unknown as readonly number[];
  const line = (row: number) => Math.min(height - 1, Math.max(0, row)) * width;
  for (let row = 0; row < height; row++) {
    const here = row * width;
    const [a1, a2, a3] = [line(row - 1), line(row - 2), line(row - 3)];
    const [a4, a5, a6] = [line(row - 4), line(row - 5), line(row - 6)];
    const [b1, b2, b3] = [line(row + 1), line(row + 2), line(row + 3)];
    const [b4, b5, b6] = [line(row + 4), line(row + 5), line(row + 6)];
    for (let c = 0; c < width; c++)
      to[here + c] =
        k0! * from[here + c]! +
        k1! * (from[a1 + c]! + from[b1 + c]!) +
        k2! * (from[a2 + c]! + from[b2 + c]!) +
        k3! * (from[a3 + c]! + from[b3 + c]!) +
        k4! * (from[a4 + c]! + from[b4 + c]!) +
        k5! * (from[a5 + c]! + from[b5 + c]!) +
        k6! * (from[a6 + c]! + from[b6 + c]!);
  }
}
