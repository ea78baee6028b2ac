import { type ReductionName, sameShape, sizeOf, type Tensor } from '../tensor.ts';
import { mul, neg, square, sub } from './elementwise.ts';
import { node, positiveAxis, refuse, type Shape } from './node.ts';
import { concat, reshape, slice } from './shape.ts';

/** Which axes to reduce (all, if not given) and whether they stay as length 1. */
export interface ReductionOptions {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}
function reducedAxes(op: string, x: Tensor, { axes }: ReductionOptions): number[] {
  return axes?.map((axis) => positiveAxis(op, axis, x)).sort((a, b) => a - b) ?? [...x.shape.keys()];
}
function withoutAxes(x: Tensor, axes: Shape, keepDims = false): number[] {
  return keepDims
    ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : x.shape.filter((_, axis) => !axes.includes(axis));
}
function reduce(op: ReductionName, x: Tensor, options: ReductionOptions): Tensor {
  const axes = reducedAxes(op, x, options);
  const keepDims = options.keepDims ?? false;
  if (axes.length === 0) return x;
  return node(op, [x], { axes, keepDims }, withoutAxes(x, axes, keepDims));
}
export const sum = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceSum', x, options);
export const mean = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceMean', x, options);
/** The largest element; equal ones share the gradient. */
export const max = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceMax', x, options);
/** The smallest element; equal ones share the gradient. */
export const min = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceMin', x, options);
/** ln Σ e^x, without overflow. */
export const logSumExp = (x: Tensor, options: ReductionOptions = {}): Tensor =>
  reduce('ReduceLogSumExp', x, options);

/**
 * The product. Halves are multiplied until one element is left, so that the
 * derivatives of every order are right where elements are 0.
 */
export function prod(x: Tensor, options: ReductionOptions = {}): Tensor {
  const axes = reducedAxes('prod', x, options);
  let product = x;
  for (const axis of axes)
    while (product.shape[axis]! > 1) {
      const length = product.shape[axis]!;
      const half = Math.floor(length / 2);
      const pairs = mul(slice(product, axis, 0, half), slice(product, axis, half, 2 * half));
      product = length % 2 === 0 ? pairs : concat([pairs, slice(product, axis, length - 1, length)], axis);
    }
  return reshape(product, withoutAxes(x, axes, options.keepDims));
}

/** The mean square deviation from the mean: the sum divided by the count less the correction (1: unbiased). */
export function variance(
  x: Tensor,
  { correction = 0, ...options }: ReductionOptions & { readonly correction?: number } = {},
): Tensor {
  const axes = reducedAxes('variance', x, options);
  const count = sizeOf(axes.map((axis) => x.shape[axis]!));
  if (count <= correction) refuse('variance', `more than ${correction} elements`, x.shape);
  const deviations = square(sub(x, mean(x, { axes, keepDims: true })));
  const biased = mean(deviations, options);
  return correction === 0 ? biased : mul(biased, count / (count - correction));
}

/** Where along an axis the largest element stands, the first of equal ones; counted from 0. No gradient. */
export function argMax(x: Tensor, axis: number, { keepDims = false }: { keepDims?: boolean } = {}): Tensor {
  const along = positiveAxis('argMax', axis, x);
  return node('ArgMax', [x], { axis: along, keepDims }, withoutAxes(x, [along], keepDims));
}
/** Where along an axis the smallest element stands, the first of equal ones; counted from 0. No gradient. */
export const argMin = (x: Tensor, axis: number, options: { keepDims?: boolean } = {}): Tensor =>
  argMax(neg(x), axis, options);

/** Sums of the elements up to each one: with it, or `exclusive` of it; `reverse` starts at the end. */
export function cumSum(
  x: Tensor,
  axis: number,
  { exclusive = false, reverse = false }: { exclusive?: boolean; reverse?: boolean } = {},
): Tensor {
  return node('CumSum', [x], { axis: positiveAxis('cumSum', axis, x), exclusive, reverse }, x.shape);
}

/** x summed over whatever axes broadcasting added, back to this shape. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter(
    (axis) => axis < extra || (shape[axis - extra] === 1 && x.shape[axis] !== 1),
  );
  return reshape(sum(x, { axes, keepDims: true }), shape);
}

/** e^x / Σ e^x along an axis, without overflow. */
export function softmax(x: Tensor, axis: number): Tensor {
  return node('Softmax', [x], { axis: positiveAxis('softmax', axis, x) }, x.shape);
}
/** ln of softmax, without overflow. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  return node('LogSoftmax', [x], { axis: positiveAxis('logSoftmax', axis, x) }, x.shape);
}

/** (x - mean) / sqrt(variance + epsilon), both over `axis` and all axes after it (variance divides by the count). */
export function standardize(x: Tensor, axis: number, epsilon = 1e-5): Tensor<'Standardize'> {
  return node('Standardize', [x], { axis: positiveAxis('standardize', axis, x), epsilon }, x.shape);
}

/** 1 / sqrt(variance + epsilon) of what was standardized; reduced axes stay as length 1. */
export function inverseDeviation(y: Tensor<'Standardize'>): Tensor {
  const shape = y.shape.map((length, axis) => (axis >= y.attributes.axis ? 1 : length));
  return node('InverseDeviation', [y.inputs[0], y], {}, shape);
}
