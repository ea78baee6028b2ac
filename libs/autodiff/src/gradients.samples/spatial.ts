import * as op from '../operators.ts';
import type { Samples } from './sample.ts';

const image = [2, 2, 4, 6];

export const spatialSamples = {
  Upsample2: [{ shapes: [[2, 2, 2, 3]], make: op.upsample2 }],
  AvgPool2: [{ shapes: [image], make: op.avgPool2 }],
  MaxPool2: [{ shapes: [image], make: op.maxPool2 }],
} satisfies Samples;
