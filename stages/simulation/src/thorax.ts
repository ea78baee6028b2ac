import type { Random } from '@myocast/base';
import { tissueCode } from './tissue.ts';

export type Point = readonly [x: number, y: number, z: number];

/** An ellipsoid or, with an infinite half-axis, an elliptic cylinder. */
interface Ellipsoid {
  readonly centre: Point;
  readonly axes: Point;
}

/** A piece of a vessel: a cylinder with round ends. */
export interface Vessel {
  readonly from: Point;
  readonly to: Point;
  readonly radiusMm: number;
}

/**
 * What surrounds the heart, as bodies in the patient (LPS mm from the centre of
 * the LV's long axis: +x left, +y posterior, +z superior). The heart's middle lies
 * 45 mm left of the body's and 65 to 75 mm behind the skin. (recalled)
 */
export interface Thorax {
  readonly body: Ellipsoid;
  readonly fatMm: number;
  readonly muscleMm: number;
  /** Domes of the diaphragm: highest point and curvature per mm. */
  readonly domes: readonly { readonly top: Point; readonly curve: number }[];
  readonly liver: readonly Ellipsoid[];
  readonly stomach: Ellipsoid;
  readonly stomachAir: number;
  readonly spleen: Ellipsoid;
  readonly bowel: readonly Ellipsoid[];
  readonly mediastinum: Ellipsoid;
  /** Fat round the heart, and the pad of fat before its apex. */
  readonly pericardium: readonly Ellipsoid[];
  readonly aorta: Ellipsoid;
  readonly spine: Ellipsoid;
  readonly canal: Ellipsoid;
  readonly backMuscles: readonly Ellipsoid[];
  readonly cava: Ellipsoid;
  readonly arms: readonly Ellipsoid[];
  readonly ribPhase: number;
  readonly lungVessels: readonly Vessel[];
  readonly liverVessels: readonly Vessel[];
}

const tall = Number.POSITIVE_INFINITY;

/** A chest by size: `scale` 1 for a man of 1.9 m² body surface, `fatMm` under the skin. */
export function createThorax(random: Random, scale = 1, fatMm = random.uniform(7, 24)): Thorax {
  const around = (value: number, spread: number) => random.normal(value, spread);
  const at = (x: number, y: number, z: number, spread = 4): Point => [
    around(x * scale, spread),
    around(y * scale, spread),
    around(z * scale, spread),
  ];
  const midline = around(-45, 4) * scale;
  const depth = around(112, 7) * scale;
  const bodyY = depth - around(67, 5) * scale - 0.5 * fatMm + 12;
  const spineY = bodyY + depth - 42 * scale - fatMm;
  return {
    body: { centre: [midline, bodyY, 0], axes: [around(160, 9) * scale + fatMm, depth + 0.5 * fatMm, tall] },
    fatMm,
    muscleMm: random.uniform(14, 20),
    domes: [
      { top: at(-112, 30, -18, 7), curve: random.uniform(0.006, 0.009) },
      { top: at(34, 22, -33, 6), curve: random.uniform(0.006, 0.009) },
      { top: at(-4, -6, -36, 3), curve: random.uniform(0.001, 0.0025) },
    ],
    liver: [
      { centre: at(-112, 25, -88, 8), axes: [86, 88, 88] },
      {
        centre: at(-38, -28, -76, 10),
        axes: [random.uniform(60, 100), random.uniform(50, 75), random.uniform(32, 44)],
      },
    ],
    stomach: {
      centre: at(38, 10, -84, 8),
      axes: [random.uniform(32, 54), random.uniform(38, 58), random.uniform(30, 46)],
    },
    stomachAir: random.chance(0.6) ? random.uniform(-0.9, -0.2) : -2,
    spleen: { centre: at(88, 70, -82, 6), axes: [32, 52, 46] },
    bowel: Array.from({ length: 34 }, () => ({
      centre: [random.uniform(-70, 100), random.uniform(-60, 70), random.uniform(-190, -60)] as const,
      axes: [random.uniform(9, 28), random.uniform(9, 28), random.uniform(9, 24)] as const,
    })),
    mediastinum: {
      centre: [midline + 6, bodyY - 6, 0],
      axes: [random.uniform(8, 17), depth - fatMm - random.uniform(22, 34), tall],
    },
    pericardium: [
      {
        centre: at(-20, -14, -4, 3),
        axes: [random.uniform(40, 54), random.uniform(28, 38), random.uniform(30, 40)],
      },
      {
        centre: at(24, -28, -34, 4),
        axes: [random.uniform(20, 36), random.uniform(20, 34), random.uniform(8, 18)],
      },
    ],
    aorta: { centre: [midline + 24, spineY - 22, 0], axes: [around(12, 1.2), around(12, 1.2), tall] },
    spine: { centre: [midline, spineY, 0], axes: [20, 16, tall] },
    canal: { centre: [midline, spineY + 25, 0], axes: [10, 8, tall] },
    backMuscles: [-1, 1].map((side) => ({
      centre: [midline + side * 34, spineY + 26, 0] as const,
      axes: [27, 17, tall] as const,
    })),
    cava: { centre: [midline - 22, bodyY - 18, 0], axes: [10, 9, tall] },
    arms: [-1, 1].map((side) => ({
      centre: [midline + side * (215 + fatMm) * scale, bodyY + 20, 0] as const,
      axes: [42, 46, tall] as const,
    })),
    ribPhase: random.uniform(0, 28),
    lungVessels: [
      ...branches(random, [16, 34, 34], 18, [1.6, 3.6]),
      ...branches(random, [midline - 42, 30, 28], 14, [1.6, 3.6]),
      ...twigs(random, 90),
    ],
    liverVessels: branches(random, [-78, 22, -70], 26, [0.8, 2.6]),
  };
}

/** Small vessels anywhere in the chest; where there is no lung they are not drawn. */
function twigs(random: Random, count: number): Vessel[] {
  return Array.from({ length: count }, () => {
    const from: Point = [random.uniform(-140, 90), random.uniform(-50, 110), random.uniform(-50, 110)];
    const reachMm = random.uniform(8, 34);
    const to: Point = [
      from[0] + reachMm * random.normal(0, 0.6),
      from[1] + reachMm * random.normal(0, 0.6),
      from[2] + reachMm * random.normal(0, 0.6),
    ];
    return { from, to, radiusMm: 0.5 + 1.2 * random.uniform() ** 2 };
  });
}

/** Vessels that leave a hilum in all directions, each in a few pieces that thin out. */
function branches(
  random: Random,
  hilum: Point,
  count: number,
  [least, most]: readonly [number, number],
): Vessel[] {
  const vessels: Vessel[] = [];
  for (let branch = 0; branch < count; branch++) {
    let from = hilum;
    let direction: Point = [random.normal(), random.normal(), random.normal()];
    const norm = Math.hypot(...direction);
    direction = [direction[0] / norm, direction[1] / norm, direction[2] / norm];
    let radiusMm = random.uniform(least, most);
    for (let piece = 0; piece < 4; piece++) {
      const length = random.uniform(14, 34);
      const to: Point = [
        from[0] + length * direction[0],
        from[1] + length * direction[1],
        from[2] + length * direction[2],
      ];
      vessels.push({ from, to, radiusMm });
      radiusMm *= random.uniform(0.55, 0.8);
      direction = [
        direction[0] + random.normal(0, 0.3),
        direction[1] + random.normal(0, 0.3),
        direction[2] + random.normal(0, 0.3),
      ];
      from = to;
    }
  }
  return vessels;
}

/** 1 on the surface of the body, less inside. */
function out({ centre, axes }: Ellipsoid, x: number, y: number, z: number): number {
  const u = (x - centre[0]) / axes[0];
  const v = (y - centre[1]) / axes[1];
  const w = (z - centre[2]) / axes[2];
  return u * u + v * v + w * w;
}

function inAny(bodies: readonly Ellipsoid[], x: number, y: number, z: number): boolean {
  for (const body of bodies) if (out(body, x, y, z) < 1) return true;
  return false;
}

/** The tissue at a point of the chest or the upper belly, the heart apart. */
export function organAt(thorax: Thorax, x: number, y: number, z: number): number {
  const { body, fatMm, muscleMm } = thorax;
  const u = Math.abs(x - body.centre[0]) / body.axes[0];
  const v = Math.abs(y - body.centre[1]) / body.axes[1];
  // A superellipse of order 2.5: flatter in front and behind than an ellipse; narrower towards the neck.
  const order = u * u * Math.sqrt(u) + v * v * Math.sqrt(v);
  const taper = z > 70 ? 1 - ((z - 70) / 260) ** 2 : 1;
  if (order > 1 || taper < 1) return nearSkin(thorax, order ** 0.4 / taper, u, v, x, y, z);
  // Deeper than fat and muscle together there is no need for the root.
  if (order > (1 - (fatMm + muscleMm + 2) / body.axes[1]) ** 2.5)
    return nearSkin(thorax, order ** 0.4, u, v, x, y, z);
  const back = backOrgan(thorax, x, y, z);
  return back >= 0 ? back : viscera(thorax, x, y, z);
}

/** @param edge 1 on the skin, less inside */
function nearSkin(
  thorax: Thorax,
  edge: number,
  u: number,
  v: number,
  x: number,
  y: number,
  z: number,
): number {
  if (edge > 1) return limb(thorax, x, y, z);
  const { body, fatMm, muscleMm } = thorax;
  const depth = (1 - edge) * (body.axes[1] + (body.axes[0] - body.axes[1]) * (u / (u + v + 1e-9)));
  if (depth < 1.6) return tissueCode.muscle;
  if (depth < fatMm) return tissueCode.fat;
  const back = backOrgan(thorax, x, y, z);
  if (back >= 0) return back;
  if (depth < fatMm + muscleMm) return chestWall(thorax, depth - fatMm, x, y, z);
  return viscera(thorax, x, y, z);
}

function limb({ arms }: Thorax, x: number, y: number, z: number): number {
  for (const arm of arms) {
    const share = out(arm, x, y, z);
    if (share < 0.06) return tissueCode.marrow;
    if (share < 0.09) return tissueCode.bone;
    if (share < 0.62) return tissueCode.muscle;
    if (share < 1) return tissueCode.fat;
  }
  return tissueCode.air;
}

/** Spine, cord and the muscles beside it; -1 elsewhere. */
function backOrgan({ spine, canal, backMuscles }: Thorax, x: number, y: number, z: number): number {
  if (y < spine.centre[1] - spine.axes[1] - 2) return -1;
  const vertebra = out(spine, x, y, z);
  if (vertebra < 1) {
    const disc = Math.abs((((z % 28) + 28) % 28) - 14) < 3.5;
    if (disc) return tissueCode.muscle;
    return vertebra > 0.86 ? tissueCode.bone : tissueCode.marrow;
  }
  const inCanal = out(canal, x, y, z);
  if (inCanal < 0.25) return tissueCode.muscle;
  if (inCanal < 1) return tissueCode.fluid;
  return inAny(backMuscles, x, y, z) ? tissueCode.muscle : -1;
}

/** Muscle outside, then ribs that slope down to the front, with muscle and a little fat in between. */
function chestWall(
  { muscleMm, ribPhase, body }: Thorax,
  depth: number,
  x: number,
  y: number,
  z: number,
): number {
  const share = depth / muscleMm;
  // The wall's layers are not of even thickness.
  const wave = 0.12 * Math.sin(0.11 * x + 0.07 * z) + 0.1 * Math.sin(0.13 * y - 0.05 * z + ribPhase);
  if (z < -95 || share + wave < 0.42) return tissueCode.muscle;
  if (share + wave > 0.97) return tissueCode.fat;
  const along = z + ribPhase - 0.55 * (y - body.centre[1]) + 0.05 * Math.abs(x - body.centre[0]) + 40 * wave;
  const inRib = Math.abs((((along % 30) + 30) % 30) - 15);
  if (inRib < 4.5) return share > 0.55 && share < 0.84 ? tissueCode.marrow : tissueCode.bone;
  return inRib < 6.2 && share < 0.7 ? tissueCode.fat : tissueCode.muscle;
}

function viscera(thorax: Thorax, x: number, y: number, z: number): number {
  if (out(thorax.aorta, x, y, z) < 1) return tissueCode.aorta;
  let dome = -1e9;
  for (const { top, curve } of thorax.domes) {
    const dx = x - top[0];
    const dy = y - top[1];
    dome = Math.max(dome, top[2] - curve * (dx * dx + dy * dy));
  }
  if (z < dome) return abdomen(thorax, x, y, z, dome - z);
  if (z > -20 && out(thorax.cava, x, y, z) < 1) return tissueCode.greatVessel;
  if (inAny(thorax.pericardium, x, y, z)) return tissueCode.epicardialFat;
  // Behind the heart the mediastinum holds the oesophagus and muscle, before it fat.
  if (out(thorax.mediastinum, x, y, z) < 1) return y > -20 ? tissueCode.muscle : tissueCode.epicardialFat;
  return tissueCode.lung;
}

function abdomen(thorax: Thorax, x: number, y: number, z: number, below: number): number {
  if (below < 2) return tissueCode.muscle;
  if (inAny(thorax.liver, x, y, z)) return tissueCode.liver;
  if (out(thorax.spleen, x, y, z) < 1) return tissueCode.spleen;
  const stomach = out(thorax.stomach, x, y, z);
  if (stomach < 1) return stomachAt(thorax, stomach, y);
  return bowelAt(thorax, x, y, z);
}

function stomachAt({ stomach, stomachAir }: Thorax, share: number, y: number): number {
  if (share > 0.78) return tissueCode.muscle;
  // The patient lies on the back: air floats to the front.
  const air = (y - stomach.centre[1]) / stomach.axes[1] < stomachAir;
  return air ? tissueCode.air : tissueCode.stomach;
}

function bowelAt(thorax: Thorax, x: number, y: number, z: number): number {
  for (const loop of thorax.bowel) {
    const share = out(loop, x, y, z);
    if (share < 0.6) return y < loop.centre[1] ? tissueCode.air : tissueCode.stomach;
    if (share < 1) return tissueCode.muscle;
  }
  return tissueCode.epicardialFat;
}

/** The direction that stands on two others. */
export function crossProduct(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
