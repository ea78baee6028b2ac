import * as op from '../operators.ts';
import { unary, type Samples } from './sample.ts';

export const shapeSamples = {
  Transpose: [
    { shapes: [[2, 3, 4]], make: (x) => op.transpose(x, [2, 0, 1]) },
    { shapes: [[2, 3, 4]], make: (x) => op.transpose(x) },
  ],
  Reshape: unary((x) => op.reshape(x, [3, -1])),
  Expand: [
    {
      shapes: [
        [3, 1],
        [2, 3, 4],
      ],
      make: op.expandAs,
    },
  ],
  Concat: [
    {
      shapes: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
      make: (...parts) => op.concat(parts, -1),
    },
  ],
  Slice: [
    { shapes: [[2, 5]], make: (x) => op.slice(x, 1, 1, 4) },
    { shapes: [[7, 2]], make: (x) => op.slice(x, 0, 1, 7, 3) },
    { shapes: [[6, 2]], make: (x) => op.slice(x, 0, 0, -1, 2) },
  ],
  Pad: [
    { shapes: [[2, 3]], make: (x) => op.pad(x, [1, 0], [0, 2], -0.75) },
    { shapes: [[2, 3]], make: (x) => op.pad(x, [0, 2], [1, 0]) },
  ],
  Tile: [{ shapes: [[2, 3]], make: (x) => op.tile(x, [3, 2]) }],
  Flip: [{ shapes: [[2, 3, 2]], make: (x) => op.flip(x, [1, -1]) }],
} satisfies Samples;
