export interface Eigen {
  /** Descending */
  readonly values: readonly number[];
  /** [p][p] unit vectors, one for each value; the largest entry of each is positive */
  readonly vectors: readonly (readonly number[])[];
}

/** Eigenvalues and vectors of a symmetric matrix [p, p], by Jacobi's rotations until what is off the diagonal is nothing. */
export function symmetricEigen(matrix: ArrayLike<number>, p: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(p * p);
  for (let i = 0; i < p; i++) v[i * p + i] = 1;
  for (let sweep = 0; sweep < 60 && offDiagonal(a, p) > 1e-22 * p; sweep++) {
    for (let i = 0; i < p; i++) for (let j = i + 1; j < p; j++) rotate(a, v, p, i, j);
  }
  const order = [...Array(p).keys()].sort((i, j) => a[j * p + j]! - a[i * p + i]! || i - j);
  return {
    values: order.map((i) => a[i * p + i]!),
    vectors: order.map((i) => {
      const vector = Array.from({ length: p }, (_, k) => v[k * p + i]!);
      const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
      return vector.map((x) => (largest < 0 ? -x : x));
    }),
  };
}

/** Sum of squares below the diagonal. */
function offDiagonal(a: Float64Array, p: number): number {
  let total = 0;
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) total += a[i * p + j]! ** 2;
  return total;
}

/** The rotation of rows and columns i and j that makes their common entry 0. */
function rotate(a: Float64Array, v: Float64Array, p: number, i: number, j: number) {
  const off = a[i * p + j]!;
  if (off === 0) return;
  const theta = (a[j * p + j]! - a[i * p + i]!) / (2 * off);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(t * t + 1);
  const sine = t * cosine;
  for (let k = 0; k < p; k++) {
    const [x, y] = [a[k * p + i]!, a[k * p + j]!];
    a[k * p + i] = cosine * x - sine * y;
    a[k * p + j] = sine * x + cosine * y;
  }
  for (let k = 0; k < p; k++) {
    const [x, y] = [a[i * p + k]!, a[j * p + k]!];
    a[i * p + k] = cosine * x - sine * y;
    a[j * p + k] = sine * x + cosine * y;
    const [u, w] = [v[k * p + i]!, v[k * p + j]!];
    v[k * p + i] = cosine * u - sine * w;
    v[k * p + j] = sine * u + cosine * w;
  }
}
