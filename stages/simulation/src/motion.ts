import type { HeartParts } from './scene.ts';
import {
  angleBins,
  cutPlane,
  emptyPlane,
  type Plane,
  roundness,
  twistAt,
  ventricleLengthMm,
} from './ventricle.ts';

type Beating = HeartParts['heart'];

/** A point of the LV's wall, named by where it is at end-diastole. */
export interface WallPoint {
  /** 0 base to 1 epicardial apex. */
  readonly level: number;
  /** From the lateral wall, 90 anterior. */
  readonly degrees: number;
  /** Share of the wall's volume between the endocardium and the point, 0 to 1. */
  readonly depth: number;
}

/**
 * Where a point of the wall has gone at a fraction of contraction: mm in the
 * ventricle's frame (x lateral, y anterior, z from the base at end-diastole towards
 * the apex). What the images show of the wall moves exactly so.
 */
export function trackPoint(
  heart: Beating,
  { level, degrees, depth }: WallPoint,
  fraction: number,
  plane: Plane = emptyPlane(),
): readonly [x: number, y: number, z: number] {
  const { shape, infarct, contraction } = heart;
  const apex = ventricleLengthMm(shape);
  const z = apex - apex * (1 - level) * (1 - contraction.longitudinal * fraction);
  cutPlane(shape, infarct, contraction, z, fraction, plane);
  const turned = degrees + twistAt(contraction, level, fraction);
  const bin = ((Math.round((turned * angleBins) / 360) % angleBins) + angleBins) % angleBins;
  const [endo, epi] = [plane.endo[bin]! ** 2, plane.epi[bin]! ** 2];
  // The wall turns through its out-of-roundness; only what it does itself is motion.
  const round = roundness(shape)[bin]!;
  const radius = Math.sqrt(endo + depth * (epi - endo)) / round;
  const angle = (turned * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle), z];
}

/** Strain against end-diastole, %: negative is shorter. */
export interface Strain {
  /** Mean over twelve meridians of the middle of the wall, base to apex. */
  readonly longitudinal: number;
  /** Mean over the circles at 30, 50 and 70 % of the length, in the middle of the wall. */
  readonly circumferential: number;
  /** Thickening of the wall on those circles. */
  readonly radial: number;
}

const circles = [0.3, 0.5, 0.7] as const;
const meridian = Array.from({ length: 15 }, (_, step) => 0.12 + 0.055 * step);

/** The true strain of the LV, by tracking points of its wall. */
export function trueStrain(heart: Beating, fraction: number): Strain {
  const plane = emptyPlane();
  const share = (measure: (at: number) => number) => 100 * (measure(fraction) / measure(0) - 1);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const along = Array.from({ length: 12 }, (_, n) => 30 * n).map((degrees) =>
    share((at) =>
      pathLength(meridian.map((level) => trackPoint(heart, { level, degrees, depth: 0.5 }, at, plane))),
    ),
  );
  const turn = Array.from({ length: 73 }, (_, n) => 5 * n);
  const around = circles.map((level) =>
    share((at) =>
      pathLength(turn.map((degrees) => trackPoint(heart, { level, degrees, depth: 0.5 }, at, plane))),
    ),
  );
  const thickness = circles.map((level) =>
    share((at) => {
      let sum = 0;
      for (const degrees of turn) {
        const [inner, outer] = [0, 1].map((depth) => trackPoint(heart, { level, degrees, depth }, at, plane));
        sum += Math.hypot(outer![0], outer![1]) - Math.hypot(inner![0], inner![1]);
      }
      return sum;
    }),
  );
  return { longitudinal: mean(along), circumferential: mean(around), radial: mean(thickness) };
}

function pathLength(points: readonly (readonly [number, number, number])[]): number {
  let length = 0;
  for (let n = 1; n < points.length; n++) {
    const [a, b] = [points[n - 1]!, points[n]!];
    length += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }
  return length;
}
