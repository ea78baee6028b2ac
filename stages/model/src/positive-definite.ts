/** L of A = L L' in a square of side q; above the diagonal is what the matrix had there. */
export interface PositiveFactor {
  readonly lower: Float64Array;
  readonly q: number;
}

/**
 * Cholesky factor of a symmetric positive definite A [q, q], of which the lower triangle is read.
 * A pivot that rounding has made negative counts as 1e-12.
 */
export function factorPositive(matrix: Float64Array, q: number): PositiveFactor {
  const lower = matrix.slice();
  for (let i = 0; i < q; i++) {
    for (let j = 0; j <= i; j++) {
      let total = lower[i * q + j]!;
      for (let k = 0; k < j; k++) total -= lower[i * q + k]! * lower[j * q + k]!;
      lower[i * q + j] = i === j ? Math.sqrt(Math.max(total, 1e-12)) : total / lower[j * q + j]!;
    }
  }
  return { lower, q };
}

/** x of A x = b. */
export function solveFactored({ lower, q }: PositiveFactor, right: ArrayLike<number>): Float64Array {
  const solution = Float64Array.from(right);
  for (let i = 0; i < q; i++) {
    for (let k = 0; k < i; k++) solution[i] = solution[i]! - lower[i * q + k]! * solution[k]!;
    solution[i] = solution[i]! / lower[i * q + i]!;
  }
  for (let i = q - 1; i >= 0; i--) {
    for (let k = i + 1; k < q; k++) solution[i] = solution[i]! - lower[k * q + i]! * solution[k]!;
    solution[i] = solution[i]! / lower[i * q + i]!;
  }
  return solution;
}
