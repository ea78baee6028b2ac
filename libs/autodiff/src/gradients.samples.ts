import { contractionSamples } from './gradients.samples/contraction.ts';
import { convolutionSamples } from './gradients.samples/convolution.ts';
import { elementwiseSamples } from './gradients.samples/elementwise.ts';
import { leavesSamples } from './gradients.samples/leaves.ts';
import { poolingSamples } from './gradients.samples/pooling.ts';
import { reductionSamples } from './gradients.samples/reduction.ts';
import { resizeSamples } from './gradients.samples/resize.ts';
import { shapeSamples } from './gradients.samples/shape.ts';
import type { Sample } from './gradients.samples/sample.ts';
import type { OpName } from './tensor.ts';

/** At least one sample for every operator: a new operator without one does not compile. */
export const samples: { readonly [Op in OpName]: readonly Sample[] } = {
  ...leavesSamples,
  ...elementwiseSamples,
  ...shapeSamples,
  ...contractionSamples,
  ...reductionSamples,
  ...convolutionSamples,
  ...poolingSamples,
  ...resizeSamples,
};
