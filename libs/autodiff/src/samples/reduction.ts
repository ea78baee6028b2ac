import * as op from '../operators.ts';
import type { Tensor } from '../tensor.ts';
import type { Samples } from './sample.ts';

export const reductionSamples = {
  ReduceSum: [
    { shapes: [[2, 3, 2]], make: (x) => op.sum(x, { axes: [0, -1] }) },
    { shapes: [[2, 3]], make: (x) => op.sum(x) },
  ],
  ReduceMean: [
    { shapes: [[2, 3, 2]], make: (x) => op.mean(x, { axes: [1], keepDims: true }) },
    { shapes: [[2, 3]], make: (x) => op.mean(x) },
  ],
  ReduceMax: [
    { shapes: [[2, 3, 2]], make: (x) => op.max(x, { axes: [1], keepDims: true }) },
    { shapes: [[2, 3]], make: (x) => op.max(x) },
  ],
  ReduceMin: [
    { shapes: [[2, 3, 2]], make: (x) => op.min(x, { axes: [1], keepDims: true }) },
    { shapes: [[2, 3]], make: (x) => op.min(x) },
  ],
  ReduceLogSumExp: [
    { shapes: [[2, 3, 2]], make: (x) => op.logSumExp(x, { axes: [0, 2] }) },
    { shapes: [[2, 3]], make: (x) => op.logSumExp(x) },
  ],
  ArgMax: [
    { shapes: [[2, 3]], make: (x) => op.argMax(x, 1), gradient: 'zero' },
    { shapes: [[4, 2]], make: (x) => op.argMax(x, 0, { keepDims: true }), gradient: 'zero' },
  ],
  CumSum: [false, true].flatMap((exclusive) =>
    [false, true].map((reverse) => ({
      shapes: [[2, 4]],
      make: (x: Tensor) => op.cumSum(x, 1, { exclusive, reverse }),
    })),
  ),
  Softmax: [0, 1].map((axis) => ({ shapes: [[3, 4]], make: (x: Tensor) => op.softmax(x, axis) })),
  LogSoftmax: [0, 1].map((axis) => ({ shapes: [[3, 4]], make: (x: Tensor) => op.logSoftmax(x, axis) })),
  Standardize: [
    { shapes: [[2, 5]], make: (x) => op.standardize(x, -1) },
    { shapes: [[2, 2, 2, 3]], make: (x) => op.standardize(x, 2, 0.1) },
  ],
  InverseDeviation: [{ shapes: [[2, 5]], make: (x) => op.inverseDeviation(op.standardize(x, 1)) }],
} satisfies Samples;
