import { add, matMul } from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, type Tensor } from '../tensor.ts';

/** x W + b over the last axis: [..., d] → [..., width]. */
export function dense(parameters: Parameters, name: string, x: Tensor, width: number): Tensor {
  return parameters.layer(name, (scope) => {
    const inputs = x.shape.at(-1);
    if (inputs === undefined || x.shape.length < 2)
      throw new RangeError(`dense ${name}: expected [n, …, d], got ${showShape(x.shape)}`);
    return add(
      matMul(x, scope.get('weight', [inputs, width], 'glorot')),
      scope.get('bias', [width], 'zeros'),
    );
  });
}
