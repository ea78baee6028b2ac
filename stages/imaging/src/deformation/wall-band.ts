import { type SplineBasis, splineAt, splineBasis } from './spline-basis.ts';

/**
 * The wall of the left ventricle in one image: pairs of points on the endocardium
 * and the epicardium, evenly along the wall. A ring in a short axis; in a long axis
 * open, from one side of the mitral valve over the apex to the other.
 */
export interface WallBand {
  readonly closed: boolean;
  readonly count: number;
  /** [count, 2], mm along columns and rows of the image. */
  readonly inner: Float64Array;
  readonly outer: Float64Array;
  /** [count] 1 where there is wall between the two points, 0 where they are made up. */
  readonly there: Uint8Array;
}

/** A band that can be moved: its directions, and the splines of its displacement. */
export interface MovableBand {
  readonly band: WallBand;
  readonly basis: SplineBasis;
  /** [count, 2] unit vectors from the endocardium outwards. */
  readonly normal: Float64Array;
  /**
   * [count, 2] unit vectors in which displacements are given. In a ring across and
   * along the wall; in a long axis across and along the ventricle's axis, so that a
   * base that comes down is a smooth displacement whichever way the wall bends.
   */
  readonly across: Float64Array;
  readonly along: Float64Array;
  /** [columns, depths, 2], mm: where the image is looked at, in columns through the wall. */
  readonly places: Float64Array;
  /** [count + 1] The columns that move with a point are those from its number to the next. */
  readonly firstColumn: Int32Array;
}

/** An open band is also looked at so far beyond its ends, where wall and atrium meet: there it shows how it slides. */
const beyondEndsMm = [2, 4, 6] as const;

/** Depths at which the image is looked at: mm before the endocardium, shares of the wall, mm behind the epicardium. */
export const depths: readonly { readonly share: number; readonly beyondMm: number }[] = [
  { share: 0, beyondMm: -3 },
  { share: 0, beyondMm: -1.5 },
  { share: 0, beyondMm: 0 },
  { share: 0.25, beyondMm: 0 },
  { share: 0.5, beyondMm: 0 },
  { share: 0.75, beyondMm: 0 },
  { share: 1, beyondMm: 0 },
  { share: 1, beyondMm: 1.5 },
  { share: 1, beyondMm: 3 },
];

/** Order of the coefficients: of the endocardium across and along, then of the epicardium. */
export const fields = 4;

/** @param spans pieces of the splines along the wall */
export function movable(band: WallBand, spans: number): MovableBand {
  const { count, closed } = band;
  const normal = new Float64Array(2 * count);
  const along = new Float64Array(2 * count);
  for (let point = 0; point < count; point++) {
    const [x, y] = direction(band, point);
    along.set([x, y], 2 * point);
    normal.set(outward(band, point, x, y), 2 * point);
  }
  const directions = closed ? { across: normal, along } : fixedDirections(band);
  const basis = splineBasis(count, spans, closed);
  return { band, basis, normal, ...directions, ...columnsOf(band, normal, along) };
}

function columnsOf(
  { count, closed, inner, outer }: WallBand,
  normal: Float64Array,
  along: Float64Array,
): Pick<MovableBand, 'places' | 'firstColumn'> {
  const places: number[] = [];
  const firstColumn = new Int32Array(count + 1);
  const lookedAt = (point: number): readonly number[] => {
    if (closed || (point > 0 && point < count - 1)) return [0];
    return [0, ...beyondEndsMm.map((mm) => (point === 0 ? -mm : mm))];
  };
  for (let point = 0; point < count; point++) {
    const beyond = lookedAt(point);
    firstColumn[point + 1] = firstColumn[point]! + beyond.length;
    for (const aheadMm of beyond)
      for (const { share, beyondMm } of depths)
        for (const at of [2 * point, 2 * point + 1])
          places.push(
            inner[at]! + share * (outer[at]! - inner[at]!) + beyondMm * normal[at]! + aheadMm * along[at]!,
          );
  }
  return { places: Float64Array.from(places), firstColumn };
}

function fixedDirections(band: WallBand): Pick<MovableBand, 'across' | 'along'> {
  const [x, y] = longAxisOf(band);
  const everywhere = (values: readonly [number, number]) =>
    Float64Array.from({ length: 2 * band.count }, (_, at) => values[(at % 2) as 0 | 1]);
  return { across: everywhere([-y, x]), along: everywhere([x, y]) };
}

/** Unit vector from the middle between the insertions to the point of the endocardium that is farthest from it. */
export function longAxisOf({ inner, count }: WallBand): readonly [number, number] {
  const [x, y] = [(inner[0]! + inner[2 * count - 2]!) / 2, (inner[1]! + inner[2 * count - 1]!) / 2];
  let [dx, dy] = [0, 0];
  for (let n = 0; n < count; n++) {
    const [a, b] = [inner[2 * n]! - x, inner[2 * n + 1]! - y];
    if (Math.hypot(a, b) > Math.hypot(dx, dy)) [dx, dy] = [a, b];
  }
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}

/** Along the middle of the wall. */
function direction({ count, closed, inner, outer }: WallBand, point: number): [number, number] {
  const behind = closed ? (point + 1) % count : Math.min(count - 1, point + 1);
  const before = closed ? (point + count - 1) % count : Math.max(0, point - 1);
  const part = (axis: 0 | 1) =>
    inner[2 * behind + axis]! +
    outer[2 * behind + axis]! -
    inner[2 * before + axis]! -
    outer[2 * before + axis]!;
  return unit(part(0), part(1));
}

/** Upright on the wall, on the side of the epicardium. */
function outward({ inner, outer }: WallBand, point: number, x: number, y: number): [number, number] {
  const dx = outer[2 * point]! - inner[2 * point]!;
  const dy = outer[2 * point + 1]! - inner[2 * point + 1]!;
  return y * dx - x * dy >= 0 ? [y, -x] : [-y, x];
}

function unit(x: number, y: number): [number, number] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

/** How many coefficients a displacement of this band has. */
export function coefficientCount({ basis }: MovableBand): number {
  return fields * basis.count;
}

/** The band after a displacement. */
export function displaced(movableBand: MovableBand, coefficients: Float64Array): WallBand {
  const { band, basis, across, along } = movableBand;
  const inner = band.inner.slice();
  const outer = band.outer.slice();
  for (let point = 0; point < band.count; point++)
    for (const [side, line] of [inner, outer].entries()) {
      const u = splineAt(basis, coefficients, 2 * side * basis.count, point);
      const v = splineAt(basis, coefficients, (2 * side + 1) * basis.count, point);
      for (const axis of [0, 1] as const) {
        const at = 2 * point + axis;
        line[at] = line[at]! + u * across[at]! + v * along[at]!;
      }
    }
  return { ...band, inner, outer };
}

/** Root mean square distance in mm between the points of two bands, where there is wall. */
export function bandDistance(a: WallBand, b: WallBand): number {
  let [sum, terms] = [0, 0];
  for (let point = 0; point < a.count; point++) {
    if (a.there[point] === 0) continue;
    for (const at of [2 * point, 2 * point + 1])
      sum += (a.inner[at]! - b.inner[at]!) ** 2 + (a.outer[at]! - b.outer[at]!) ** 2;
    terms += 2;
  }
  return terms > 0 ? Math.sqrt(sum / terms) : 0;
}
