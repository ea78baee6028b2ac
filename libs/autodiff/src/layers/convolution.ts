import { add, conv2d, relu, reshape } from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, type Tensor } from '../tensor.ts';
import { instanceNorm } from './normalization.ts';

export interface ConvLayerOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly bias?: boolean;
}

/** Convolution [n, c, h, w] → [n, channels, h / stride, w / stride], zeros beyond the border, with a bias per channel. */
export function conv(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  { kernel = 3, stride = 1, bias = true }: ConvLayerOptions = {},
): Tensor {
  return parameters.layer(name, (scope) => {
    if (x.shape.length !== 4)
      throw new RangeError(`conv ${name}: expected [n, c, h, w], got ${showShape(x.shape)}`);
    const y = conv2d(x, scope.get('weight', [channels, x.shape[1]!, kernel, kernel], 'he'), { stride });
    return bias ? add(y, reshape(scope.get('bias', [channels], 'zeros'), [1, channels, 1, 1])) : y;
  });
}

/** Two times convolution, instance norm, ReLU; the first convolution may halve the size. */
export function convBlock(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  stride = 1,
): Tensor {
  return parameters.layer(name, (scope) => {
    const one = (from: Tensor, place: string, step: number) =>
      // The norm takes the mean away, so a bias would do nothing.
      relu(
        instanceNorm(
          scope,
          `norm${place}`,
          conv(scope, `conv${place}`, from, channels, { stride: step, bias: false }),
        ),
      );
    return one(one(x, '1', stride), '2', 1);
  });
}
