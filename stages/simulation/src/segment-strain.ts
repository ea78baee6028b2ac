import { trackPoint } from './motion.ts';
import type { HeartParts } from './scene.ts';
import { emptyPlane } from './ventricle.ts';

type Beating = HeartParts['heart'];

/** A patch of the wall: between two levels (0 base to 1 apex) and two angles (from the lateral wall, 90 anterior). */
export interface WallPatch {
  readonly levels: readonly [from: number, to: number];
  readonly degrees: readonly [from: number, to: number];
}

/** Strain of a patch against end-diastole, %: negative is shorter. */
export interface PatchStrain {
  /** Of the circles through the middle of the wall (halfway through its volume). */
  readonly circumferential: number;
  /** Of the distance between endo- and epicardium. */
  readonly radial: number;
}

const levelsOfAPatch = 5;
const stepDegrees = 2;

/** The patch of an AHA segment, 1 to 16. */
export function segmentPatch(segment: number): WallPatch {
  if (segment > 12) {
    const from = 45 + 90 * (segment - 13);
    return { levels: [0.66, 0.93], degrees: [from, from + 90] };
  }
  const from = 60 + 60 * ((segment - 1) % 6);
  return { levels: segment > 6 ? [0.34, 0.66] : [0, 0.34], degrees: [from, from + 60] };
}

/**
 * The true strain of a patch of the wall at a fraction of contraction.
 *
 * @param seenIn 'wall': of its material, wherever it goes. 'plane': as planes that
 *   stand still in the scanner show it, through which the material moves towards the
 *   apex: what tracking in a short axis can find at best
 */
export function trueStrainOf(
  heart: Beating,
  fraction: number,
  { levels: [low, high], degrees: [from, to] }: WallPatch,
  seenIn: 'wall' | 'plane' = 'wall',
): PatchStrain {
  const plane = emptyPlane();
  const kept = 1 - heart.contraction.longitudinal * fraction;
  const steps = Math.round((to - from) / stepDegrees);
  const measure = (at: number) => {
    let [around, thick] = [0, 0];
    for (let step = 0; step < levelsOfAPatch; step++) {
      const named = low + ((step + 0.5) / levelsOfAPatch) * (high - low);
      const level = seenIn === 'wall' || at === 0 ? named : 1 - (1 - named) / kept;
      const point = (degrees: number, depth: number) =>
        trackPoint(heart, { level, degrees, depth }, at, plane);
      const turn = Array.from({ length: steps + 1 }, (_, n) => from + n * stepDegrees);
      const middle = turn.map((degrees) => point(degrees, 0.5));
      for (let n = 1; n <= steps; n++)
        around += Math.hypot(middle[n]![0] - middle[n - 1]![0], middle[n]![1] - middle[n - 1]![1]);
      for (const degrees of turn) {
        const [inner, outer] = [point(degrees, 0), point(degrees, 1)];
        thick += Math.hypot(outer[0] - inner[0], outer[1] - inner[1]);
      }
    }
    return { around, thick };
  };
  const [now, rest] = [measure(fraction), measure(0)];
  return {
    circumferential: 100 * (now.around / rest.around - 1),
    radial: 100 * (now.thick / rest.thick - 1),
  };
}
