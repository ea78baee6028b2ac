import { type InfarctField, noInfarct, sampleField } from './infarct.ts';

/** Angles per turn in every table of a short-axis plane; bin 0 points to the lateral wall, 90 anterior. */
export const angleBins = 360;

/**
 * The left ventricle at end-diastole: two ellipsoids of revolution, ending at the
 * base plane z = 0, z growing towards the apex (mm along the long axis), and made
 * slightly out of round. The RV is a crescent on the septal side (180°).
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
  /** Height over which the oblique base crosses the ventricle; 10 where it is not given. */
  readonly baseHeightMm?: number;
}

/** Full systolic motion; a phase applies a fraction of it (0 end-diastole, 1 end-systole). */
export interface Contraction {
  /** Endocardial shortening where the wall is healthy. */
  readonly radial: number;
  /** Shortening of the long axis; the apex stays. */
  readonly longitudinal: number;
  /** Shortening of the RV crescent's width. */
  readonly rv: number;
  /** Turn of the base and of the apex in degrees, anticlockwise as seen from the apex. */
  readonly twist?: readonly [base: number, apex: number];
}

/** Radii (mm) by angle in one plane; `region` says what the plane cuts. */
export interface Plane extends InfarctField {
  region: 'ventricle' | 'atrium' | 'outside';
  readonly endo: Float32Array;
  readonly epi: Float32Array;
  readonly rv: Float32Array;
  readonly rvWall: Float32Array;
  readonly fat: Float32Array;
  /** Position between base (0) and epicardial apex (1) of the material in the plane. */
  level: number;
  /** Turn of the material against the scanner, degrees anticlockwise. */
  twist: number;
  /** Share of the full cross-section that the plane cuts: below 1 where the oblique base crosses it. */
  share: number;
  /** Where the share is below 1: the part of each ray that belongs to the left ventricle. */
  readonly from: Float32Array;
  readonly to: Float32Array;
}

/**
 * The base is oblique: the wall reaches farther up behind and laterally than at the
 * outflow tract, by so much, and in between the cross-section grows in proportion
 * to the depth. As long as the slices are apart, so that the sum of the slices is
 * the volume wherever the base stands in the beat.
 */
const baseHeightMm = 10;
/** The outflow tract lies anteroseptally. */
const outflowDegrees = 135;

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
    bledTo: table(),
    atRisk: table(),
    level: 0,
    twist: 0,
    share: 1,
    from: table(),
    to: table(),
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

const roundnessOf = new WeakMap<VentricleShape['ovality'], Float32Array>();

/** Out-of-roundness by angle bin, computed once for a shape. */
export function roundness({ ovality }: VentricleShape): Float32Array {
  const known = roundnessOf.get(ovality);
  if (known) return known;
  const [a2, angle2, a3, angle3] = ovality;
  const table = Float32Array.from({ length: angleBins }, (_, bin) => {
    const angle = (bin * 2 * Math.PI) / angleBins;
    return 1 + a2 * Math.cos(2 * (angle - angle2)) + a3 * Math.cos(3 * (angle - angle3));
  });
  roundnessOf.set(ovality, table);
  return table;
}

/**
 * Contractility of the wall, 1 healthy to 0.05 through-and-through necrosis: an
 * infarct thickens by 0 to 10 % where transmural (DOMAIN C4), and half of it is
 * gone already at half depth.
 */
function contractility(transmurality: number): number {
  if (transmurality <= 0) return 1;
  const step = 1024 * Math.min(1, transmurality);
  const low = step | 0;
  return contractilityAt[low]! + (step - low) * (contractilityAt[low + 1]! - contractilityAt[low]!);
}

/** At 1024 depths, and one beyond the last. */
const contractilityAt = Float64Array.from(
  { length: 1026 },
  (_, step) => 1 - 0.95 * Math.min(1, step / 1024) ** 0.8,
);

/** Where, at end-diastole, the material was that lies at z after shortening towards the apex. */
function materialZ(shape: VentricleShape, z: number, shortening: number): number {
  const apex = ventricleLengthMm(shape);
  return apex - (apex - z) / (1 - shortening);
}

/** Where the base plane stands at a fraction of contraction. */
export function baseZ(shape: VentricleShape, { longitudinal }: Contraction, fraction: number): number {
  return ventricleLengthMm(shape) * longitudinal * fraction;
}

/** Turn of the wall at a level (0 base to 1 apex): linear between base and apex. */
export function twistAt({ twist = [0, 0] }: Contraction, level: number, fraction: number): number {
  return fraction * (twist[0] + (twist[1] - twist[0]) * Math.min(1, Math.max(0, level)));
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
  plane.share = Math.min(
    1,
    0.5 + (z - baseZ(shape, contraction, fraction)) / (shape.baseHeightMm ?? baseHeightMm),
  );
  plane.region = material >= length ? 'outside' : plane.share <= 0 ? 'atrium' : 'ventricle';
  if (plane.region === 'outside') return;
  const level = Math.max(0, plane.level);
  plane.twist = twistAt(contraction, level, fraction);
  const ed = diastolicRadii(shape, Math.max(0, material));
  sampleField(infarct, level, plane, plane.twist);
  const wall = (ed.epi ** 2 - ed.endo ** 2) / (1 - shortening);
  const round = roundness(shape);
  for (let bin = 0; bin < angleBins; bin++) {
    const short = contraction.radial * fraction * contractility(plane.transmurality[bin]!);
    const endo = ed.endo * round[bin]! * (1 - Math.min(0.9, short));
    plane.endo[bin] = endo;
    plane.epi[bin] = Math.sqrt(endo * endo + wall * round[bin]! ** 2);
  }
  cutRightVentricle(shape, contraction, level, fraction, plane);
  if (plane.share < 1 && plane.share > 0) openBase(plane);
}

/** Cosine of the angle between a ray and the outflow tract. */
const towardsOutflow = Float32Array.from({ length: angleBins }, (_, bin) =>
  Math.cos(((bin - outflowDegrees) * Math.PI) / 180),
);
/**
 * How far from a disc's middle, in radii, a straight edge lies that leaves this share of
 * it: share = ½ + (u √(1 - u²) + asin u) / π, in 256 steps.
 */
const edgeOfShare = Float32Array.from({ length: 257 }, (_, step) =>
  solveRising(step / 256, -1, 1, (u) => 0.5 + (u * Math.sqrt(1 - u * u) + Math.asin(u)) / Math.PI),
);

/**
 * What the plane cuts of the left ventricle ends at a straight edge; the crescent of the
 * RV is narrower. The cavity's share is that of the plane; only where next to nothing or
 * nearly all of it is left does the edge run through the wall beyond.
 */
function openBase(plane: Plane): void {
  let [cavity, wall] = [0, 0];
  for (let bin = 0; bin < angleBins; bin++) {
    cavity += plane.endo[bin]! / angleBins;
    wall = Math.max(wall, plane.epi[bin]!);
  }
  const radii = edgeOfShare[Math.round(256 * plane.share)]!;
  const edge = cavity * radii + (wall - cavity) * radii ** 9;
  const factor = Math.sqrt(plane.share);
  const { from, to, epi, rv, rvWall } = plane;
  for (let bin = 0; bin < angleBins; bin++) {
    const cosine = towardsOutflow[bin]!;
    const crossing = Math.abs(cosine) < 1e-6 ? Number.POSITIVE_INFINITY : edge / cosine;
    from[bin] = cosine < 0 && edge < 0 ? crossing : 0;
    to[bin] = cosine > 0 ? Math.max(0, crossing) : edge < 0 && cosine >= 0 ? 0 : Number.POSITIVE_INFINITY;
    const bulge = (rv[bin]! - epi[bin]!) * factor;
    rvWall[bin] = epi[bin]! + bulge + (rvWall[bin]! - rv[bin]!) * factor;
    rv[bin] = epi[bin]! + bulge;
  }
}

/** cos^¾ of a quarter turn in 256 steps: the profile of the crescent. */
const crescent = Float32Array.from(
  { length: 257 },
  (_, step) => Math.cos((step / 256) * (Math.PI / 2)) ** 0.75,
);
const fromSeptumOf = Float32Array.from(
  { length: angleBins },
  (_, bin) => Math.abs(bin - angleBins / 2) * ((2 * Math.PI) / angleBins),
);
/** The fat is thickest in front of and below the heart. */
const fatShare = fromSeptumOf.map((angle) => 0.45 + 0.55 * Math.abs(Math.sin(angle)));

function cutRightVentricle(
  shape: VentricleShape,
  contraction: Contraction,
  level: number,
  fraction: number,
  plane: Plane,
): void {
  // It narrows evenly from the tricuspid valve to its apex, short of the left one.
  const taper = Math.max(0, 1 - level / 0.92);
  const width = shape.rvWidthMm * taper ** 0.75 * (1 - contraction.rv * fraction);
  const halfAngle = shape.rvHalfAngle * (0.55 + 0.45 * Math.sqrt(taper));
  for (let bin = 0; bin < angleBins; bin++) {
    const share = fromSeptumOf[bin]! / halfAngle;
    const inside = share < 1 && width > 1;
    const bulge = inside ? width * crescent[(256 * share) | 0]! : 0;
    plane.rv[bin] = plane.epi[bin]! + bulge;
    plane.rvWall[bin] = plane.rv[bin]! + (inside ? shape.rvWallMm : 0);
    plane.fat[bin] = plane.rvWall[bin]! + shape.fatMm * fatShare[bin]! * (1.15 - level);
  }
}

/** Volumes of the chambers by integration over 56 levels: what the sum of infinitely thin slices gives. */
export function chamberVolumesMl(
  shape: VentricleShape,
  infarct: InfarctField,
  contraction: Contraction,
  fraction: number,
  plane: Plane = emptyPlane(),
): { lv: number; rv: number; wall: number } {
  const steps = 56;
  const from = baseZ(shape, contraction, fraction) - baseHeightMm / 2;
  const step = (ventricleLengthMm(shape) - from) / steps;
  const sum = { lv: 0, rv: 0, wall: 0 };
  for (let index = 0; index < steps; index++) {
    cutPlane(shape, infarct, contraction, from + (index + 0.5) * step, fraction, plane);
    if (plane.region !== 'ventricle') continue;
    for (let bin = 0; bin < angleBins; bin += 4) {
      const [endo, epi, rv] = [plane.endo[bin]!, plane.epi[bin]!, plane.rv[bin]!];
      const within = squareWithin(plane, bin, endo);
      sum.lv += within;
      sum.wall += squareWithin(plane, bin, epi) - within;
      sum.rv += rv * rv - epi * epi;
    }
  }
  const scale = ((4 / angleBins) * Math.PI * step) / 1000;
  return { lv: sum.lv * scale, rv: sum.rv * scale, wall: sum.wall * scale };
}

/** Twice the area per radian of a ray up to a radius, of which only what lies below the base counts. */
function squareWithin({ share, from, to }: Plane, bin: number, radius: number): number {
  if (share >= 1) return radius * radius;
  return Math.max(0, Math.min(radius, to[bin]!) ** 2 - from[bin]! ** 2);
}

/** Wall volume at end-diastole from the base plane to the apex. */
export function wallVolumeMl(shape: VentricleShape): number {
  const { inner, outer } = squaresOverLength(shape);
  return (Math.PI * ((shape.radiusMm + shape.wallMm) ** 2 * outer - shape.radiusMm ** 2 * inner)) / 1000;
}

/** The thickness of the wall at the equator that gives it this volume. */
export function wallOfVolume(shape: VentricleShape, volumeMl: number): number {
  const { inner, outer } = squaresOverLength(shape);
  const epiSquare = ((volumeMl * 1000) / Math.PI + shape.radiusMm ** 2 * inner) / outer;
  return Math.sqrt(epiSquare) - shape.radiusMm;
}

/** Squares of the two mean radii, each as a share of that at the equator, summed over the length (mm). */
function squaresOverLength(shape: VentricleShape): { readonly inner: number; readonly outer: number } {
  const count = 60;
  const step = ventricleLengthMm(shape) / count;
  const unit = { ...shape, radiusMm: 1, wallMm: 0 };
  let [inner, outer] = [0, 0];
  for (let index = 0; index < count; index++) {
    const { endo, epi } = diastolicRadii(unit, (index + 0.5) * step);
    inner += endo ** 2 * step;
    outer += epi ** 2 * step;
  }
  return { inner, outer };
}

/** The heart at rest, for what does not move. */
export const atRest: Contraction = { radial: 0, longitudinal: 0, rv: 0 };
export const unhurt: InfarctField = noInfarct();

/** The x in [low, high] where the rising function reaches the goal; the nearer end when it does not. */
function solveRising(goal: number, low: number, high: number, rising: (x: number) => number): number {
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < goal) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
