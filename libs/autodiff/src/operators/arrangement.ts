import { sameShape, sizeOf, type Tensor } from '../tensor.ts';
import { broadcast, positiveAxis, refuse, type Shape } from './node.ts';
import { concat, flip, reshape, slice, tile } from './shape.ts';

const ones = (x: Tensor): number[] => x.shape.map(() => 1);

/** x without these axes of length 1; without a list, without all of them. */
export function squeeze(x: Tensor, axes?: Shape): Tensor {
  const gone = axes?.map((axis) => positiveAxis('squeeze', axis, x));
  if (gone?.some((axis) => x.shape[axis] !== 1))
    refuse(`squeeze ${axes!.join()}`, 'axes of length 1', x.shape);
  return reshape(
    x,
    x.shape.filter((length, axis) => (gone ? !gone.includes(axis) : length !== 1)),
  );
}

/** x with a new axis of length 1 that stands at this place of the result. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const place = axis < 0 ? axis + x.shape.length + 1 : axis;
  if (place < 0 || place > x.shape.length) refuse(`unsqueeze ${axis}`, 'a place between the axes', x.shape);
  return reshape(x, x.shape.toSpliced(place, 0, 1));
}

/** Tensors of one shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const different = tensors.find(({ shape }) => !sameShape(shape, tensors[0]!.shape));
  if (different) refuse('stack', 'tensors of one shape', tensors[0]!.shape, different.shape);
  const place = axis < 0 ? axis + (tensors[0]?.shape.length ?? 0) + 1 : axis;
  return concat(
    tensors.map((x) => unsqueeze(x, place)),
    place,
  );
}

/** Parts of x along an axis: so many of equal length, or of these lengths. */
export function split(x: Tensor, parts: number | Shape, axis: number): Tensor[] {
  const along = positiveAxis('split', axis, x);
  const length = x.shape[along]!;
  const lengths =
    typeof parts === 'number' ? Array.from({ length: parts }, () => length / parts) : [...parts];
  const fits = lengths.reduce((total, part) => total + part, 0) === length;
  if (!fits || !lengths.every((part) => Number.isInteger(part) && part > 0))
    refuse(`split axis ${along} into ${lengths.join(' + ')}`, 'whole parts that make up the axis', x.shape);
  let start = 0;
  return lengths.map((part) => slice(x, along, start, (start += part)));
}

/** x moved along an axis by so many places; what leaves at one end comes in at the other. */
export function roll(x: Tensor, places: number, axis: number): Tensor {
  const along = positiveAxis('roll', axis, x);
  const length = x.shape[along]!;
  const moved = ((places % length) + length) % length;
  if (moved === 0) return x;
  return concat([slice(x, along, length - moved, length), slice(x, along, 0, length - moved)], along);
}

/** Every element along an axis so many times in a row: [a, b] becomes [a, a, b, b]. */
export function repeat(x: Tensor, times: number, axis: number): Tensor {
  const along = positiveAxis('repeat', axis, x);
  const apart = unsqueeze(x, along + 1);
  return reshape(
    tile(apart, ones(apart).with(along + 1, times)),
    x.shape.with(along, x.shape[along]! * times),
  );
}

/** x repeated along its axes of length 1, and along new leading axes, to this shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (!sameShape(broadcast('broadcastTo', x.shape, shape), shape))
    refuse('broadcastTo', 'a shape that broadcasts to the second', x.shape, shape);
  const full = reshape(x, [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape]);
  return tile(
    full,
    shape.map((length, axis) => length / full.shape[axis]!),
  );
}

/**
 * x continued beyond its borders: 'reflect' mirrors it at its outermost elements,
 * which are not repeated; 'edge' repeats them; 'wrap' goes on at the other end.
 */
export function continued(x: Tensor, before: Shape, after: Shape, mode: 'reflect' | 'edge' | 'wrap'): Tensor {
  if (before.length !== x.shape.length || after.length !== x.shape.length)
    refuse('continued', 'a width for each axis', x.shape);
  return before.reduce((y, front, axis) => {
    const back = after[axis]!;
    const length = y.shape[axis]!;
    const room = { reflect: length - 1, edge: Infinity, wrap: length }[mode];
    if (Math.max(front, back) > room) refuse(`continued ${mode}`, `at most ${room} on axis ${axis}`, y.shape);
    return concat([...border(y, axis, front, mode, 0), y, ...border(y, axis, back, mode, 1)], axis);
  }, x);
}

/** What stands before (end 0) or after (end 1) x. */
function border(
  x: Tensor,
  axis: number,
  width: number,
  mode: 'reflect' | 'edge' | 'wrap',
  end: 0 | 1,
): Tensor[] {
  if (width === 0) return [];
  const length = x.shape[axis]!;
  const from = (start: number, size: number) => slice(x, axis, start, start + size);
  if (mode === 'reflect') return [flip(from(end ? length - 1 - width : 1, width), [axis])];
  if (mode === 'wrap') return [from(end ? 0 : length - width, width)];
  return [tile(from(end ? length - 1 : 0, 1), ones(x).with(axis, width))];
}

/** One axis for all axes from `start` to before `end`. */
export function flatten(x: Tensor, start = 0, end = x.shape.length): Tensor {
  return reshape(x, x.shape.toSpliced(start, end - start, sizeOf(x.shape.slice(start, end))));
}
