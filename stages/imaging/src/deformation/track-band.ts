import {
  type BandFit,
  bandFit,
  bandLook,
  contourMisfitMm,
  type FitSettings,
  type PhaseLook,
  registerBand,
} from './register-band.ts';
import { bandDistance, coefficientCount, displaced, movable, type WallBand } from './wall-band.ts';

/** A wall through the beat. */
export interface TrackedBand {
  /** [phases] Where the material of the band is; at the phase of reference, the band itself. */
  readonly bands: readonly WallBand[];
  /** [phases] Distance in mm between following onwards and backwards from the reference; null where the beat was followed once. */
  readonly disagreementMm: readonly number[] | null;
  /** [phases] Distance in mm from the contours; null where a phase has none. */
  readonly misfitMm: readonly (number | null)[];
}

/** Fewer phases do not go round: the last is not near the first. */
const fewestPhasesOfACircle = 6;

/**
 * Follows a wall from one phase through all others. Every phase is registered to
 * the reference itself, so that errors do not add up, beginning with what was found
 * in the phase before. The beat is a circle: where a phase has no contour to hold
 * on to, it is followed onwards and backwards, and the two are mixed by how near
 * each is to the reference.
 *
 * @param looks of all phases
 */
export function trackBand(
  band: WallBand,
  looks: readonly PhaseLook[],
  reference: number,
  spans: number,
  settings: FitSettings,
): TrackedBand {
  const fit = bandFit(movable(band, spans), settings);
  const onwards = follow(fit, looks, reference, 1);
  const round = looks.length >= fewestPhasesOfACircle && looks.some(({ inner }) => inner === null);
  const backwards = round ? follow(fit, looks, reference, -1) : null;
  const bandOf = (coefficients: Float64Array) => displaced(fit.band, coefficients);
  const bands = onwards.map((forward, phase) => {
    const share = ((phase - reference + looks.length) % looks.length) / looks.length;
    const other = backwards?.[phase] ?? forward;
    return bandOf(forward.map((value, at) => value + share * (other[at]! - value)));
  });
  return {
    bands,
    disagreementMm:
      backwards && onwards.map((forward, phase) => bandDistance(bandOf(forward), bandOf(backwards[phase]!))),
    misfitMm: bands.map((found, phase) => contourMisfitMm(fit, looks[phase]!, found)),
  };
}

/** Coefficients by phase. */
function follow(
  fit: BandFit,
  looks: readonly PhaseLook[],
  reference: number,
  direction: 1 | -1,
): Float64Array[] {
  const phases = looks.length;
  const look = bandLook(fit.band, looks[reference]!);
  const found: Float64Array[] = [];
  let last: Float64Array = new Float64Array(coefficientCount(fit.band));
  found[reference] = last;
  for (let away = 1; away < phases; away++) {
    const phase = (reference + direction * away + phases) % phases;
    last = registerBand(fit, look, looks[phase]!, last);
    found[phase] = last;
  }
  return found;
}

/** Beyond these a phase was not followed: the two directions, or the wall and its contours, lie apart. */
export interface TrackingLimits {
  readonly disagreementMm: number;
  readonly misfitMm: number;
}

/** [phases] Whether each phase was followed. */
export function followedPhases(
  { bands, disagreementMm, misfitMm }: TrackedBand,
  limits: TrackingLimits,
): boolean[] {
  return bands.map(
    (_, phase) =>
      (disagreementMm?.[phase] ?? 0) <= limits.disagreementMm && (misfitMm[phase] ?? 0) <= limits.misfitMm,
  );
}

/**
 * Distance in mm between the reference and where its material ends up when it is
 * followed to another phase and, from there, back.
 */
export function returnErrorMm(
  band: WallBand,
  tracked: WallBand,
  looks: readonly PhaseLook[],
  reference: number,
  phase: number,
  spans: number,
  settings: FitSettings,
): number {
  const fit = bandFit(movable(tracked, spans), settings);
  const start = new Float64Array(coefficientCount(fit.band));
  const found = registerBand(fit, bandLook(fit.band, looks[phase]!), looks[reference]!, start);
  return bandDistance(band, displaced(fit.band, found));
}
