import { contractionSamples } from './samples/contraction.ts';
import { elementwiseSamples } from './samples/elementwise.ts';
import { indexingSamples } from './samples/indexing.ts';
import { leavesSamples } from './samples/leaves.ts';
import { reductionSamples } from './samples/reduction.ts';
import { shapeSamples } from './samples/shape.ts';
import { spatialSamples } from './samples/spatial.ts';
import type { Sample } from './samples/sample.ts';
import * as op from './operators.ts';
import type { OpName } from './tensor.ts';

const image = [2, 2, 4, 6];

/** At least one sample for every operator: a new operator without one does not compile. */
export const samples: { readonly [Op in OpName]: readonly Sample[] } = {
  ...leavesSamples,
  ...elementwiseSamples,
  ...shapeSamples,
  ...contractionSamples,
  ...reductionSamples,
  ...indexingSamples,
  ...spatialSamples,
  Upsample2: [{ shapes: [[2, 2, 2, 3]], make: op.upsample2 }],
  AvgPool2: [{ shapes: [image], make: op.avgPool2 }],
  MaxPool2: [{ shapes: [image], make: op.maxPool2 }],
};
