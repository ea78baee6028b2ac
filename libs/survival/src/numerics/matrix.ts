/** [q, q] times [q, columns]. */
export function multiply(left: Float64Array, right: Float64Array, columns: number): Float64Array {
  const q = Math.sqrt(left.length);
  const product = new Float64Array(q * columns);
  for (let i = 0; i < q; i++)
    for (let k = 0; k < q; k++)
      for (let j = 0; j < columns; j++)
        product[i * columns + j]! += left[i * q + k]! * right[k * columns + j]!;
  return product;
}

/** A C Aᵀ of square matrices: the covariance of a linear map of what has covariance C. */
export function sandwich(map: Float64Array, covariance: Float64Array): Float64Array {
  const q = Math.sqrt(map.length);
  const half = multiply(map, covariance, q);
  const transposed = half.map((_, at) => half[(at % q) * q + Math.floor(at / q)]!);
  return multiply(map, transposed, q); // C is symmetric, so this is A (A C)ᵀ
}
