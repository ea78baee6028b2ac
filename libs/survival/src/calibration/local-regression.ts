/**
 * Local linear regression with tricube weights: at each point a straight line through the
 * share `span` of the rows whose x are nearest. A point whose nearest rows all have its own x
 * gets their mean, and so does one where only one x has weight. Fitted at every point, not interpolated.
 *
 * @param x [n] ascending
 * @param y [n]
 * @param weights [n] case weights
 * @param at [m] ascending points
 * @param span above 0 and at most 1
 * @returns [m]
 * @throws RangeError when the span is not, or there are fewer than 2 rows in it
 *
 * Source: cleveland1979 (docs/references.bib), without its robustness steps.
 * Agrees with: R `loess(y ~ x, degree = 1, span = span, surface = "direct")`.
 */
export function localRegression(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  at: Float64Array,
  span: number,
): Float64Array {
  const window = windowsOf(x, span);
  return at.map((point) => {
    const { first, near, reach } = window(point);
    return localLine(x, y, weights, point, first, near, reach);
  });
}

/** The nearest rows of points that ascend from call to call. */
function windowsOf(x: Float64Array, span: number) {
  if (!(span > 0 && span <= 1))
    throw new RangeError(`localRegression: expected a span above 0 and at most 1, got ${span}`);
  const near = Math.max(1, Math.floor(x.length * span + 1e-5));
  let first = 0;
  return (point: number) => {
    // the window of `near` rows moves up while the row above it is nearer than its lowest
    while (first + near < x.length && x[first + near]! - point < point - x[first]!) first++;
    return { first, near, reach: Math.max(point - x[first]!, x[first + near - 1]! - point) };
  };
}

/**
 * How much each row counts in the local regression at a point: ŷ = Σ share · y over the rows from `first` on.
 *
 * @param at [m] ascending points
 * @returns [m]
 */
export function localRegressionShares(
  x: Float64Array,
  weights: Float64Array,
  at: Float64Array,
  span: number,
): { readonly first: number; readonly shares: Float64Array }[] {
  const window = windowsOf(x, span);
  return Array.from(at, (point) => {
    const { first, near, reach } = window(point);
    return { first, shares: localShares(x, weights, point, first, near, reach) };
  });
}

/** ŷ is linear in y: its share of a row is what a y of 1 in that row alone gives. */
function localShares(
  x: Float64Array,
  weights: Float64Array,
  point: number,
  first: number,
  near: number,
  reach: number,
): Float64Array {
  const own = new Float64Array(near);
  let [total, sumX, sumXX] = [0, 0, 0];
  for (let k = 0; k < near; k++) {
    const distance = x[first + k]! - point;
    const rest = 1 - (reach > 0 ? Math.abs(distance) / reach : 0) ** 3;
    own[k] = weights[first + k]! * rest ** 3;
    total += own[k]!;
    sumX += own[k]! * distance;
    sumXX += own[k]! * distance * distance;
  }
  const spread = total * sumXX - sumX * sumX;
  if (total === 0) return own;
  if (!(spread > 1e-12 * total * sumXX)) return own.map((weight) => weight / total);
  return own.map((weight, k) => (weight * (sumXX - sumX * (x[first + k]! - point))) / spread);
}

function localLine(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  point: number,
  first: number,
  near: number,
  reach: number,
): number {
  let [total, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (let row = first; row < first + near; row++) {
    const distance = x[row]! - point;
    const share = reach > 0 ? Math.abs(distance) / reach : 0;
    const rest = 1 - share * share * share;
    const weight = weights[row]! * rest * rest * rest;
    total += weight;
    sumX += weight * distance;
    sumY += weight * y[row]!;
    sumXX += weight * distance * distance;
    sumXY += weight * distance * y[row]!;
  }
  if (total === 0) return 0;
  const spread = total * sumXX - sumX * sumX;
  if (!(spread > 1e-12 * total * sumXX)) return sumY / total;
  return (sumXX * sumY - sumX * sumXY) / spread;
}
