import type { Mask } from '@myocast/dicom';
import { cineLabel, lgeLabel } from '../records.ts';
import { angleOf, directionOf, type Direction, type Frame, frameOf } from './direction.ts';
import { type Ring, ringOf } from './ring.ts';

/** How the left ventricle is turned: where segment 1 ends and segment 2 begins, and on which side the septum is. */
export interface SegmentReference {
  readonly source: 'rv-insertion' | 'assumed';
  readonly frame: Frame;
  /** From the LV centre to the anterior RV insertion. */
  readonly anteriorInsertion: Direction;
  /** From the LV centre to the middle of the septum. */
  readonly septum: Direction;
  /** Null where the stack does not tell. */
  readonly baseToApex: Direction | null;
}

/** The slices of one phase that belong to segments, and how to name a place in them. */
export interface AhaSegments {
  /** [z] null where the slice is not covered: no cavity, no myocardium, or an open ring. */
  readonly rings: readonly (Ring | null)[];
  /** AHA segment 1 to 16 of a direction in a covered slice; null in any other slice. */
  readonly segmentAt: (z: number, angle: number) => number | null;
}

const degree = Math.PI / 180;
/** Sectors of 60° from the anterior insertion towards the septum; a mid-ventricular segment is 6 more. */
const basalSegments = [2, 3, 4, 5, 6, 1] as const;
/** Sectors of 90°, the first centred on the septum, which is 60° from the insertion. */
const apicalSegments = [14, 15, 16, 13] as const;

/** LGE labels as cine labels: wherever the myocardium is, whatever its state. */
export function lgeAnatomy(mask: Mask): Mask {
  const wall = cineLabel.myocardium;
  const labels: number[] = [0, 0, 0, 0, 0];
  labels[lgeLabel.leftVentricle] = cineLabel.leftVentricle;
  labels[lgeLabel.normalMyocardium] = wall;
  labels[lgeLabel.infarct] = wall;
  labels[lgeLabel.mvo] = wall;
  return { ...mask, data: mask.data.map((label) => labels[label] ?? 0) };
}

/**
 * The 16 AHA segments of a short-axis stack: the covered slices are split from
 * base to apex into thirds of 6, 6 and 4 sectors. Segments 2 and 3 follow the
 * anterior RV insertion on the septal side, 60° each.
 *
 * @param anatomy cine labels
 * Source: cerqueira2002 (docs/references.bib).
 */
export function ahaSegments(anatomy: Mask, phase: number, reference: SegmentReference): AhaSegments {
  const rings = Array.from({ length: anatomy.shape[1] }, (_, z) => ringOf(anatomy, phase, z));
  const fitted = fitReference(anatomy, reference);
  const insertion = angleOf(fitted.anteriorInsertion, anatomy.affine, fitted.frame);
  const septum = angleOf(fitted.septum, anatomy.affine, fitted.frame);
  const sense = wrapped(septum - insertion) >= 0 ? 1 : -1;
  const levels = levelsOf(rings, baseComesFirst(anatomy, phase, rings, fitted));
  const segmentAt = (z: number, angle: number) => {
    const level = levels[z];
    if (level === undefined || level === null) return null;
    const turn = positive((sense * (angle - insertion)) / degree);
    return level === 2
      ? apicalSegments[Math.floor(positive(turn - 15) / 90)]!
      : basalSegments[Math.floor(turn / 60)]! + 6 * level;
  };
  return { rings, segmentAt };
}

/** A reference in LPS says nothing about a grid without a place in the patient. */
function fitReference(anatomy: Mask, reference: SegmentReference): SegmentReference {
  return reference.frame === frameOf(anatomy.affine) ? reference : assumedReference(anatomy);
}

/** True where a reference that was found in one mask says how another one is turned. */
export function referenceFits(mask: Mask, reference: SegmentReference): boolean {
  return reference.source === 'rv-insertion' && reference.frame === frameOf(mask.affine);
}

/** 0 basal, 1 mid-ventricular, 2 apical. */
function levelsOf(rings: readonly (Ring | null)[], baseFirst: boolean): (0 | 1 | 2 | null)[] {
  const covered = [...rings.keys()].filter((z) => rings[z] !== null);
  if (!baseFirst) covered.reverse();
  const levels: (0 | 1 | 2 | null)[] = rings.map(() => null);
  for (const [order, z] of covered.entries())
    levels[z] = Math.floor((3 * (order + 0.5)) / covered.length) as 0 | 1 | 2;
  return levels;
}

function baseComesFirst(
  anatomy: Mask,
  phase: number,
  rings: readonly (Ring | null)[],
  { baseToApex, frame }: SegmentReference,
): boolean {
  if (baseToApex !== null) {
    const along = directionOf('slice', anatomy.affine, frame);
    return along.reduce((sum, value, axis) => sum + value * baseToApex[axis]!, 0) >= 0;
  }
  return taper(anatomy, phase, rings) >= 0;
}

/**
 * How the LV and RV cavities shrink with growing slice number: positive when the
 * first slice is the basal one. 0 where nothing tells.
 */
export function taper(anatomy: Mask, phase: number, rings: readonly (Ring | null)[]): number {
  const covered = [...rings.keys()].filter((z) => rings[z] !== null);
  const slope = (label: number) => {
    const areas = covered.map((z) => countLabel(anatomy, phase, z, label));
    const total = areas.reduce((sum, area) => sum + area, 0);
    const middle = (covered.length - 1) / 2;
    return total === 0 ? 0 : areas.reduce((sum, area, at) => sum + (middle - at) * area, 0) / total;
  };
  return slope(cineLabel.leftVentricle) + slope(cineLabel.rightVentricle);
}

function countLabel({ shape, data }: Mask, phase: number, z: number, label: number): number {
  const [, slices, height, width] = shape;
  const start = (phase * slices + z) * height * width;
  let count = 0;
  for (let at = start; at < start + height * width; at++) if (data[at] === label) count++;
  return count;
}

/**
 * Without a right ventricle to look at: the usual place of the heart in the chest,
 * or, without geometry, the usual way to show a short axis (RV on the left, anterior up).
 */
export function assumedReference({ affine }: Mask): SegmentReference {
  const frame = frameOf(affine);
  const [septum, anterior] =
    frame === 'lps'
      ? ([[-Math.SQRT1_2, -Math.SQRT1_2, 0] as Direction, [0.354, -0.354, 0.866] as Direction] as const)
      : ([[-1, 0, 0] as Direction, [0, -1, 0] as Direction] as const);
  const between = (axis: 0 | 1 | 2) => 0.5 * septum[axis] + Math.sin(60 * degree) * anterior[axis];
  const anteriorInsertion: Direction = [between(0), between(1), between(2)];
  return { source: 'assumed', frame, anteriorInsertion, septum, baseToApex: null };
}

const positive = (degrees: number) => ((degrees % 360) + 360) % 360;

/** An angle between -π and π. */
export const wrapped = (angle: number) => Math.atan2(Math.sin(angle), Math.cos(angle));
