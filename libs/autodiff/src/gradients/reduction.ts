import {
  cumSum,
  div,
  exp,
  expandAs,
  inverseDeviation,
  mean,
  mul,
  neg,
  square,
  sub,
  sum,
} from '../operators.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { isLargest, keepDims, type Rules } from './rule.ts';

/** dy in equal parts to the elements of a group that the mask marks. */
const shared = (mask: Tensor, dy: Tensor, axes: readonly number[]): Tensor =>
  mul(mask, div(dy, sum(mask, { axes, keepDims: true })));

export const reductionGradients = {
  ReduceSum: ({ dy, inputs: [x], attributes: { axes } }) => [expandAs(keepDims(dy, x, axes), x)],
  ReduceMean: ({ dy, inputs: [x], attributes: { axes } }) => [
    expandAs(mul(keepDims(dy, x, axes), 1 / sizeOf(axes.map((axis) => x.shape[axis]!))), x),
  ],
  // Ties share the gradient equally.
  ReduceMax: ({ dy, y, inputs: [x], attributes: { axes } }) => [
    shared(isLargest(x, keepDims(y, x, axes)), keepDims(dy, x, axes), axes),
  ],
  ReduceMin: ({ dy, y, inputs: [x], attributes: { axes } }) => [
    shared(isLargest(keepDims(y, x, axes), x), keepDims(dy, x, axes), axes),
  ],
  // d ln Σ e^x = Σ e^(x - y) dx
  ReduceLogSumExp: ({ dy, y, inputs: [x], attributes: { axes } }) => [
    mul(keepDims(dy, x, axes), exp(sub(x, keepDims(y, x, axes)))),
  ],
  ArgMax: () => [null],
  CumSum: ({ dy, attributes: { axis, exclusive, reverse } }) => [
    cumSum(dy, axis, { exclusive, reverse: !reverse }),
  ],
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
  // d (1 / deviation) = -(1 / deviation)² y / count dx
  InverseDeviation: ({ dy, y, inputs: [, standardized] }) => {
    const count = sizeOf(standardized.shape.slice(standardized.attributes.axis));
    return [mul(mul(neg(dy), square(y)), mul(standardized, 1 / count)), null];
  },
} satisfies Partial<Rules>;
