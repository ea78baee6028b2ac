/**
 * Adds Xᵀ W X of some columns to the lower triangle of a matrix, in tiles of two by four columns.
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
  const weighted = new Float64Array(2 * rows);
  const tile = new Float64Array(8);
  // beyond the last column the last is taken again, and what comes of it is not written
  const from = (place: number) => places[Math.min(place, q - 1)]! * rows;
  for (let j = 0; j < q; j += 2) {
    const [own, next] = [from(j), from(j + 1)];
    for (let row = 0; row < rows; row++) {
      weighted[row] = weights[row]! * x[own + row]!;
      weighted[rows + row] = weights[row]! * x[next + row]!;
    }
    for (let k = 0; k <= j + 1 && k < q; k += 4) {
      multiplyTile(weighted, x, rows, [from(k), from(k + 1), from(k + 2), from(k + 3)], tile);
      for (let at = 0; at < 8; at++) {
        const [row, column] = [j + (at >> 2), k + (at & 3)];
        if (row < q && column <= row) target[row * q + column]! += tile[at]!;
      }
    }
  }
}

/** The products of two weighted columns with four others: eight sums at once keep the processor busy. */
function multiplyTile(
  weighted: Float64Array,
  x: Float64Array,
  rows: number,
  [a, b, c, d]: readonly [number, number, number, number],
  tile: Float64Array,
): void {
  let a0 = 0;
  let b0 = 0;
  let c0 = 0;
  let d0 = 0;
  let a1 = 0;
  let b1 = 0;
  let c1 = 0;
  let d1 = 0;
  for (let row = 0; row < rows; row++) {
    const one = weighted[row]!;
    const two = weighted[rows + row]!;
    const xa = x[a + row]!;
    const xb = x[b + row]!;
    const xc = x[c + row]!;
    const xd = x[d + row]!;
    a0 += one * xa;
    b0 += one * xb;
    c0 += one * xc;
    d0 += one * xd;
    a1 += two * xa;
    b1 += two * xb;
    c1 += two * xc;
    d1 += two * xd;
  }
  tile.set([a0, b0, c0, d0, a1, b1, c1, d1]);
}

/** Copies the lower triangle of a [p, p] matrix to the upper one. */
export function mirror(matrix: Float64Array, p: number): void {
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) matrix[k * p + j] = matrix[j * p + k]!;
}
