/** Two bends of a column: below the lower knot and above the upper one its slope is another. */
export interface Curve {
  /** Place of the column. */
  readonly column: number;
  /** Quartiles of the standardised values. */
  readonly knots: readonly [lower: number, upper: number];
  /** Mean of what lies below and above, which counts as 0: so does a missing value. */
  readonly means: readonly [below: number, above: number];
}

/** A column with fewer values than these has no curve. */
const fewestValues = 8;

/**
 * The curves of the columns that vary enough, from the training rows.
 *
 * @param columns [n, p] standardised
 * @param observed [n, p]
 */
export function fitCurves(columns: ArrayLike<number>, observed: ArrayLike<number>, p: number): Curve[] {
  const n = columns.length / p;
  return Array.from({ length: p }, (_, column) => column).flatMap((column) => {
    const values = Array.from({ length: n }, (_, row) => row * p + column)
      .filter((cell) => observed[cell])
      .map((cell) => columns[cell]!)
      .sort((a, b) => a - b);
    if (new Set(values).size < fewestValues) return [];
    const at = (share: number) => values[Math.floor(share * (values.length - 1))]!;
    const knots = [at(0.25), at(0.75)] as const;
    const mean = (bend: (value: number) => number) =>
      values.reduce((sum, value) => sum + bend(value), 0) / values.length;
    const means = [
      mean((value) => Math.max(0, knots[0] - value)),
      mean((value) => Math.max(0, value - knots[1])),
    ] as const;
    return [{ column, knots, means }];
  });
}

/** [n, p + 2 curves] the columns, and behind them the two bends of every curve. */
export function withCurves(
  columns: ArrayLike<number>,
  observed: ArrayLike<number>,
  p: number,
  curves: readonly Curve[],
): Float32Array {
  const n = p === 0 ? 0 : columns.length / p;
  const width = p + 2 * curves.length;
  const features = new Float32Array(n * width);
  for (let row = 0; row < n; row++) {
    for (let j = 0; j < p; j++) features[row * width + j] = columns[row * p + j]!;
    for (const [place, { column, knots, means }] of curves.entries()) {
      if (!observed[row * p + column]) continue;
      const value = columns[row * p + column]!;
      const at = row * width + p + 2 * place;
      features[at] = Math.max(0, knots[0] - value) - means[0];
      features[at + 1] = Math.max(0, value - knots[1]) - means[1];
    }
  }
  return features;
}
