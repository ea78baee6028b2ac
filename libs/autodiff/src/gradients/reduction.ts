import { div, exp, expandAs, inverseDeviation, mean, mul, sub, sum } from '../operators.ts';
import { sizeOf } from '../tensor.ts';
import { isLargest, keepDims, type Rules } from './rule.ts';

export const reductionGradients = {
  ReduceSum: ({ dy, inputs: [x], attributes: { axes } }) => [expandAs(keepDims(dy, x, axes), x)],
  ReduceMean: ({ dy, inputs: [x], attributes: { axes } }) => [
    expandAs(mul(keepDims(dy, x, axes), 1 / sizeOf(axes.map((axis) => x.shape[axis]!))), x),
  ],
  // Ties share the gradient equally.
  ReduceMax: ({ dy, y, inputs: [x], attributes: { axes } }) => {
    const mask = isLargest(x, keepDims(y, x, axes));
    return [mul(mask, div(keepDims(dy, x, axes), sum(mask, { axes, keepDims: true })))];
  },
  Softmax: ({ dy, y, attributes: { axis } }) => [
    mul(y, sub(dy, sum(mul(dy, y), { axes: [axis], keepDims: true }))),
  ],
  LogSoftmax: ({ dy, y, attributes: { axis } }) => [
    sub(dy, mul(exp(y), sum(dy, { axes: [axis], keepDims: true }))),
  ],
  // dx = (dy - mean(dy) - y mean(dy y)) / deviation
  Standardize: ({ dy, y, attributes: { axis } }) => {
    const over = { axes: [...y.shape.keys()].slice(axis), keepDims: true };
    const centred = sub(sub(dy, mean(dy, over)), mul(y, mean(mul(dy, y), over)));
    return [mul(centred, inverseDeviation(y))];
  },
  InverseDeviation: () => {
    throw new RangeError('InverseDeviation: it stands in gradients only, and has none of its own');
  },
} satisfies Partial<Rules>;
