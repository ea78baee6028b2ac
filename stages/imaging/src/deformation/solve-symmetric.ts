/**
 * Solves A x = b for a symmetric positive definite A by Cholesky's factorisation,
 * in place: A is overwritten, b becomes x.
 *
 * @param matrix [n, n], of which the lower triangle is read
 * @returns false, with b as it was, when A is not positive definite
 */
export function solveSymmetric(matrix: Float64Array, b: Float64Array): boolean {
  const n = b.length;
  for (let row = 0; row < n; row++) {
    const start = row * n;
    for (let column = 0; column <= row; column++) {
      const other = column * n;
      let sum = matrix[start + column]!;
      for (let k = 0; k < column; k++) sum -= matrix[start + k]! * matrix[other + k]!;
      if (column < row) matrix[start + column] = sum / matrix[other + column]!;
      else if (sum > 0) matrix[start + row] = Math.sqrt(sum);
      else return false;
    }
  }
  for (let row = 0; row < n; row++) {
    let sum = b[row]!;
    for (let k = 0; k < row; k++) sum -= matrix[row * n + k]! * b[k]!;
    b[row] = sum / matrix[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!;
    for (let k = row + 1; k < n; k++) sum -= matrix[k * n + row]! * b[k]!;
    b[row] = sum / matrix[row * n + row]!;
  }
  return true;
}
