import {
  add,
  conv2d,
  gelu,
  matMul,
  mul,
  relu,
  reshape,
  softmax,
  standardize,
  sub,
  transpose,
} from './operators.ts';
import type { Parameters } from './parameters.ts';
import { showShape, type Tensor } from './tensor.ts';

/** x W + b over the last axis: [..., d] → [..., width]. */
export function dense(parameters: Parameters, name: string, x: Tensor, width: number): Tensor {
  const scope = parameters.scope(name);
  const inputs = x.shape.at(-1);
  if (inputs === undefined || x.shape.length < 2)
    throw new RangeError(`dense ${name}: expected [n, …, d], got ${showShape(x.shape)}`);
  return add(matMul(x, scope.get('weight', [inputs, width], 'glorot')), scope.get('bias', [width], 'zeros'));
}

/** Each vector of the last axis to mean 0 and variance 1, then scale and shift. */
export function layerNorm(parameters: Parameters, name: string, x: Tensor): Tensor {
  const scope = parameters.scope(name);
  const width = [x.shape.at(-1)!];
  return add(mul(standardize(x, -1), scope.get('scale', width, 'ones')), scope.get('shift', width, 'zeros'));
}

/** Each channel of each image [n, c, h, w] to mean 0 and variance 1 over h and w, then scale and shift by channel. */
export function instanceNorm(parameters: Parameters, name: string, x: Tensor): Tensor {
  if (x.shape.length !== 4)
    throw new RangeError(`instanceNorm ${name}: expected [n, c, h, w], got ${showShape(x.shape)}`);
  const scope = parameters.scope(name);
  const channels = [x.shape[1]!];
  const affine = [1, x.shape[1]!, 1, 1];
  const scale = reshape(scope.get('scale', channels, 'ones'), affine);
  return add(mul(standardize(x, 2), scale), reshape(scope.get('shift', channels, 'zeros'), affine));
}

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
  if (x.shape.length !== 4)
    throw new RangeError(`conv ${name}: expected [n, c, h, w], got ${showShape(x.shape)}`);
  const scope = parameters.scope(name);
  const y = conv2d(x, scope.get('weight', [channels, x.shape[1]!, kernel, kernel], 'he'), { stride });
  return bias ? add(y, reshape(scope.get('bias', [channels], 'zeros'), [1, channels, 1, 1])) : y;
}

/**
 * Multi-head self-attention: [n, k, d] → [n, k, d], each of the k tokens a mean of
 * what the present tokens offer. A row without any present token attends to all alike.
 *
 * @param mask [n, k], 1 = present, 0 = absent: nobody attends to an absent token
 */
export function attention(
  parameters: Parameters,
  name: string,
  x: Tensor,
  mask: Tensor,
  { heads }: { heads: number },
): Tensor {
  const [n, k, d] = x.shape as [number, number, number];
  if (x.shape.length !== 3 || d % heads !== 0)
    throw new RangeError(
      `attention ${name}: expected [n, k, d] with d a multiple of ${heads} heads, got ${showShape(x.shape)}`,
    );
  if (mask.shape.length !== 2 || mask.shape[0] !== n || mask.shape[1] !== k)
    throw new RangeError(`attention ${name}: expected a mask [${n}, ${k}], got ${showShape(mask.shape)}`);
  const scope = parameters.scope(name);
  const split = (part: string) =>
    transpose(reshape(dense(scope, part, x, d), [n, k, heads, d / heads]), [0, 2, 1, 3]);
  const scores = mul(matMul(split('query'), transpose(split('key'))), 1 / Math.sqrt(d / heads));
  // -1e9, not -∞: exp gives 0 all the same, and a row of nothing but absent tokens gives no NaN.
  const masked = add(scores, mul(sub(reshape(mask, [n, 1, 1, k]), 1), 1e9));
  const mixed = transpose(matMul(softmax(masked, -1), split('value')), [0, 2, 1, 3]);
  return dense(scope, 'out', reshape(mixed, [n, k, d]), d);
}

/** Pre-norm transformer block: x + attention(norm(x)), then + MLP(norm) of width `hidden` with GELU. */
export function transformerBlock(
  parameters: Parameters,
  name: string,
  x: Tensor,
  mask: Tensor,
  { heads, hidden }: { heads: number; hidden: number },
): Tensor {
  const scope = parameters.scope(name);
  const attended = add(x, attention(scope, 'attention', layerNorm(scope, 'norm1', x), mask, { heads }));
  const inner = gelu(dense(scope, 'mlp1', layerNorm(scope, 'norm2', attended), hidden));
  return add(attended, dense(scope, 'mlp2', inner, x.shape.at(-1)!));
}

/** Two times convolution, instance norm, ReLU; the first convolution may halve the size. */
export function convBlock(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  stride = 1,
): Tensor {
  const scope = parameters.scope(name);
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
}
