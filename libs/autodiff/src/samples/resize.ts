import { resizeLinear, upsample, upsample2 } from '../operators.ts';
import type { Sample, Samples } from './sample.ts';

/** Larger, smaller, both, to and from a single element, over one to three axes. */
const sizes: readonly (readonly [from: readonly number[], size: readonly number[]])[] = [
  [[2, 2, 3], [7]],
  [[1, 2, 5], [1]],
  [
    [2, 2, 3, 4],
    [5, 7],
  ],
  [
    [1, 2, 5, 3],
    [3, 6],
  ],
  [
    [1, 1, 1, 4],
    [3, 4],
  ],
  [
    [1, 2, 2, 3, 2],
    [3, 5, 1],
  ],
];

export const resizeSamples = {
  Upsample: [
    { shapes: [[2, 2, 2, 3]], make: upsample2 },
    { shapes: [[2, 2, 3]], make: (x) => upsample(x, 3) },
    { shapes: [[1, 2, 2, 1, 2]], make: (x) => upsample(x, [1, 3, 2]) },
  ],
  ResizeLinear: sizes.flatMap(([shape, size]) =>
    [false, true].map(
      (alignCorners): Sample => ({ shapes: [shape], make: (x) => resizeLinear(x, { size, alignCorners }) }),
    ),
  ),
} satisfies Samples;
