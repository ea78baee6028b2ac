/**
 * Adds Xᵀ W X of some columns to the lower triangle of a matrix, four columns at a time.
 *
 * @param x [columns, rows]
 * @param places [q] the columns taken
 * @param weights [rows] W, of either sign
 * @param target [q, q]
 */
export function addCrossProducts(
  x: Float64Array,
  places: Int32Array,
  weights: Float64Array,
  target: Float64Array,
): void {
  const [rows, q] = [weights.length, places.length];
  const weighted = new Float64Array(rows);
  for (let j = 0; j < q; j++) {
    const own = x.subarray(places[j]! * rows, (places[j]! + 1) * rows);
    for (let row = 0; row < rows; row++) weighted[row] = weights[row]! * own[row]!;
    for (let k = 0; k <= j; k += 4) addProducts(weighted, x, places, k, target, j * q, j);
  }
}

/** Dot products with columns k to k + 3, up to column `last`. */
function addProducts(
  weighted: Float64Array,
  x: Float64Array,
  places: Int32Array,
  k: number,
  target: Float64Array,
  at: number,
  last: number,
): void {
  const rows = weighted.length;
  const column = (place: number) => {
    const from = places[Math.min(place, last)]! * rows;
    return x.subarray(from, from + rows);
  };
  const [a, b, c, d] = [column(k), column(k + 1), column(k + 2), column(k + 3)];
  let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const value = weighted[row]!;
    sumA += value * a[row]!;
    sumB += value * b[row]!;
    sumC += value * c[row]!;
    sumD += value * d[row]!;
  }
  target[at + k]! += sumA;
  if (k + 1 <= last) target[at + k + 1]! += sumB;
  if (k + 2 <= last) target[at + k + 2]! += sumC;
  if (k + 3 <= last) target[at + k + 3]! += sumD;
}

/** Copies the lower triangle of a [p, p] matrix to the upper one. */
export function mirror(matrix: Float64Array, p: number): void {
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) matrix[k * p + j] = matrix[j * p + k]!;
}
