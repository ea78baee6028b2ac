import type { Tensor } from '../tensor.ts';
import { add, erf, mul, neg, sigmoid, square, tanh } from './elementwise.ts';
import { node } from './node.ts';

/** max(x, 0), with gradient 0 at 0. */
export const relu = (x: Tensor): Tensor => node('Relu', [x], {}, x.shape);
/** x where x > 0, slope · x elsewhere; at 0 the gradient is the slope. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => node('LeakyRelu', [x], { slope }, x.shape);
/** x where x > 0, alpha (e^x - 1) elsewhere; at 0 the gradient is alpha. */
export const elu = (x: Tensor, alpha = 1): Tensor => node('Elu', [x], { alpha }, x.shape);
/** ln(1 + e^x), without overflow. */
export const softplus = (x: Tensor): Tensor => node('Softplus', [x], {}, x.shape);
/** ln sigmoid(x), without overflow. */
export const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)));
/** x sigmoid(x), also called swish. */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));
/** x Φ(x), Φ the standard normal distribution function. */
export const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
/** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2: within 5e-4 of gelu. Source: hendrycks2016 (docs/references.bib). */
export function tanhGelu(x: Tensor): Tensor {
  const inner = mul(x, add(mul(square(x), 0.044715 * Math.sqrt(2 / Math.PI)), Math.sqrt(2 / Math.PI)));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
}
