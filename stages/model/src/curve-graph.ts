import { constant, type Tensor } from '@myocast/autodiff';
import { concat, matMul, mul, relu, sub } from '@myocast/autodiff/operators';
import type { Curve } from './curves.ts';

/** What `withCurves` gives, in a graph: [n, p, 1] each to [n, p + 2 curves, 1]. */
export function curvedColumns(columns: Tensor, observed: Tensor, curves: readonly Curve[]): Tensor {
  if (curves.length === 0) return columns;
  const p = columns.shape[1]!;
  const rows = 2 * curves.length;
  const picks = new Float32Array(rows * p);
  const signs = new Float32Array(rows * p);
  const [offsets, means] = [new Float32Array(rows), new Float32Array(rows)];
  for (const [place, { column, knots, means: own }] of curves.entries()) {
    for (const side of [0, 1] as const) {
      const row = 2 * place + side;
      picks[row * p + column] = 1;
      signs[row * p + column] = side === 0 ? -1 : 1;
      offsets[row] = side === 0 ? -knots[0] : knots[1];
      means[row] = own[side];
    }
  }
  const bent = relu(sub(matMul(constant(signs, [1, rows, p]), columns), constant(offsets, [1, rows, 1])));
  const seen = matMul(constant(picks, [1, rows, p]), observed);
  return concat([columns, mul(sub(bent, constant(means, [1, rows, 1])), seen)], 1);
}
