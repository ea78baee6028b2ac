import { sameShape, sizeOf, type Tensor } from '../tensor.ts';
import { broadcastTo, unsqueeze } from './arrangement.ts';
import { constant } from './leaves.ts';
import { equal } from './logic.ts';
import { node, positiveAxis, refuse } from './node.ts';
import { reshape } from './shape.ts';

/**
 * Indices are tensors like all others, so float32: whole numbers up to 2^24 are
 * exact, a fraction is cut off towards 0, and -1 is the last place. An index
 * outside is refused when it is a constant; else onnxruntime's CPU provider stops
 * the run with an error that names the operator. Indices have no gradient.
 */
function checkIndices(op: string, indices: Tensor, length: number): void {
  if (indices.op !== 'Constant') return;
  const { values } = (indices as Tensor<'Constant'>).attributes;
  const outside = values.find((index) => !(index > -length - 1 && index < length));
  if (outside !== undefined)
    throw new RangeError(`${op}: expected indices from ${-length} to ${length - 1}, got ${outside}`);
}

/** x at these places of an axis: that axis gives way to the axes of the indices. */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  const along = positiveAxis('gather', axis, x);
  checkIndices('gather', indices, x.shape[along]!);
  return node('Gather', [x, indices], { axis: along }, x.shape.toSpliced(along, 1, ...indices.shape));
}

/** Rows of a table [rows, width] by their number: indices [...] → [..., width]. */
export const embedding = (table: Tensor, indices: Tensor): Tensor => gather(table, indices, 0);

/**
 * The transpose of gather as a linear map: updates, in which the axes of the
 * indices stand in place of `axis`, added up at their places of an axis of this length.
 */
export function scatterAdd(
  updates: Tensor,
  indices: Tensor,
  { axis, length }: { readonly axis: number; readonly length: number },
): Tensor {
  const rank = indices.shape.length;
  const met = updates.shape.slice(axis, axis + rank);
  if (axis < 0 || !sameShape(met, indices.shape))
    refuse(
      'scatterAdd',
      `the shape of the indices from axis ${axis} of the updates on`,
      updates.shape,
      indices.shape,
    );
  const [before, after] = [updates.shape.slice(0, axis), updates.shape.slice(axis + rank)];
  const count = sizeOf(indices.shape);
  const places = reshape(indices, [...before.map(() => 1), count, ...after.map(() => 1)]);
  const shape = [...before, count, ...after];
  return addAlong(reshape(updates, shape), broadcastTo(places, shape), { axis, length });
}

/** For every place of the indices, the element of x there, but along the axis at the index. */
export function takeAlong(x: Tensor, indices: Tensor, axis: number): Tensor {
  const along = positiveAxis('takeAlong', axis, x);
  if (
    indices.shape.length !== x.shape.length ||
    !sameShape(x.shape.with(along, 0), indices.shape.with(along, 0))
  )
    refuse('takeAlong', `equal shapes but for axis ${along}`, x.shape, indices.shape);
  checkIndices('takeAlong', indices, x.shape[along]!);
  return node('TakeAlong', [x, indices], { axis: along }, indices.shape);
}

/** The transpose of takeAlong as a linear map: updates added up at the indices along an axis of this length. */
export function addAlong(
  updates: Tensor,
  indices: Tensor,
  { axis, length }: { readonly axis: number; readonly length: number },
): Tensor {
  const along = positiveAxis('addAlong', axis, updates);
  if (!sameShape(updates.shape, indices.shape))
    refuse('addAlong', 'an index for each element', updates.shape, indices.shape);
  checkIndices('addAlong', indices, length);
  return node('AddAlong', [updates, indices], { axis: along, length }, updates.shape.with(along, length));
}

/** 1 at the index, 0 elsewhere: whole numbers [...] → [..., length]. Any other number gives zeros. No gradient. */
export function oneHot(indices: Tensor, length: number): Tensor {
  const places = constant(Array.from({ length }, (_, place) => place));
  return equal(unsqueeze(indices, -1), places);
}
