import * as op from '../operators.ts';
import type { Tensor } from '../tensor.ts';
import type { Samples } from './sample.ts';

const image = [2, 2, 4, 6];

export const spatialSamples = {
  Conv: [
    // Wide and narrow, strided and not, odd and even, one tap and nine: every way the gradients are written.
    ...[2, 9].flatMap((channels) =>
      [
        { stride: 1, kernel: 3 },
        { stride: 2, kernel: 3 },
        { stride: 1, kernel: 1 },
        { stride: 2, kernel: 1 },
      ].map(({ stride, kernel }) => ({
        shapes: [
          [2, channels, 4, 5],
          [3, channels, kernel, kernel],
        ],
        make: (x: Tensor, w: Tensor) => op.conv2d(x, w, { stride }),
      })),
    ),
    { shapes: [image, [3, 2, 2, 2]], make: (x, w) => op.conv2d(x, w, { stride: 2, padding: 0 }) },
    {
      shapes: [
        [2, 2, 5, 5],
        [3, 2, 3, 3],
      ],
      make: (x, w) => op.conv2d(x, w, { stride: 2, padding: 2 }),
    },
  ],
  ConvTranspose: [
    {
      shapes: [
        [2, 3, 2, 3],
        [3, 2, 3, 3],
      ],
      make: (y, w) => op.convTranspose2d(y, w, { stride: 2, padding: 1, outputPadding: 1 }),
    },
  ],
  Upsample2: [{ shapes: [[2, 2, 2, 3]], make: op.upsample2 }],
  AvgPool2: [{ shapes: [image], make: op.avgPool2 }],
  MaxPool2: [{ shapes: [image], make: op.maxPool2 }],
} satisfies Samples;
