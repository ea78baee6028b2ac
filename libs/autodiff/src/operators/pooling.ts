import type { Sliding, Tensor } from '../tensor.ts';
import { node, refuse } from './node.ts';
import { max, mean } from './reduction.ts';
import { type Padding, perAxis, type PerAxis, slid, sliding } from './sliding.ts';

export interface MaxPoolOptions {
  readonly kernel: PerAxis;
  /** Default: the kernel, so that windows do not overlap. */
  readonly stride?: PerAxis;
  /** Less than the kernel. Default 0. */
  readonly padding?: Padding;
  readonly dilation?: PerAxis;
}
export interface AvgPoolOptions extends Omit<MaxPoolOptions, 'dilation'> {
  /** Whether zeros beyond the border count as elements of the mean (default) or are left out of it. */
  readonly countPadding?: boolean;
}

/**
 * The largest of each window, over one, two or three spatial axes: [n, c, …spatial] → [n, c, …].
 * What lies beyond the border is never the largest; what no whole window reaches at the end is left out.
 * Equal largest elements of a window share its gradient equally.
 *
 * @throws RangeError when shape and options do not fit,
 *   the padding is not below the kernel, or a window sees nothing but padding
 *
 * Agrees with: PyTorch `max_pool1d`, `max_pool2d`, `max_pool3d`, but for the gradient of ties.
 */
export function maxPool(x: Tensor, options: MaxPoolOptions): Tensor<'MaxPool'> {
  const { shape, ...attributes } = pooled('maxPool', x, options);
  return node('MaxPool', [x], attributes, shape);
}

/**
 * The mean of each window, over one, two or three spatial axes: [n, c, …spatial] → [n, c, …].
 * What no whole window reaches at the end is left out.
 *
 * @throws RangeError when shape and options do not fit,
 *   the padding is not below the kernel, or a window sees nothing but padding
 *
 * Agrees with: PyTorch `avg_pool1d`, `avg_pool2d`, `avg_pool3d`.
 */
export function avgPool(x: Tensor, { countPadding = true, ...options }: AvgPoolOptions): Tensor<'AvgPool'> {
  const { shape, ...attributes } = pooled('avgPool', x, options);
  return node('AvgPool', [x], { ...attributes, countPadding }, shape);
}

function pooled(
  op: string,
  x: Tensor,
  { kernel, stride = kernel, padding = 0, dilation = 1 }: MaxPoolOptions,
) {
  const [n, c, ...spatial] = x.shape;
  if (spatial.length < 1 || spatial.length > 3) return refuse(op, '[n, c, 1 to 3 axes]', x.shape);
  const lengths = perAxis(`${op} kernel`, kernel, spatial.length, 1);
  const moves = sliding(op, lengths, { stride, padding, dilation });
  const beyond = [moves.padBegin, moves.padEnd].some((widths) =>
    widths.some((width, axis) => width >= lengths[axis]!),
  );
  if (beyond) refuse(op, 'a padding below the kernel', [...moves.padBegin, ...moves.padEnd], lengths);
  const times = slid(op, spatial, lengths, moves);
  if (spatial.some((length, axis) => seesNothing(length, axis, times[axis]!, { ...moves, kernel: lengths })))
    refuse(op, 'an element under every window', spatial, lengths);
  return { ...moves, kernel: lengths, shape: [n!, c!, ...times] };
}

/** With a dilation, the taps of a window can all fall beside a short axis. */
function seesNothing(
  length: number,
  axis: number,
  times: number,
  { kernel, strides, padBegin, dilations }: Sliding & { kernel: readonly number[] },
): boolean {
  const taps = Array.from({ length: kernel[axis]! }, (_, tap) => tap * dilations[axis]! - padBegin[axis]!);
  const starts = Array.from({ length: times }, (_, place) => place * strides[axis]!);
  return starts.some((start) => taps.every((tap) => start + tap < 0 || start + tap >= length));
}

/** The mean of each channel over all spatial axes: [n, c, …spatial] → [n, c]. */
export const globalAvgPool = (x: Tensor): Tensor => mean(x, { axes: spatialAxes('globalAvgPool', x) });
/** The largest of each channel over all spatial axes: [n, c, …spatial] → [n, c]. Ties share the gradient equally. */
export const globalMaxPool = (x: Tensor): Tensor => max(x, { axes: spatialAxes('globalMaxPool', x) });
/** `avgPool` of windows of 2 along every axis. */
export const avgPool2 = (x: Tensor): Tensor => avgPool(x, { kernel: 2 });
/** `maxPool` of windows of 2 along every axis. */
export const maxPool2 = (x: Tensor): Tensor => maxPool(x, { kernel: 2 });

function spatialAxes(op: string, x: Tensor): number[] {
  if (x.shape.length < 3) refuse(op, '[n, c, …spatial]', x.shape);
  return [...x.shape.keys()].slice(2);
}
