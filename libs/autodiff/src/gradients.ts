import { convolutionGradients } from './gradients/convolution.ts';
import { elementwiseGradients } from './gradients/elementwise.ts';
import { indexingGradients } from './gradients/indexing.ts';
import { poolingGradients } from './gradients/pooling.ts';
import { reductionGradients } from './gradients/reduction.ts';
import { resizeGradients } from './gradients/resize.ts';
import type { Rules } from './gradients/rule.ts';
import { shapeGradients } from './gradients/shape.ts';
import { matMul, reshape, sumTo, transpose } from './operators.ts';
import type { Tensor } from './tensor.ts';

/** The gradient of every operator, written in the same operators. */
export const gradients: Rules = {
  Input: () => [],
  Parameter: () => [],
  Constant: () => [],
  ...elementwiseGradients,
  MatMul: ({ dy, inputs: [a, b] }) => {
    if (b.shape.length > 2)
      return [sumTo(matMul(dy, transpose(b)), a.shape), sumTo(matMul(transpose(a), dy), b.shape)];
    // One matrix for the whole batch: one product over all its rows.
    const rows = (x: Tensor) => reshape(x, [-1, x.shape.at(-1)!]);
    return [matMul(dy, transpose(b)), matMul(transpose(rows(a)), rows(dy))];
  },
  ...shapeGradients,
  ...reductionGradients,
  ...indexingGradients,
  ...convolutionGradients,
  ...poolingGradients,
  ...resizeGradients,
};
