import { spacingMm } from '@myocast/dicom';
import type { Transmurality, TransmuralityClasses } from '../../tissue-records.ts';
import { ahaSegments, lgeAnatomy, type SegmentReference } from '../segments.ts';
import { chordsOf, type Chord } from './chords.ts';
import { quantileOf } from './spread.ts';
import type { Wall } from './wall.ts';

/** The largest extent that a few stray chords do not make. */
const largestShare = 0.9;
/** Above half of the wall a segment was held to be dead; a week after the infarct only above three quarters (bulluck2017). */
const limits = { half: 50, acute: 75 } as const;

const about = {
  rule: 'infarcted share of the wall along a ray a degree from the centre of the cavity, MVO included; by segment the mean and the 90th percentile; the endocardium lies over infarct where it begins in the inner half of the wall',
  source: 'heiberg2005, bulluck2017',
} as const;

/**
 * How far the infarct of a mask goes through the wall, by AHA segment, and how much
 * of the endocardial surface lies over it.
 *
 * @param reference how the heart is turned
 * @returns null where no slice has a wall around a cavity
 *
 * Source: heiberg2005 (docs/references.bib).
 */
export function transmuralityOf({ mask }: Wall, reference: SegmentReference): Transmurality | null {
  const { rings, segmentAt } = ahaSegments(lgeAnatomy(mask), 0, reference);
  const extents = Array.from({ length: 16 }, (): number[] => []);
  const surface = { all: 0, injured: 0 };
  for (const [z, ring] of rings.entries()) {
    if (ring === null) continue;
    for (const chord of chordsOf(mask, z, ring.centre)) {
      const segment = segmentAt(z, chord.angle);
      if (segment !== null) extents[segment - 1]!.push((100 * chord.injured) / chord.wall);
      addSurface(surface, chord);
    }
  }
  if (surface.all === 0) return null;
  const mean = extents.map((own) => meanOf(own));
  const depthMm = mask.affine === null ? null : spacingMm(mask.affine)[0];
  return {
    ...about,
    meanExtentPercent: mean,
    maximumExtentPercent: extents.map((own) => (own.length > 0 ? quantileOf(own, largestShare) : null)),
    classes: classesOf(mean),
    segmentsAbove50: mean.filter((value) => value !== null && value > limits.half).length,
    segmentsAbove75: mean.filter((value) => value !== null && value > limits.acute).length,
    endocardialSurfacePercent: (100 * surface.injured) / surface.all,
    endocardialSurfaceCm2: depthMm === null ? null : (surface.injured * depthMm) / 100,
    flags: [],
  };
}

/** The strip of endocardium in front of a chord is one degree wide. */
function addSurface(surface: { all: number; injured: number }, { endocardium, injuredInside }: Chord): void {
  const width = (endocardium * Math.PI) / 180;
  surface.all += width;
  if (injuredInside) surface.injured += width;
}

function meanOf(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** Up to 1 % is none: less than a pixel. */
function classesOf(mean: readonly (number | null)[]): TransmuralityClasses {
  const between = (low: number, high: number) =>
    mean.filter((value) => value !== null && value > low && value <= high).length;
  return {
    none: between(-1, 1),
    upTo25: between(1, 25),
    upTo50: between(25, 50),
    upTo75: between(50, 75),
    upTo100: between(75, Infinity),
  };
}
