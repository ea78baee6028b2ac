import type { WallBand } from './wall-band.ts';

/**
 * The middle of the wall: where as much muscle lies within as without. In a ring
 * that is the quadratic mean of the two radii, whatever the wall does, as muscle is
 * incompressible; in a long axis halfway between the two sides.
 *
 * @returns [count, 2], mm
 */
export function middleOfWall({ closed, count, inner, outer }: WallBand): Float64Array {
  if (!closed) return inner.map((value, at) => (value + outer[at]!) / 2);
  const [x, y] = centroid(inner);
  const middle = new Float64Array(2 * count);
  for (let point = 0; point < count; point++) {
    const [a, b] = [inner[2 * point]! - x, inner[2 * point + 1]! - y];
    const [c, d] = [outer[2 * point]! - x, outer[2 * point + 1]! - y];
    const radius = Math.sqrt((a * a + b * b + c * c + d * d) / 2);
    const length = Math.hypot(a + c, b + d) || 1;
    middle[2 * point] = x + (radius * (a + c)) / length;
    middle[2 * point + 1] = y + (radius * (b + d)) / length;
  }
  return middle;
}

/** Mean of points [n, 2]. */
export function centroid(points: Float64Array): readonly [x: number, y: number] {
  let [x, y] = [0, 0];
  for (let at = 0; at < points.length; at += 2) {
    x += points[at]!;
    y += points[at + 1]!;
  }
  return [(2 * x) / points.length, (2 * y) / points.length];
}

/** Lengths of the pieces from each point of a line to the next one; a closed line has one more than an open one. */
export function pieces(line: Float64Array, closed: boolean): Float64Array {
  const count = line.length / 2;
  return Float64Array.from({ length: closed ? count : count - 1 }, (_, n) => {
    const next = (n + 1) % count;
    return Math.hypot(line[2 * next]! - line[2 * n]!, line[2 * next + 1]! - line[2 * n + 1]!);
  });
}

/** Distance between endo- and epicardium at each point. */
export function wallThicknesses({ count, inner, outer }: WallBand): Float64Array {
  return Float64Array.from({ length: count }, (_, n) =>
    Math.hypot(outer[2 * n]! - inner[2 * n]!, outer[2 * n + 1]! - inner[2 * n + 1]!),
  );
}
