import { elementwiseGradients } from './gradients/elementwise.ts';
import { indexingGradients } from './gradients/indexing.ts';
import { reductionGradients } from './gradients/reduction.ts';
import { isLargest, type Rules } from './gradients/rule.ts';
import { shapeGradients } from './gradients/shape.ts';
import { spatialGradients } from './gradients/spatial.ts';
import { avgPool2, div, matMul, mul, reshape, sumTo, transpose, upsample2 } from './operators.ts';
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
  ...spatialGradients,
  Upsample2: ({ dy }) => [mul(avgPool2(dy), 4)],
  AvgPool2: ({ dy }) => [mul(upsample2(dy), 0.25)],
  // Ties share the gradient equally.
  MaxPool2: ({ dy, y, inputs: [x] }) => {
    const mask = isLargest(x, upsample2(y));
    return [mul(mask, upsample2(div(dy, mul(avgPool2(mask), 4))))];
  },
};
