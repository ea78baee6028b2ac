/** A symmetric positive definite matrix as L Lᵀ; or the first column that depends on those before it. */
export type Cholesky =
  | { readonly ok: true; readonly lower: Float64Array; readonly size: number }
  | { readonly ok: false; readonly column: number };

/**
 * @param matrix [p, p] symmetric
 * @param floor [p] pivots at or below this are taken as 0
 */
export function cholesky(matrix: Float64Array, floor: Float64Array): Cholesky {
  const size = floor.length;
  const lower = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    let pivot = matrix[j * size + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * size + k]! ** 2;
    if (!(pivot > floor[j]!)) return { ok: false, column: j };
    lower[j * size + j] = Math.sqrt(pivot);
    for (let i = j + 1; i < size; i++) {
      let entry = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) entry -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = entry / lower[j * size + j]!;
    }
  }
  return { ok: true, lower, size };
}

/** x of L Lᵀ x = right. */
export function solveCholesky(
  { lower, size }: { lower: Float64Array; size: number },
  right: Float64Array,
): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * size + k]! * x[k]!;
    x[i]! /= lower[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= lower[k * size + i]! * x[k]!;
    x[i]! /= lower[i * size + i]!;
  }
  return x;
}

/** [p, p] (L Lᵀ)⁻¹ */
export function invertCholesky(factor: { lower: Float64Array; size: number }): Float64Array {
  const { size } = factor;
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    inverse.set(solveCholesky(factor, unit), j * size); // symmetric: a row is a column
  }
  return inverse;
}
