import { contractionSamples } from './gradients.samples/contraction.ts';
import { elementwiseSamples } from './gradients.samples/elementwise.ts';
import { indexingSamples } from './gradients.samples/indexing.ts';
import { leavesSamples } from './gradients.samples/leaves.ts';
import { reductionSamples } from './gradients.samples/reduction.ts';
import { shapeSamples } from './gradients.samples/shape.ts';
import { spatialSamples } from './gradients.samples/spatial.ts';
import type { Sample } from './gradients.samples/sample.ts';
import type { OpName } from './tensor.ts';

/** At least one sample for every operator: a new operator without one does not compile. */
export const samples: { readonly [Op in OpName]: readonly Sample[] } = {
  ...leavesSamples,
  ...elementwiseSamples,
  ...shapeSamples,
  ...contractionSamples,
  ...reductionSamples,
  ...indexingSamples,
  ...spatialSamples,
};
