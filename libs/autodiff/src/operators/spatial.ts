import type { Tensor } from '../tensor.ts';
import { node, refuse } from './node.ts';

export interface ConvOptions {
  readonly stride?: number;
  /** 'same' pads (kernel - 1) / 2 zeros on every side: stride 1 keeps the size, stride 2 gives ceil(size / 2). */
  readonly padding?: 'same' | number;
}

/** 2-D convolution (cross-correlation): x [n, c, h, w], weights [o, c, k, k] → [n, o, h', w']. */
export function conv2d(x: Tensor, w: Tensor, { stride = 1, padding = 'same' }: ConvOptions = {}): Tensor {
  const [n, c, height, width] = image('conv2d', x);
  const [o, inputs, kernel, kernelWidth] = image('conv2d weights', w);
  if (c !== inputs || kernel !== kernelWidth)
    refuse('conv2d', '[n, c, h, w] and weights [o, c, k, k]', x.shape, w.shape);
  const border = padding === 'same' ? (kernel - 1) / 2 : padding;
  if (!Number.isInteger(border)) refuse('conv2d', "an odd kernel for padding 'same'", w.shape);
  const after = (size: number) => Math.floor((size + 2 * border - kernel) / stride) + 1;
  const [rows, columns] = [after(height), after(width)];
  if (rows < 1 || columns < 1) refuse('conv2d', 'an image no smaller than the kernel', x.shape, w.shape);
  return node('Conv', [x, w], { stride, padding: border, outputPadding: 0 }, [n, o, rows, columns]);
}

/**
 * The transpose of conv2d as a linear map: y [n, o, h', w'], weights [o, c, k, k] → [n, c, h, w].
 * `outputPadding` extra rows and columns at the end make up for what a stride rounds off.
 */
export function convTranspose2d(
  y: Tensor,
  w: Tensor,
  { stride, padding, outputPadding }: { stride: number; padding: number; outputPadding: number },
): Tensor {
  const [n, o, height, width] = y.shape;
  const [outputs, c, kernel] = w.shape;
  if (width === undefined || kernel === undefined || o !== outputs)
    return refuse('convTranspose2d', '[n, o, h, w] and weights [o, c, k, k]', y.shape, w.shape);
  const length = (size: number) => (size - 1) * stride - 2 * padding + kernel + outputPadding;
  const shape = [n!, c!, length(height!), length(width)];
  return node('ConvTranspose', [y, w], { stride, padding, outputPadding }, shape);
}

function image(op: string, x: Tensor): [number, number, number, number] {
  const [n, c, h, w] = x.shape;
  if (w === undefined || x.shape.length !== 4) return refuse(op, '[n, c, h, w]', x.shape);
  return [n!, c!, h!, w];
}
function halved(op: 'AvgPool2' | 'MaxPool2', x: Tensor): Tensor {
  const [n, c, h, w] = image(op, x);
  if (h % 2 !== 0 || w % 2 !== 0) refuse(op, 'even height and width', x.shape);
  return node(op, [x], {}, [n, c, h / 2, w / 2]);
}
/** Every pixel becomes a 2 × 2 block. */
export function upsample2(x: Tensor): Tensor {
  const [n, c, h, w] = image('upsample2', x);
  return node('Upsample2', [x], {}, [n, c, 2 * h, 2 * w]);
}
/** The mean of each 2 × 2 block. */
export const avgPool2 = (x: Tensor): Tensor => halved('AvgPool2', x);
/** The largest of each 2 × 2 block. */
export const maxPool2 = (x: Tensor): Tensor => halved('MaxPool2', x);
