import * as op from '../operators.ts';
import type { Samples } from './sample.ts';

export const indexingSamples = {
  Gather: [
    { shapes: [[3, 2]], make: (x) => op.embedding(x, op.constant([2, 0, 2, -1], [2, 2])) },
    { shapes: [[2, 3, 2]], make: (x) => op.gather(x, op.constant([1, 1, 0, 2]), 1) },
    { shapes: [[2, 3]], make: (x) => op.gather(x, op.constant(2), 1) },
  ],
  TakeAlong: [
    { shapes: [[2, 3]], make: (x) => op.takeAlong(x, op.constant([0, 2, 2, -3], [2, 2]), 1) },
    { shapes: [[3, 2]], make: (x) => op.takeAlong(x, op.constant([0, 2], [1, 2]), 0) },
  ],
  AddAlong: [
    {
      shapes: [[2, 3]],
      make: (x) => op.addAlong(x, op.constant([0, 2, 2, 3, 3, -1], [2, 3]), { axis: 1, length: 4 }),
    },
    {
      shapes: [[2, 2, 2, 3]],
      make: (x) => op.scatterAdd(x, op.constant([1, 1, 0, 2], [2, 2]), { axis: 1, length: 3 }),
    },
  ],
} satisfies Samples;
