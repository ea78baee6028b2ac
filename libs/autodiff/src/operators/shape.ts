import { sameShape, sizeOf, type Tensor } from '../tensor.ts';
import { broadcast, node, positiveAxis, refuse, type Shape } from './node.ts';

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

/** A number (0 if none is given) around x: so many before and after, for every axis. */
export function pad(x: Tensor, before: Shape, after: Shape, value = 0): Tensor {
  if (before.length !== x.shape.length || after.length !== x.shape.length)
    refuse('pad', 'a width for each axis', x.shape);
  if ([...before, ...after].every((width) => width === 0)) return x;
  return node(
    'Pad',
    [x],
    { before, after, value },
    x.shape.map((n, axis) => n + before[axis]! + after[axis]!),
  );
}

/** x read backwards along these axes. */
export function flip(x: Tensor, axes: Shape): Tensor {
  return node('Flip', [x], { axes: axes.map((axis) => positiveAxis('flip', axis, x)) }, x.shape);
}

/** x so many times one after the other, along every axis. */
export function tile(x: Tensor, repeats: Shape): Tensor {
  if (repeats.length !== x.shape.length || !repeats.every((times) => Number.isInteger(times) && times > 0))
    refuse('tile', 'a positive whole number for each axis', x.shape, repeats);
  if (repeats.every((times) => times === 1)) return x;
  return node(
    'Tile',
    [x],
    { repeats },
    x.shape.map((length, axis) => length * repeats[axis]!),
  );
}
