import * as op from '../operators.ts';
import type { Samples } from './sample.ts';

export const contractionSamples = {
  MatMul: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      make: op.matMul,
    },
    {
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
      make: op.matMul,
    },
    {
      shapes: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      make: op.matMul,
    },
    {
      shapes: [
        [2, 3],
        [4, 3, 2],
      ],
      make: op.matMul,
    },
  ],
} satisfies Samples;
