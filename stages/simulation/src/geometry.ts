import type { Random } from '@myocast/base';
import type { PlaneAxes } from './surroundings.ts';
import { crossProduct, type Point } from './thorax.ts';

/** How the heart lies in the patient, and how the short-axis images lie on it. Unit vectors in LPS. */
export interface HeartGeometry {
  /** Middle of the LV's long axis, mm from the isocentre. */
  readonly centre: Point;
  /** From base to apex. */
  readonly towardsApex: Point;
  /** Of the short-axis images: growing column index, growing row index. */
  readonly alongRow: Point;
  readonly alongColumn: Point;
  /** Turn of the images against the horizontal, radians anticlockwise; the heart in them turns by as much. */
  readonly roll: number;
}

/**
 * An oblique short axis, seen from the apex: the long axis points to the left,
 * forwards and down, by about (0.70, -0.55, -0.45), and varies by patient.
 */
export function heartGeometry(random: Random): HeartGeometry {
  const towardsApex = unit([
    0.7 + random.normal(0, 0.1),
    -0.55 + random.normal(0, 0.1),
    -0.45 + random.normal(0, 0.12),
  ]);
  const down: Point = [0, 0, -1];
  const level = unit(minus(down, scaled(towardsApex, dot(down, towardsApex))));
  const across = crossProduct(towardsApex, level);
  const roll = random.normal(0, 0.25);
  const centre: Point = [30 + random.normal(0, 8), -40 + random.normal(0, 8), 10 + random.normal(0, 15)];
  return {
    centre,
    towardsApex,
    alongRow: combined(across, Math.cos(roll), level, Math.sin(roll)),
    alongColumn: combined(level, Math.cos(roll), across, -Math.sin(roll)),
    roll,
  };
}

/** The short-axis plane at z mm from the base of a ventricle of this length, through its long axis. */
export function shortAxisPlane(geometry: HeartGeometry, z: number, lengthMm: number): PlaneAxes {
  const { towardsApex, alongRow, alongColumn } = geometry;
  return { origin: scaled(towardsApex, z - lengthMm / 2), alongRow, alongColumn };
}

/**
 * A plane through the long axis, the apex up: `degrees` from the lateral wall
 * (90 anterior) is what lies to the right.
 *
 * @param turn of the heart against the horizontal, radians
 */
export function longAxisPlane(geometry: HeartGeometry, degrees: number, turn: number): PlaneAxes {
  const { towardsApex, alongRow, alongColumn, roll } = geometry;
  // In the rolled image the direction θ of the heart is at θ + turn + roll.
  const angle = (degrees * Math.PI) / 180 + turn + roll;
  return {
    origin: [0, 0, 0],
    alongRow: combined(alongRow, Math.cos(angle), alongColumn, -Math.sin(angle)),
    alongColumn: scaled(towardsApex, -1),
  };
}

/** The plane with its image turned within it by so many radians, clockwise. */
export function tilted({ origin, alongRow, alongColumn }: PlaneAxes, tilt: number): PlaneAxes {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  return {
    origin,
    alongRow: combined(alongRow, cos, alongColumn, sin),
    alongColumn: combined(alongColumn, cos, alongRow, -sin),
  };
}

/** LPS position of a pixel of a plane, [column, row] in mm from the plane's origin. */
export function positionOf({ centre }: HeartGeometry, axes: PlaneAxes, u: number, v: number): Point {
  const { origin, alongRow, alongColumn } = axes;
  const at = (axis: 0 | 1 | 2) => centre[axis] + origin[axis] + u * alongRow[axis] + v * alongColumn[axis];
  return [at(0), at(1), at(2)];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
function scaled(a: Point, factor: number): Point {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}
function minus(a: Point, b: Point): Point {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
function combined(a: Point, s: number, b: Point, t: number): Point {
  return [s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]];
}
function unit(v: Point): Point {
  return scaled(v, 1 / Math.hypot(...v));
}
