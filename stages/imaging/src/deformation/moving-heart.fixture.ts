import type { Affine, Mask, Volume } from '@myocast/dicom';

/** Images with their masks, and how far the motion has gone in each phase. */
export interface MovingHeart {
  readonly image: Volume;
  readonly mask: Mask;
}

/** A thick ring of muscle that keeps its volume while it contracts, turns and shortens through the plane. */
export interface RingPlan {
  readonly phases: number;
  readonly slices: number;
  readonly innerMm: number;
  readonly outerMm: number;
  /** Share by which the inner radius shrinks at most, by angle of the material (radians, from growing columns to growing rows). */
  readonly shortening: (angle: number) => number;
  /** How much longer the wall's cross-section grows at most: 1 / (1 - longitudinal shortening). */
  readonly thickening: number;
  readonly turnDegrees: number;
  readonly shiftMm: number;
  /** Amplitude of a pattern that moves with the muscle, in units of the contrast. */
  readonly pattern: number;
}

export const evenRing: RingPlan = {
  phases: 12,
  slices: 3,
  innerMm: 24,
  outerMm: 33,
  shortening: () => 0.25,
  thickening: 1.15,
  turnDegrees: 0,
  shiftMm: 0,
  pattern: 0.15,
};

const size = 72;
const pixelMm = 1.5;
const ringAffine: Affine = [pixelMm, 0, 0, 0, 0, pixelMm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];

/** Share of the motion in a phase: none at the first, all in the middle. */
export const motionAt = (phase: number, phases: number) => Math.sin((Math.PI * phase) / phases) ** 2;

/** Where the middle of the wall (halfway through its area) lies, and how thick the wall is, at a share of the motion. */
export function ringAt(plan: RingPlan, angle: number, share: number): { middleMm: number; wallMm: number } {
  const inner = plan.innerMm * (1 - plan.shortening(angle) * share);
  const grown = (plan.outerMm ** 2 - plan.innerMm ** 2) * (1 + (plan.thickening - 1) * share);
  return { middleMm: Math.sqrt(inner ** 2 + grown / 2), wallMm: Math.sqrt(inner ** 2 + grown) - inner };
}

/** The ring's images, four looks a pixel. Labels of a cine: 2 wall, 3 cavity; a small RV lies on one side. */
export function movingRing(plan: RingPlan): MovingHeart {
  return drawn([plan.phases, plan.slices], size, ringAffine, (x, y, phase) => {
    const share = motionAt(phase, plan.phases);
    const middle = ((size - 1) / 2) * pixelMm;
    const [dx, dy] = [x - middle - plan.shiftMm * share, y - middle];
    const angle = Math.atan2(dy, dx) - (plan.turnDegrees * share * Math.PI) / 180;
    const now = Math.hypot(dx, dy);
    const inner = plan.innerMm * (1 - plan.shortening(angle) * share);
    const grown = 1 + (plan.thickening - 1) * share;
    const rest =
      now < inner
        ? (now * plan.innerMm) / inner
        : Math.sqrt(plan.innerMm ** 2 + (now ** 2 - inner ** 2) / grown);
    const label = rest < plan.innerMm ? 3 : rest < plan.outerMm ? 2 : 0;
    const [a, b] = [rest * Math.cos(angle), rest * Math.sin(angle)];
    const pattern = Math.cos(a / 2.6 + 1) * Math.cos(b / 3.1) + Math.sin((a + b) / 4);
    return {
      label,
      signal: (label === 3 ? 1 : label === 2 ? 0.25 : 0.5) + (label === 3 ? 0 : plan.pattern * pattern),
    };
  });
}

/** A long axis: an ellipse of cavity, cut at the base, in a wall; the apex stands still. */
export interface LongAxisPlan {
  readonly phases: number;
  readonly lengthMm: number;
  readonly halfWidthMm: number;
  readonly wallMm: number;
  readonly longitudinal: number;
  readonly radial: number;
  /** Amplitude of a pattern that moves with wall and surroundings, in units of the contrast. */
  readonly pattern: number;
}

export const evenLongAxis: LongAxisPlan = {
  phases: 12,
  lengthMm: 80,
  halfWidthMm: 24,
  wallMm: 9,
  longitudinal: 0.16,
  radial: 0.2,
  pattern: 0.15,
};

const longSize = 100;
const longMm = 1.6;
const baseRow = 38;

/** Length of the endocardium at a share of the motion, mm. */
export function endocardiumMm(plan: LongAxisPlan, share: number): number {
  const point = (n: number) => {
    const angle = (Math.PI * n) / 2000;
    return [
      plan.halfWidthMm * Math.cos(angle) * (1 - plan.radial * share),
      plan.lengthMm * Math.sin(angle) * (1 - plan.longitudinal * share),
    ] as const;
  };
  let length = 0;
  for (let n = 1; n <= 2000; n++)
    length += Math.hypot(point(n)[0] - point(n - 1)[0], point(n)[1] - point(n - 1)[1]);
  return length;
}

/** Its images: 1 cavity, 2 wall, 3 an atrium above the base. The apex points to growing rows. */
export function movingLongAxis(plan: LongAxisPlan, affine: Affine | null): MovingHeart {
  return drawn(
    [plan.phases, 1],
    longSize,
    affine,
    (x, y, phase) => {
      const share = motionAt(phase, plan.phases);
      const across = (x - ((longSize - 1) / 2) * longMm) / (1 - plan.radial * share);
      const above = baseRow * longMm + plan.lengthMm - y;
      const deep = plan.lengthMm - above / (1 - plan.longitudinal * share);
      const inside = (margin: number) =>
        (across / (plan.halfWidthMm + margin)) ** 2 + (deep / (plan.lengthMm + margin)) ** 2 < 1;
      const wall = inside(plan.wallMm) ? 2 : 0;
      const atrium = (across / 20) ** 2 + ((deep + 20) / 19) ** 2 < 1 ? 3 : 0;
      const label = deep <= 0 ? atrium : inside(0) ? 1 : wall;
      const blood = label === 1 || label === 3;
      const pattern = blood ? 0 : plan.pattern * Math.cos(across / 3) * Math.cos(deep / 3.7);
      return { label, signal: (blood ? 1 : label === 2 ? 0.25 : 0.5) + pattern };
    },
    longMm,
  );
}

function drawn(
  [phases, slices]: readonly [number, number],
  pixels: number,
  affine: Affine | null,
  at: (x: number, y: number, phase: number) => { readonly label: number; readonly signal: number },
  mm = pixelMm,
): MovingHeart {
  const shape = [phases, slices, pixels, pixels] as const;
  const area = pixels * pixels;
  const [data, labels] = [new Float32Array(phases * slices * area), new Uint8Array(phases * slices * area)];
  for (let phase = 0; phase < phases; phase++) {
    const start = phase * slices * area;
    for (let pixel = 0; pixel < area; pixel++) {
      const [x, y] = [(pixel % pixels) * mm, Math.floor(pixel / pixels) * mm];
      let sum = 0;
      for (const [u, v] of [
        [-0.25, -0.25],
        [0.25, -0.25],
        [-0.25, 0.25],
        [0.25, 0.25],
      ] as const)
        sum += at(x + u * mm, y + v * mm, phase).signal / 4;
      data[start + pixel] = 400 * sum + 30;
      labels[start + pixel] = at(x, y, phase).label;
    }
    for (let z = 1; z < slices; z++) {
      data.copyWithin(start + z * area, start, start + area);
      labels.copyWithin(start + z * area, start, start + area);
    }
  }
  const triggerTimesMs = Array.from({ length: phases }, (_, phase) => (800 * phase) / phases);
  return { image: { shape, data, affine, triggerTimesMs }, mask: { shape, data: labels, affine } };
}
