import type { InfarctField } from './infarct.ts';
import { sampleField } from './infarct.ts';

/** Angles per turn in every table of a short-axis plane; bin 0 points to the lateral wall, 90 anterior. */
export const angleBins = 360;

/**
 * The left ventricle at end-diastole: two ellipsoids of revolution, cut by the
 * base plane at z = 0, z growing towards the apex (mm along the long axis), and
 * made slightly out of round. The RV is a crescent on the septal side (180°).
 */
export interface VentricleShape {
  /** Endocardial radius at the equator. */
  readonly radiusMm: number;
  /** Half the long axis of the endocardial ellipsoid; its centre lies `offset` of it below the base. */
  readonly halfLengthMm: number;
  readonly offset: number;
  readonly wallMm: number;
  readonly apexWallMm: number;
  /** Out-of-roundness: amplitudes and angles (radians) of the second and third harmonic. */
  readonly ovality: readonly [a2: number, angle2: number, a3: number, angle3: number];
  readonly rvWidthMm: number;
  /** Half the angle that the RV spans on the LV's circumference, radians. */
  readonly rvHalfAngle: number;
  readonly rvWallMm: number;
  readonly fatMm: number;
}

/** Full systolic motion; a phase applies a fraction of it (0 end-diastole, 1 end-systole). */
export interface Contraction {
  /** Endocardial shortening where the wall is healthy. */
  readonly radial: number;
  /** Shortening of the long axis; the apex stays. */
  readonly longitudinal: number;
  /** Shortening of the RV crescent's width. */
  readonly rv: number;
}

/** Radii (mm) by angle in one plane; `region` says what the plane cuts. */
export interface Plane {
  region: 'ventricle' | 'atrium' | 'outside';
  readonly endo: Float32Array;
  readonly epi: Float32Array;
  readonly rv: Float32Array;
  readonly rvWall: Float32Array;
  readonly fat: Float32Array;
  readonly transmurality: Float32Array;
  readonly mvoFrom: Float32Array;
  readonly mvoTo: Float32Array;
  /** Position between base (0) and epicardial apex (1) of the material in the plane. */
  level: number;
}

export function emptyPlane(): Plane {
  const table = () => new Float32Array(angleBins);
  return {
    region: 'outside',
    endo: table(),
    epi: table(),
    rv: table(),
    rvWall: table(),
    fat: table(),
    transmurality: table(),
    mvoFrom: table(),
    mvoTo: table(),
    level: 0,
  };
}

/** Distance from the base plane to the epicardial apex. */
export function ventricleLengthMm(shape: VentricleShape): number {
  return shape.halfLengthMm * (1 + shape.offset) + shape.apexWallMm;
}

/** Endocardial and epicardial mean radius at end-diastole at z. */
export function diastolicRadii(shape: VentricleShape, z: number): { endo: number; epi: number } {
  const fromCentre = z - shape.offset * shape.halfLengthMm;
  const inner = 1 - (fromCentre / shape.halfLengthMm) ** 2;
  const outer = 1 - (fromCentre / (shape.halfLengthMm + shape.apexWallMm)) ** 2;
  return {
    endo: inner > 0 ? shape.radiusMm * Math.sqrt(inner) : 0,
    epi: outer > 0 ? (shape.radiusMm + shape.wallMm) * Math.sqrt(outer) : 0,
  };
}

function roundness(shape: VentricleShape, angle: number): number {
  const [a2, angle2, a3, angle3] = shape.ovality;
  return 1 + a2 * Math.cos(2 * (angle - angle2)) + a3 * Math.cos(3 * (angle - angle3));
}

/**
 * Contractility of the wall, 1 healthy to 0.05 through-and-through necrosis: an
 * infarct thickens by 0 to 10 % where transmural (DOMAIN C4), and half of it is
 * gone already at half depth.
 */
export function contractility(transmurality: number): number {
  return 1 - 0.95 * Math.min(1, transmurality) ** 0.8;
}

/** The fraction of the material below z in ED that the plane cuts after shortening towards the apex. */
function materialZ(shape: VentricleShape, z: number, shortening: number): number {
  const apex = ventricleLengthMm(shape);
  return apex - (apex - z) / (1 - shortening);
}

/**
 * The plane at z (mm from the end-diastolic base, fixed in the scanner) at a
 * fraction of contraction. Wall volume is kept at every point of the wall:
 * (epi² - endo²) · dz is that of end-diastole (the myocardium is incompressible).
 */
export function cutPlane(
  shape: VentricleShape,
  infarct: InfarctField,
  contraction: Contraction,
  z: number,
  fraction: number,
  plane: Plane,
): void {
  const shortening = contraction.longitudinal * fraction;
  const length = ventricleLengthMm(shape);
  const material = materialZ(shape, z, shortening);
  plane.level = material / length;
  plane.region = material >= length ? 'outside' : material < 0 ? 'atrium' : 'ventricle';
  if (plane.region === 'outside') return;
  const level = Math.max(0, plane.level);
  const ed = diastolicRadii(shape, Math.max(0, material));
  sampleField(infarct, level, plane);
  const wall = (ed.epi ** 2 - ed.endo ** 2) / (1 - shortening);
  for (let bin = 0; bin < angleBins; bin++) {
    const round = roundness(shape, (bin * 2 * Math.PI) / angleBins);
    const short = contraction.radial * fraction * contractility(plane.transmurality[bin]!);
    const endo = ed.endo * round * (1 - Math.min(0.9, short));
    plane.endo[bin] = endo;
    plane.epi[bin] = Math.sqrt(endo * endo + wall * round * round);
  }
  cutRightVentricle(shape, contraction, level, fraction, plane);
}

function cutRightVentricle(
  shape: VentricleShape,
  contraction: Contraction,
  level: number,
  fraction: number,
  plane: Plane,
): void {
  const reach = Math.max(0, 1 - (level / 0.9) ** 2);
  const width = shape.rvWidthMm * Math.sqrt(reach) * (1 - contraction.rv * fraction);
  const halfAngle = shape.rvHalfAngle * (0.55 + 0.45 * Math.sqrt(reach));
  for (let bin = 0; bin < angleBins; bin++) {
    const fromSeptum = Math.abs(bin - angleBins / 2) * ((2 * Math.PI) / angleBins);
    const inside = fromSeptum < halfAngle && width > 1;
    const bulge = inside ? width * Math.cos((fromSeptum / halfAngle) * (Math.PI / 2)) ** 0.75 : 0;
    plane.rv[bin] = plane.epi[bin]! + bulge;
    plane.rvWall[bin] = plane.rv[bin]! + (inside ? shape.rvWallMm : 0);
    plane.fat[bin] =
      plane.rvWall[bin]! + shape.fatMm * (0.45 + 0.55 * Math.abs(Math.sin(fromSeptum))) * (1.15 - level);
  }
}

/** Cavity volume by integration over 48 levels; what the Simpson sum of infinitely thin slices gives. */
export function cavityVolumeMl(
  shape: VentricleShape,
  infarct: InfarctField,
  contraction: Contraction,
  fraction: number,
  plane: Plane = emptyPlane(),
): number {
  const steps = 48;
  const length = ventricleLengthMm(shape);
  let cubicMm = 0;
  for (let step = 0; step < steps; step++) {
    cutPlane(shape, infarct, contraction, ((step + 0.5) / steps) * length, fraction, plane);
    if (plane.region !== 'ventricle') continue;
    let squares = 0;
    for (let bin = 0; bin < angleBins; bin += 4) squares += plane.endo[bin]! ** 2;
    cubicMm += squares * (4 / angleBins) * Math.PI * (length / steps);
  }
  return cubicMm / 1000;
}

/** Wall volume at end-diastole from the base plane to the apex. */
export function wallVolumeMl(shape: VentricleShape): number {
  const steps = 60;
  const length = ventricleLengthMm(shape);
  let cubicMm = 0;
  for (let step = 0; step < steps; step++) {
    const { endo, epi } = diastolicRadii(shape, ((step + 0.5) / steps) * length);
    cubicMm += Math.PI * (epi ** 2 - endo ** 2) * (length / steps);
  }
  return cubicMm / 1000;
}

/** The x in [low, high] where the rising function reaches the goal; the nearer end when it does not. */
export function solveRising(goal: number, low: number, high: number, rising: (x: number) => number): number {
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < goal) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
