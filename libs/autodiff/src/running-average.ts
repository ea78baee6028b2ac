import { add, mul, sub } from './operators.ts';
import type { Tensor } from './tensor.ts';

/**
 * An entry of a plan's `updates`: the buffer goes `momentum` of the way to the
 * value of each batch, as the running statistics of batch norm do.
 *
 * Agrees with: the running mean and variance of torch.nn.BatchNorm2d.
 */
export function runningAverage(
  buffer: Tensor,
  value: Tensor,
  momentum = 0.1,
): readonly [buffer: Tensor, next: Tensor] {
  return [buffer, add(buffer, mul(sub(value, buffer), momentum))];
}
