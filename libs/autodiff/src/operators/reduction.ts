import { sameShape, type Tensor } from '../tensor.ts';
import { node, positiveAxis, type Shape } from './node.ts';
import { reshape } from './shape.ts';

/** Which axes to reduce (all, if not given) and whether they stay as length 1. */
export interface ReductionOptions {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}
function reduce(op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', x: Tensor, options: ReductionOptions): Tensor {
  const all = [...x.shape.keys()];
  const axes = options.axes?.map((axis) => positiveAxis(op, axis, x)).sort((a, b) => a - b) ?? all;
  const keepDims = options.keepDims ?? false;
  if (axes.length === 0) return x;
  const shape = keepDims
    ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return node(op, [x], { axes, keepDims }, shape);
}
export const sum = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceSum', x, options);
export const mean = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceMean', x, options);
export const max = (x: Tensor, options: ReductionOptions = {}): Tensor => reduce('ReduceMax', x, options);

/** x summed over whatever axes broadcasting added, back to this shape. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter(
    (axis) => axis < extra || (shape[axis - extra] === 1 && x.shape[axis] !== 1),
  );
  return reshape(sum(x, { axes, keepDims: true }), shape);
}

export function softmax(x: Tensor, axis: number): Tensor {
  return node('Softmax', [x], { axis: positiveAxis('softmax', axis, x) }, x.shape);
}
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
  return node('InverseDeviation', [y], {}, shape);
}
