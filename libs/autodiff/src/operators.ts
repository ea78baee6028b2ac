import { currentLayer } from './layer.ts';
import { type OpName, sameShape, showShape, sizeOf, type Tensor } from './tensor.ts';

/** A tensor, or a number that stands for a scalar. */
export type Operand = Tensor | number;
type Shape = readonly number[];

function node<Op extends OpName>(
  op: Op,
  inputs: Tensor<Op>['inputs'],
  attributes: Tensor<Op>['attributes'],
  shape: Shape,
): Tensor<Op> {
  return Object.freeze({ op, inputs, attributes, shape: Object.freeze([...shape]), layer: currentLayer() });
}

function refuse(op: string, expected: string, ...shapes: Shape[]): never {
  const where = currentLayer() ? `${currentLayer()}: ` : '';
  throw new RangeError(`${where}${op}: expected ${expected}, got ${shapes.map(showShape).join(' and ')}`);
}

/** A value the caller feeds at every run. */
export function input(name: string, shape: Shape): Tensor<'Input'> {
  if (!shape.every((length) => Number.isInteger(length) && length > 0))
    refuse(`input ${name}`, 'positive whole lengths', shape);
  return node('Input', [], { name }, shape);
}

/** A value the optimizer changes; `values` is where it starts. */
export function parameter(name: string, shape: Shape, values: Float32Array): Tensor<'Parameter'> {
  if (values.length !== sizeOf(shape)) refuse(`parameter ${name}`, `${values.length} elements`, shape);
  return node('Parameter', [], { name, values }, shape);
}

/** Fixed numbers. Without a shape: a scalar for a number, a vector for a list; one number fills any shape. */
export function constant(
  values: Float32Array | readonly number[] | number,
  shape?: Shape,
): Tensor<'Constant'> {
  if (typeof values === 'number') {
    const size = sizeOf(shape ?? []);
    return node('Constant', [], { values: new Float32Array(size).fill(values) }, shape ?? []);
  }
  const data = Float32Array.from(values);
  const dimensions = shape ?? [data.length];
  if (data.length !== sizeOf(dimensions)) refuse('constant', `${data.length} elements`, dimensions);
  return node('Constant', [], { values: data }, dimensions);
}

function tensor(operand: Operand): Tensor {
  return typeof operand === 'number' ? constant(operand) : operand;
}

/** The shape two shapes broadcast to, like NumPy. */
function broadcast(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) refuse(op, 'shapes that broadcast', a, b);
    return left === 1 ? right : left;
  });
}

type Binary = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Greater';
function binary(op: Binary, left: Operand, right: Operand): Tensor {
  const [a, b] = [tensor(left), tensor(right)];
  return node(op, [a, b], {}, broadcast(op, a.shape, b.shape));
}
type Unary =
  | 'Neg'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Tanh'
  | 'Sigmoid'
  | 'Relu'
  | 'Erf'
  | 'Softplus'
  | 'Abs'
  | 'Sign';
function unary(op: Unary, x: Tensor): Tensor {
  return node(op, [x], {}, x.shape);
}

export const add = (a: Operand, b: Operand): Tensor => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Tensor => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Tensor => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Tensor => binary('Div', a, b);
/** 1 where a > b, else 0. No gradient. */
export const greater = (a: Operand, b: Operand): Tensor => binary('Greater', a, b);
export const neg = (x: Tensor): Tensor => unary('Neg', x);
export const exp = (x: Tensor): Tensor => unary('Exp', x);
export const log = (x: Tensor): Tensor => unary('Log', x);
export const sqrt = (x: Tensor): Tensor => unary('Sqrt', x);
export const tanh = (x: Tensor): Tensor => unary('Tanh', x);
export const sigmoid = (x: Tensor): Tensor => unary('Sigmoid', x);
export const relu = (x: Tensor): Tensor => unary('Relu', x);
export const erf = (x: Tensor): Tensor => unary('Erf', x);
/** ln(1 + e^x), without overflow. */
export const softplus = (x: Tensor): Tensor => unary('Softplus', x);
export const abs = (x: Tensor): Tensor => unary('Abs', x);
/** -1, 0 or 1. No gradient. */
export const sign = (x: Tensor): Tensor => unary('Sign', x);
export const square = (x: Tensor): Tensor => mul(x, x);
/** x Φ(x), Φ the standard normal distribution function. */
export const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** x kept within [low, high]. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new RangeError(`clip: expected low <= high, got ${low} and ${high}`);
  return node('Clip', [x], { low, high }, x.shape);
}

/** a where the condition is not 0, b elsewhere. No gradient to the condition. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [left, right] = [tensor(a), tensor(b)];
  const shape = broadcast('where', condition.shape, broadcast('where', left.shape, right.shape));
  return node('Where', [condition, left, right], {}, shape);
}

/** Matrix product over the last two axes; leading axes broadcast. Both have at least two axes. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  const [rows, inner] = a.shape.slice(-2);
  const [rightInner, columns] = b.shape.slice(-2);
  if (rows === undefined || columns === undefined || inner !== rightInner)
    return refuse('matMul', '[…, m, k] and […, k, n]', a.shape, b.shape);
  const batch = broadcast('matMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return node('MatMul', [a, b], {}, [...batch, rows, columns]);
}

/** Axes in a new order; without a permutation, the last two axes change places. */
export function transpose(x: Tensor, permutation?: Shape): Tensor {
  const rank = x.shape.length;
  const order = permutation ?? [...Array(Math.max(rank - 2, 0)).keys(), rank - 1, rank - 2];
  if ([...order].sort((a, b) => a - b).some((axis, place) => axis !== place) || order.length !== rank)
    refuse('transpose', `a permutation of ${rank} axes`, order, x.shape);
  return node(
    'Transpose',
    [x],
    { permutation: order },
    order.map((axis) => x.shape[axis]!),
  );
}

/** The same elements in another shape; one length may be -1 and follows from the rest. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = sizeOf(shape.filter((length) => length !== -1));
  const target = shape.map((length) => (length === -1 ? sizeOf(x.shape) / known : length));
  if (sizeOf(target) !== sizeOf(x.shape) || !target.every(Number.isInteger))
    refuse('reshape', 'as many elements', x.shape, shape);
  return sameShape(target, x.shape) ? x : node('Reshape', [x], {}, target);
}

/** x repeated along its axes of length 1 until it has the shape of `like` (whose values do not matter). */
export function expandAs(x: Tensor, like: Tensor): Tensor {
  if (!sameShape(broadcast('expandAs', x.shape, like.shape), like.shape))
    refuse('expandAs', 'a shape that broadcasts to the second', x.shape, like.shape);
  return sameShape(x.shape, like.shape) ? x : node('Expand', [x, like], {}, like.shape);
}

function positiveAxis(op: string, axis: number, x: Tensor): number {
  const positive = axis < 0 ? axis + x.shape.length : axis;
  if (x.shape[positive] === undefined) refuse(op, `an axis ${axis}`, x.shape);
  return positive;
}

/** Tensors one after the other along an axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (!first) throw new RangeError('concat: expected at least one tensor, got none');
  const along = positiveAxis('concat', axis, first);
  for (const { shape } of tensors) {
    const fits =
      shape.length === first.shape.length && shape.every((n, i) => i === along || n === first.shape[i]);
    if (!fits) refuse('concat', `equal shapes but for axis ${along}`, first.shape, shape);
  }
  const length = tensors.reduce((sum, { shape }) => sum + shape[along]!, 0);
  return tensors.length === 1
    ? first
    : node('Concat', tensors, { axis: along }, first.shape.with(along, length));
}

/** Elements start, start + step, … below end of one axis; a negative end counts from the back. */
export function slice(x: Tensor, axis: number, start: number, end: number, step = 1): Tensor {
  const along = positiveAxis('slice', axis, x);
  const length = x.shape[along]!;
  const stop = end < 0 ? end + length : Math.min(end, length);
  if (start < 0 || start >= stop || step < 1)
    refuse(`slice ${start}:${end}:${step}`, `part of axis ${along}`, x.shape);
  if (start === 0 && stop === length && step === 1) return x;
  const shape = x.shape.with(along, Math.ceil((stop - start) / step));
  return node('Slice', [x], { axis: along, start, end: stop, step }, shape);
}

/** Zeros around x: so many before and after, for every axis. */
export function pad(x: Tensor, before: Shape, after: Shape): Tensor {
  if (before.length !== x.shape.length || after.length !== x.shape.length)
    refuse('pad', 'a width for each axis', x.shape);
  if ([...before, ...after].every((width) => width === 0)) return x;
  return node(
    'Pad',
    [x],
    { before, after },
    x.shape.map((n, axis) => n + before[axis]! + after[axis]!),
  );
}

/** x read backwards along these axes. */
export function flip(x: Tensor, axes: Shape): Tensor {
  return node('Flip', [x], { axes: axes.map((axis) => positiveAxis('flip', axis, x)) }, x.shape);
}

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
