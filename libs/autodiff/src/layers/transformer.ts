import { add, gelu, matMul, mul, reshape, softmax, sub, transpose } from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, type Tensor } from '../tensor.ts';
import { dense } from './dense.ts';
import { layerNorm } from './normalization.ts';

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
  return parameters.layer(name, (scope) => {
    const split = (part: string) =>
      transpose(reshape(dense(scope, part, x, d), [n, k, heads, d / heads]), [0, 2, 1, 3]);
    const scores = mul(matMul(split('query'), transpose(split('key'))), 1 / Math.sqrt(d / heads));
    // -1e9, not -∞: exp gives 0 all the same, and a row of nothing but absent tokens gives no NaN.
    const masked = add(scores, mul(sub(reshape(mask, [n, 1, 1, k]), 1), 1e9));
    const mixed = transpose(matMul(softmax(masked, -1), split('value')), [0, 2, 1, 3]);
    return dense(scope, 'out', reshape(mixed, [n, k, d]), d);
  });
}

/** Pre-norm transformer block: x + attention(norm(x)), then + MLP(norm) of width `hidden` with GELU. */
export function transformerBlock(
  parameters: Parameters,
  name: string,
  x: Tensor,
  mask: Tensor,
  { heads, hidden }: { heads: number; hidden: number },
): Tensor {
  return parameters.layer(name, (scope) => {
    const attended = add(x, attention(scope, 'attention', layerNorm(scope, 'norm1', x), mask, { heads }));
    const inner = gelu(dense(scope, 'mlp1', layerNorm(scope, 'norm2', attended), hidden));
    return add(attended, dense(scope, 'mlp2', inner, x.shape.at(-1)!));
  });
}
