import type { Affine } from '@myocast/dicom';
import type { Direction } from '../quantification/direction.ts';
import type { SegmentReference } from '../quantification/segments.ts';
import type { LongAxisKind } from './records.ts';
import type { WallBand } from './wall-band.ts';
import { centroid } from './wall-lengths.ts';

/** A wall of a long axis: its name, and its basal, middle and apical AHA segment. */
export interface NamedWall {
  readonly wall: string;
  readonly segments: readonly [basal: number, middle: number, apical: number];
}

/** By view: the wall nearer to the patient's right, feet or back, then the other one (cerqueira2002). */
const wallsOfView: { readonly [Kind in LongAxisKind]: readonly [NamedWall, NamedWall] } = {
  'cine-4ch': [
    { wall: 'septal', segments: [3, 9, 14] },
    { wall: 'lateral', segments: [6, 12, 16] },
  ],
  'cine-2ch': [
    { wall: 'inferior', segments: [4, 10, 15] },
    { wall: 'anterior', segments: [1, 7, 13] },
  ],
  'cine-3ch': [
    { wall: 'inferolateral', segments: [5, 11, 16] },
    { wall: 'anteroseptal', segments: [2, 8, 14] },
  ],
};

/**
 * From the first wall to the second one where no short axis says how the heart is
 * turned: to the left in four chambers, to the head in two, to the front and the
 * right in three (LPS).
 */
const usual: { readonly [Kind in LongAxisKind]: Direction } = {
  'cine-4ch': [0.7, 0.7, 0],
  'cine-2ch': [0.2, -0.4, 0.9],
  'cine-3ch': [-0.6, -0.6, 0.5],
};

/** The segment of the apex itself. */
export const apexSegment = 17;
/** Levels (0 base to 1 apex) at which middle, apical and the apex's own segment begin. */
const levelsOfSegments = [0.35, 0.7, 0.93] as const;

/**
 * The walls on the side of the first and of the last point of a band; null where the
 * image has no place in the patient.
 */
export function wallsOf(
  view: LongAxisKind,
  { inner, count }: WallBand,
  affine: Affine | null,
  reference: SegmentReference | null,
): readonly [NamedWall, NamedWall] | null {
  if (affine === null) return null;
  const quarter = Math.floor(count / 4);
  const [ax, ay] = centroid(inner.slice(0, 2 * quarter));
  const [bx, by] = centroid(inner.slice(-2 * quarter));
  const unit = (column: 0 | 1) => {
    const parts = [affine[column]!, affine[4 + column]!, affine[8 + column]!];
    const length = Math.hypot(...parts);
    return parts.map((value) => value / length);
  };
  const [along, down] = [unit(0), unit(1)];
  const towards = towardsSecond(view, reference);
  const agreement = [0, 1, 2].reduce(
    (sum, axis) => sum + ((bx - ax) * along[axis]! + (by - ay) * down[axis]!) * towards[axis]!,
    0,
  );
  const [first, second] = wallsOfView[view];
  return agreement >= 0 ? [first, second] : [second, first];
}

/** From the first to the second wall of a view, by the septum and the anterior insertion of the RV where they are known. */
function towardsSecond(view: LongAxisKind, reference: SegmentReference | null): Direction {
  if (reference === null || reference.source !== 'rv-insertion' || reference.frame !== 'lps')
    return usual[view];
  const { septum, anteriorInsertion } = reference;
  const along = septum.reduce((sum, value, axis) => sum + value * anteriorInsertion[axis]!, 0);
  const anterior = septum.map((value, axis) => anteriorInsertion[axis]! - along * value);
  // Four chambers look from the septum to the lateral wall, two from the inferior to the anterior wall, three in between.
  const [lateralPart, anteriorPart] = { 'cine-4ch': [1, 0], 'cine-2ch': [0, 1], 'cine-3ch': [-0.6, 0.8] }[
    view
  ] as [number, number];
  const at = (axis: 0 | 1 | 2) => -lateralPart * septum[axis] + anteriorPart * anterior[axis]!;
  return [at(0), at(1), at(2)];
}

/** Of every point of a band: 0 at the insertions' plane to 1 at the apex, and on which side of the apex it is. */
export function placesAlong({ inner, count }: WallBand): {
  readonly level: Float64Array;
  readonly apex: number;
} {
  const [x, y] = [(inner[0]! + inner[2 * count - 2]!) / 2, (inner[1]! + inner[2 * count - 1]!) / 2];
  let [apex, most] = [0, 0];
  for (let n = 0; n < count; n++) {
    const away = Math.hypot(inner[2 * n]! - x, inner[2 * n + 1]! - y);
    if (away > most) [apex, most] = [n, away];
  }
  const [ux, uy] = [(inner[2 * apex]! - x) / most, (inner[2 * apex + 1]! - y) / most];
  return {
    apex,
    level: Float64Array.from(
      { length: count },
      (_, n) => ((inner[2 * n]! - x) * ux + (inner[2 * n + 1]! - y) * uy) / most,
    ),
  };
}

/** AHA segment of the piece behind each point of a band. */
export function segmentsAlong(band: WallBand, [first, second]: readonly [NamedWall, NamedWall]): number[] {
  const { level, apex } = placesAlong(band);
  return Array.from({ length: band.count - 1 }, (_, n) => {
    const middle = (level[n]! + level[n + 1]!) / 2;
    const third = levelsOfSegments.filter((from) => middle >= from).length;
    return third === 3 ? apexSegment : (n < apex ? first : second).segments[third]!;
  });
}
