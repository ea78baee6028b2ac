import {
  avgPool,
  type AvgPoolOptions,
  avgPool2,
  maxPool,
  type MaxPoolOptions,
  maxPool2,
} from '../operators.ts';
import type { Sample, Samples } from './sample.ts';

type Case<Options> = readonly [shape: readonly number[], options: Options];

const windows: readonly Case<AvgPoolOptions>[] = [
  // Side by side: with elements left over, with a border, over one and three axes.
  [[2, 2, 5, 6], { kernel: [2, 3] }],
  [[1, 2, 4, 5], { kernel: 3, padding: [1, [2, 0]] }],
  [[2, 2, 7], { kernel: 3, padding: 1 }],
  [[1, 2, 4, 2, 5], { kernel: [2, 1, 2] }],
  // Overlapping, and with gaps between them.
  [[2, 2, 5, 4], { kernel: 3, stride: 1, padding: 1 }],
  [
    [1, 2, 6, 5],
    {
      kernel: [3, 2],
      stride: [2, 1],
      padding: [
        [1, 0],
        [0, 1],
      ],
    },
  ],
  [[1, 2, 7], { kernel: 2, stride: 3 }],
  [[1, 1, 4, 3, 5], { kernel: 2, stride: [1, 2, 1], padding: [1, 0, 1] }],
];
const dilated: readonly Case<MaxPoolOptions>[] = [
  [[1, 2, 6, 5], { kernel: 2, stride: 1, dilation: [2, 3] }],
  [[1, 2, 8], { kernel: 3, dilation: 2, padding: [[1, 2]] }],
];

export const poolingSamples = {
  MaxPool: [
    { shapes: [[2, 2, 4, 6]], make: maxPool2 },
    ...[...windows, ...dilated].map(
      ([shape, options]): Sample => ({ shapes: [shape], make: (x) => maxPool(x, options) }),
    ),
  ],
  AvgPool: [
    { shapes: [[2, 2, 4, 6]], make: avgPool2 },
    ...windows.flatMap(([shape, options]) =>
      [true, false].map(
        (countPadding): Sample => ({
          shapes: [shape],
          make: (x) => avgPool(x, { ...options, countPadding }),
        }),
      ),
    ),
  ],
} satisfies Samples;
