import { fields, type MovableBand, type WallBand } from './wall-band.ts';

/** Where both ends of the piece behind a point have wall. */
export function wallBehind({ there, count, closed }: WallBand, point: number): boolean {
  return there[point] === 1 && (closed || point < count - 1) && there[(point + 1) % count] === 1;
}

/**
 * Area of the wall in mm²: of the quadrilaterals between neighbouring pairs of points,
 * where both pairs have wall.
 */
export function wallArea(band: WallBand): number {
  const { count, inner, outer } = band;
  let twice = 0;
  for (let point = 0; point < count; point++) {
    if (!wallBehind(band, point)) continue;
    const [a, b] = [2 * point, 2 * ((point + 1) % count)];
    twice += diagonals(outer, b, inner, a, inner, b, outer, a);
  }
  return Math.abs(twice) / 2;
}

/** Twice the area of a quadrilateral is the cross product of its diagonals, each from the first point to the second. */
function diagonals(
  p: Float64Array,
  pAt: number,
  q: Float64Array,
  qAt: number,
  r: Float64Array,
  rAt: number,
  s: Float64Array,
  sAt: number,
): number {
  return (
    (p[pAt]! - q[qAt]!) * (r[rAt + 1]! - s[sAt + 1]!) - (p[pAt + 1]! - q[qAt + 1]!) * (r[rAt]! - s[sAt]!)
  );
}

/** The area of a displaced wall against its own before, and the change of this share with each coefficient. */
export interface AreaShare {
  readonly share: number;
  /** [coefficients] */
  readonly slope: Float64Array;
}

/**
 * How the area of a wall changes under a displacement.
 *
 * @param rest area before it, mm²
 * @param moved the band after it
 */
export function areaShare(
  { band, basis, across, along }: MovableBand,
  rest: number,
  moved: WallBand,
): AreaShare {
  const { count } = band;
  const { inner, outer } = moved;
  const slope = new Float64Array(fields * basis.count);
  const pull = { inner: new Float64Array(2 * count), outer: new Float64Array(2 * count) };
  let twice = 0;
  for (let point = 0; point < count; point++) {
    if (!wallBehind(band, point)) continue;
    const [a, b] = [2 * point, 2 * ((point + 1) % count)];
    twice += diagonals(outer, b, inner, a, inner, b, outer, a);
    const [ux, uy] = [outer[b]! - inner[a]!, outer[b + 1]! - inner[a + 1]!];
    const [vx, vy] = [inner[b]! - outer[a]!, inner[b + 1]! - outer[a + 1]!];
    add(pull.outer, b, vy, -vx);
    add(pull.inner, a, -vy, vx);
    add(pull.inner, b, -uy, ux);
    add(pull.outer, a, uy, -ux);
  }
  const scale = (twice < 0 ? -1 : 1) / (2 * rest);
  for (const [side, own] of [pull.inner, pull.outer].entries())
    for (let point = 0; point < count; point++) {
      const [x, y] = [scale * own[2 * point]!, scale * own[2 * point + 1]!];
      const u = x * across[2 * point]! + y * across[2 * point + 1]!;
      const v = x * along[2 * point]! + y * along[2 * point + 1]!;
      for (let part = 4 * point; part < 4 * point + 4; part++) {
        const at = 2 * side * basis.count + basis.index[part]!;
        slope[at] = slope[at]! + u * basis.weight[part]!;
        slope[at + basis.count] = slope[at + basis.count]! + v * basis.weight[part]!;
      }
    }
  return { share: scale * twice, slope };
}

function add(into: Float64Array, at: number, x: number, y: number): void {
  into[at] = into[at]! + x;
  into[at + 1] = into[at + 1]! + y;
}
