import { type Mask, spacingMm } from '@myocast/dicom';
import type { SegmentValues } from '../../records.ts';
import { type SegmentReference, ahaSegments } from '../segments.ts';
import { centreLineChords } from './centre-line.ts';
import type { WallQuantities } from './ventricle-records.ts';

const shortAxisSegments = 16;

/** Wall thickness in the segments of one phase: of all chords of a segment, in every slice that it has. */
interface PhaseThickness {
  readonly mean: SegmentValues;
  readonly greatest: SegmentValues;
}

/**
 * Wall thickness at end-diastole and end-systole and the thickening between them, by
 * the centre-line method, in the 17 AHA segments. A short-axis stack reaches 1 to 16:
 * the apex (17) needs a long axis and is null.
 *
 * @param mask cine labels
 */
export function wallQuantities(
  mask: Mask,
  edPhase: number,
  esPhase: number,
  reference: SegmentReference,
): WallQuantities {
  const ed = phaseThickness(mask, edPhase, reference);
  const es = phaseThickness(mask, esPhase, reference);
  const withApex = (values: SegmentValues): SegmentValues => [...values, null];
  return {
    meanThicknessMm: withApex(ed.mean),
    greatestThicknessMm: withApex(ed.greatest),
    systolicThicknessMm: withApex(es.mean),
    thickeningPercent: withApex(ed.mean.map((wall, segment) => thickening(wall, es.mean[segment] ?? null))),
  };
}

function phaseThickness(mask: Mask, phase: number, reference: SegmentReference): PhaseThickness {
  const { rings, segmentAt } = ahaSegments(mask, phase, reference);
  const [, rowMm, columnMm] = mask.affine ? spacingMm(mask.affine) : ([1, 1, 1] as const);
  const walls = Array.from({ length: shortAxisSegments }, (): number[] => []);
  for (const [z, ring] of rings.entries()) {
    if (ring === null) continue;
    const [x, y] = [ring.centre[0] * columnMm, ring.centre[1] * rowMm];
    for (const { middle, thickness } of centreLineChords(mask, phase, z) ?? []) {
      if (thickness === null) continue;
      const segment = segmentAt(z, Math.atan2(middle[1] - y, middle[0] - x));
      if (segment !== null) walls[segment - 1]!.push(thickness);
    }
  }
  return {
    mean: walls.map((wall) => (wall.length > 0 ? wall.reduce((sum, mm) => sum + mm, 0) / wall.length : null)),
    greatest: walls.map((wall) => (wall.length > 0 ? Math.max(...wall) : null)),
  };
}

function thickening(diastolic: number | null, systolic: number | null): number | null {
  return diastolic === null || systolic === null ? null : (100 * (systolic - diastolic)) / diastolic;
}
