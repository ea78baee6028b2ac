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
  for (let row = 0; row < height; row++) spreadLine(image, between, row * width, 1, width, across);
  spreadColumns(between, image, width, height, down);
}

function spreadLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  [k0, k1, k2, k3, k4, k5, k6]: Float32Array,
): void {
  const end = start + (length - 1) * step;
  for (let index = 0; index < length; index++) {
    const at = start + index * step;
    if (index < reach || index >= length - reach) {
      to[at] = spreadEdge(from, at, start, end, step, [k0!, k1!, k2!, k3!, k4!, k5!, k6!]);
      continue;
    }
    to[at] =
      k0! * from[at]! +
      k1! * (from[at - 1]! + from[at + 1]!) +
      k2! * (from[at - 2]! + from[at + 2]!) +
      k3! * (from[at - 3]! + from[at + 3]!) +
      k4! * (from[at - 4]! + from[at + 4]!) +
      k5! * (from[at - 5]! + from[at + 5]!) +
      k6! * (from[at - 6]! + from[at + 6]!);
  }
}

function spreadEdge(
  from: Float32Array,
  at: number,
  start: number,
  end: number,
  step: number,
  kernel: readonly number[],
): number {
  let sum = kernel[0]! * from[at]!;
  for (let n = 1; n < kernel.length; n++)
    sum += kernel[n]! * (from[Math.max(start, at - n * step)]! + from[Math.min(end, at + n * step)]!);
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
  const k0 = kernel[0]!;
  for (let row = 0; row < height; row++) {
    const here = row * width;
    for (let column = 0; column < width; column++) to[here + column] = k0 * from[here + column]!;
    for (let n = 1; n <= reach; n++) {
      const k = kernel[n]!;
      const above = Math.max(0, row - n) * width;
      const below = Math.min(height - 1, row + n) * width;
      for (let column = 0; column < width; column++)
        to[here + column] = to[here + column]! + k * (from[above + column]! + from[below + column]!);
    }
  }
}
