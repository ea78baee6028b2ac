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
export function convWeightGradient(
  x: Tensor,
  dy: Tensor,
  { stride, padding }: Convolution,
  kernel: number,
): Tensor {
  const [n, c] = [x.shape[0]!, x.shape[1]!];
  const [, o, height, width] = dy.shape as [number, number, number, number];
  const border = [0, 0, padding, padding];
  const padded = pad(x, border, border);
  const taps = Array.from({ length: kernel * kernel }, (_, tap) => {
    const [i, j] = [Math.floor(tap / kernel), tap % kernel];
    const rows = slice(padded, 2, i, i + stride * (height - 1) + 1, stride);
    return reshape(slice(rows, 3, j, j + stride * (width - 1) + 1, stride), [n, c, height * width]);
  });
  const flat = reshape(dy, [n, o, height * width]);
  const product = (columns: Tensor) => sum(matMul(flat, transpose(columns)), { axes: [0] });
  // Few channels: one wide product beats nine thin ones.
  if (c < 8) {
    const wide = reshape(product(concat(taps, 1)), [o, kernel * kernel, c]);
    return reshape(transpose(wide, [0, 2, 1]), [o, c, kernel, kernel]);
  }
  const stacked = concat(
    taps.map((tap) => reshape(product(tap), [o, c, 1])),
    2,
  );
  return reshape(stacked, [o, c, kernel, kernel]);
}
