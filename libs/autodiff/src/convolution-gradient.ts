import {
  concat,
  conv2d,
  convTranspose2d,
  flip,
  matMul,
  pad,
  reshape,
  slice,
  sum,
  transpose,
} from './operators.ts';
import type { Tensor } from './tensor.ts';

type Convolution = Tensor<'Conv'>['attributes'];

/** d loss / d x of y = conv2d(x, w), from dy [n, o, h', w'], back to the shape of x. */
export function convInputGradient(
  dy: Tensor,
  w: Tensor,
  { stride, padding }: Convolution,
  xShape: readonly number[],
): Tensor {
  const kernel = w.shape[2]!;
  if (stride === 1 && padding < kernel)
    return conv2d(dy, transpose(kernel === 1 ? w : flip(w, [2, 3]), [1, 0, 2, 3]), {
      padding: kernel - 1 - padding,
    });
  // A stride rounds the size down: rows the convolution never reached get no gradient.
  const reached = (size: number) => (size - 1) * stride - 2 * padding + kernel;
  const missing = [xShape[2]! - reached(dy.shape[2]!), xShape[3]! - reached(dy.shape[3]!)];
  const outputPadding = Math.max(...missing, 0);
  const dx = convTranspose2d(dy, w, { stride, padding, outputPadding });
  return slice(slice(dx, 2, 0, xShape[2]!), 3, 0, xShape[3]!);
}

/** d loss / d w [o, c, k, k] of y = conv2d(x, w): over every tap (i, j), the product of dy and the x it met. */
export function convWeightGradient(x: Tensor, dy: Tensor, attributes: Convolution, kernel: number): Tensor {
  const [c, o] = [x.shape[1]!, dy.shape[1]!];
  const { columns, rows } =
    attributes.stride === 1 ? wholeRows(x, dy, attributes, kernel) : metRows(x, dy, attributes, kernel);
  // Few channels: one wide product beats nine thin ones.
  if (c < 8) {
    const wide = sum(matMul(rows, transpose(concat(columns, 1))), { axes: [0] });
    return reshape(transpose(reshape(wide, [o, kernel * kernel, c]), [0, 2, 1]), [o, c, kernel, kernel]);
  }
  // Tap after tap, each an unbroken block; the taps become the last axis once, after the sum.
  const products = concat(
    columns.map((tap) => matMul(rows, transpose(tap))),
    1,
  );
  const stacked = reshape(sum(products, { axes: [0] }), [kernel * kernel, o, c]);
  return reshape(transpose(stacked, [1, 2, 0]), [o, c, kernel, kernel]);
}

/** For every tap a matrix [n, c, p] of the x it met, and dy as [n, o, p]. */
interface Met {
  readonly columns: readonly Tensor[];
  readonly rows: Tensor;
}

/**
 * Stride 1: with dy as wide as the padded x, the tap (i, j) meets one unbroken run
 * of x that starts at i * width + j, which is far cheaper to cut out than a rectangle.
 */
function wholeRows(x: Tensor, dy: Tensor, { padding }: Convolution, kernel: number): Met {
  const [n, c, , width] = x.shape as [number, number, number, number];
  const [, o, rows] = dy.shape as [number, number, number];
  const wide = width + 2 * padding;
  // One row more below, for the zeros at the end of dy's last row to meet.
  const flat = reshape(pad(x, [0, 0, padding, padding], [0, 0, padding + (kernel > 1 ? 1 : 0), padding]), [
    n,
    c,
    -1,
  ]);
  const columns = taps(kernel).map(([i, j]) => slice(flat, 2, i * wide + j, i * wide + j + rows * wide));
  const widened = pad(dy, [0, 0, 0, 0], [0, 0, 0, wide - dy.shape[3]!]);
  return { columns, rows: reshape(widened, [n, o, rows * wide]) };
}

function metRows(x: Tensor, dy: Tensor, { stride, padding }: Convolution, kernel: number): Met {
  const [n, c] = x.shape as [number, number];
  const [, o, height, width] = dy.shape as [number, number, number, number];
  const border = [0, 0, padding, padding];
  const padded = pad(x, border, border);
  const columns = taps(kernel).map(([i, j]) => {
    const rows = slice(padded, 2, i, i + stride * (height - 1) + 1, stride);
    return reshape(slice(rows, 3, j, j + stride * (width - 1) + 1, stride), [n, c, height * width]);
  });
  return { columns, rows: reshape(dy, [n, o, height * width]) };
}

function taps(kernel: number): [number, number][] {
  return Array.from({ length: kernel * kernel }, (_, tap) => [Math.floor(tap / kernel), tap % kernel]);
}
