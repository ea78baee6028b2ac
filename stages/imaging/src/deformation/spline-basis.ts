/**
 * Uniform cubic B-splines over points that are evenly spread along a closed or an
 * open line: the four coefficients that make up a value at each point.
 */
export interface SplineBasis {
  readonly closed: boolean;
  readonly points: number;
  /** Number of coefficients. */
  readonly count: number;
  /** [points, 4] */
  readonly index: Int32Array;
  /** [points, 4], adding up to 1. */
  readonly weight: Float64Array;
}

/** @param spans pieces of the spline; an open line needs three coefficients more */
export function splineBasis(points: number, spans: number, closed: boolean): SplineBasis {
  const count = closed ? spans : spans + 3;
  const index = new Int32Array(4 * points);
  const weight = new Float64Array(4 * points);
  for (let point = 0; point < points; point++) {
    const along = (spans * point) / (closed ? points : points - 1);
    const span = Math.min(spans - 1, Math.floor(along));
    const u = along - span;
    const parts = [(1 - u) ** 3, 3 * u ** 3 - 6 * u ** 2 + 4, 3 * (u + u ** 2 - u ** 3) + 1, u ** 3];
    for (const [part, value] of parts.entries()) {
      index[4 * point + part] = (span + part) % count;
      weight[4 * point + part] = value / 6;
    }
  }
  return { closed, points, count, index, weight };
}

/** The spline at a point; `first` is where its coefficients begin. */
export function splineAt(
  { index, weight }: SplineBasis,
  coefficients: Float64Array,
  first: number,
  point: number,
): number {
  let sum = 0;
  for (let part = 4 * point; part < 4 * point + 4; part++)
    sum += weight[part]! * coefficients[first + index[part]!]!;
  return sum;
}
