import { avgPool, constant, matMul, mul, transpose } from '../operators.ts';
import { source } from '../operators/resize.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import type { Rules } from './rule.ts';

export const resizeGradients: Pick<Rules, 'Upsample' | 'ResizeLinear'> = {
  Upsample: ({ dy, attributes: { factors } }) => [mul(avgPool(dy, { kernel: factors }), sizeOf(factors))],
  // Each axis is a linear map of its own, and goes back by its transpose.
  ResizeLinear: ({ dy, inputs: [x], attributes: { size, alignCorners } }) => [
    size.reduce((sofar, to, axis) => backAlong(sofar, axis + 2, x.shape[axis + 2]!, to, alignCorners), dy),
  ],
};

function backAlong(dy: Tensor, axis: number, from: number, to: number, alignCorners: boolean): Tensor {
  if (from === to) return dy;
  const last = dy.shape.length - 1;
  const matrix = weights(from, to, alignCorners);
  if (axis === last) return matMul(dy, matrix);
  const order = [...dy.shape.keys()].with(axis, last).with(last, axis);
  return transpose(matMul(transpose(dy, order), matrix), order);
}

/** [to, from]: how much of each element goes into each element of the resized axis. */
function weights(from: number, to: number, alignCorners: boolean): Tensor {
  const matrix = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const place = source(row, from, to, alignCorners);
    const left = Math.floor(place);
    matrix[row * from + left] = 1 - (place - left);
    if (place > left) matrix[row * from + left + 1] = place - left;
  }
  return constant(matrix, [to, from]);
}
