import { embedding as rows } from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import type { Tensor } from '../tensor.ts';

/**
 * A learned vector for each of `count` things: indices [...] → [..., width].
 * An index outside 0 … count - 1 stops the run (see `gather`).
 */
export function embedding(
  parameters: Parameters,
  name: string,
  indices: Tensor,
  { count, width }: { readonly count: number; readonly width: number },
): Tensor {
  return parameters.layer(name, (scope) => rows(scope.get('table', [count, width], { normal: 1 }), indices));
}
