import type { Tensor } from '../tensor.ts';
import { broadcast, node, refuse } from './node.ts';

/** Matrix product over the last two axes; leading axes broadcast. Both have at least two axes. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  const [rows, inner] = a.shape.slice(-2);
  const [rightInner, columns] = b.shape.slice(-2);
  if (rows === undefined || columns === undefined || inner !== rightInner)
    return refuse('matMul', '[…, m, k] and […, k, n]', a.shape, b.shape);
  const batch = broadcast('matMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return node('MatMul', [a, b], {}, [...batch, rows, columns]);
}
