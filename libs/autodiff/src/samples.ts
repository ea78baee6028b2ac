import { contractionSamples } from './samples/contraction.ts';
import { convolutionSamples } from './samples/convolution.ts';
import { elementwiseSamples } from './samples/elementwise.ts';
import { indexingSamples } from './samples/indexing.ts';
import { leavesSamples } from './samples/leaves.ts';
import { poolingSamples } from './samples/pooling.ts';
import { reductionSamples } from './samples/reduction.ts';
import { resizeSamples } from './samples/resize.ts';
import { shapeSamples } from './samples/shape.ts';
import type { Sample } from './samples/sample.ts';
import type { OpName } from './tensor.ts';

/** At least one sample for every operator: a new operator without one does not compile. */
export const samples: { readonly [Op in OpName]: readonly Sample[] } = {
  ...leavesSamples,
  ...elementwiseSamples,
  ...shapeSamples,
  ...contractionSamples,
  ...reductionSamples,
  ...indexingSamples,
  ...convolutionSamples,
  ...poolingSamples,
  ...resizeSamples,
};
