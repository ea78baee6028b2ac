import { add, mul, reshape, standardize } from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, type Tensor } from '../tensor.ts';

/** Each vector of the last axis to mean 0 and variance 1, then scale and shift. */
export function layerNorm(parameters: Parameters, name: string, x: Tensor): Tensor {
  return parameters.layer(name, (scope) => {
    const width = [x.shape.at(-1)!];
    return add(
      mul(standardize(x, -1), scope.get('scale', width, 'ones')),
      scope.get('shift', width, 'zeros'),
    );
  });
}

/** Each channel of each image [n, c, h, w] to mean 0 and variance 1 over h and w, then scale and shift by channel. */
export function instanceNorm(parameters: Parameters, name: string, x: Tensor): Tensor {
  return parameters.layer(name, (scope) => {
    if (x.shape.length !== 4)
      throw new RangeError(`instanceNorm ${name}: expected [n, c, h, w], got ${showShape(x.shape)}`);
    const channels = [x.shape[1]!];
    const affine = [1, x.shape[1]!, 1, 1];
    const scale = reshape(scope.get('scale', channels, 'ones'), affine);
    return add(mul(standardize(x, 2), scale), reshape(scope.get('shift', channels, 'zeros'), affine));
  });
}
