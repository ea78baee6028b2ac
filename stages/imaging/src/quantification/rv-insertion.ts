import type { Mask } from '@myocast/dicom';
import { directionAt, type Direction, directionOf, frameOf } from './direction.ts';
import { type Ray, type Ring, ringOf } from './ring.ts';
import { assumedReference, type SegmentReference, taper, wrapped } from './segments.ts';

/** Gaps in the contact of RV and septum that do not end it, in degrees. */
const bridgedDegrees = 12;
/** The contact of a real septum, in degrees. */
const septumDegrees = [40, 220] as const;
/** Below this the stack does not tell which end is the base. */
const leastTaper = 0.05;

/** The ends of the contact between RV and septum, as image angles; `start` to `end` is the septum. */
export interface Contact {
  readonly start: number;
  readonly end: number;
}

/**
 * How the heart is turned, from the contact between the RV cavity and the LV
 * myocardium. The anterior RV insertion is the end of the contact that lies more
 * to the front and to the head (upper in the image where the mask has no place in
 * the patient). Where no slice shows a septum, the reference is assumed.
 *
 * @param mask cine labels
 */
export function findSegmentReference(mask: Mask, phase: number): SegmentReference {
  const frame = frameOf(mask.affine);
  const rings = Array.from({ length: mask.shape[1] }, (_, z) => ringOf(mask, phase, z));
  const shrinks = taper(mask, phase, rings);
  const slices = directionOf('slice', mask.affine, frame);
  const baseToApex = Math.abs(shrinks) < leastTaper ? null : shrinks > 0 ? slices : opposite(slices);
  const contacts = septalSlices(rings, shrinks >= 0).flatMap((ring) => contactOf(ring.rays) ?? []);
  if (contacts.length === 0) return { ...assumedReference(mask), baseToApex };
  const start = middleAngle(contacts.map((contact) => contact.start));
  const end = middleAngle(contacts.map((contact) => contact.end));
  const half = positive(end - start) / 2;
  const anterior = heightOf(start, mask) >= heightOf(end, mask) ? start : end;
  return {
    source: 'rv-insertion',
    frame,
    anteriorInsertion: directionAt(anterior, mask.affine, frame),
    septum: directionAt(start + half, mask.affine, frame),
    baseToApex,
  };
}

/** The covered slices without the apical third, where the RV ends. */
function septalSlices(rings: readonly (Ring | null)[], baseFirst: boolean): Ring[] {
  const covered = rings.filter((ring) => ring !== null);
  if (!baseFirst) covered.reverse();
  return covered.slice(0, Math.max(1, Math.ceil((2 * covered.length) / 3)));
}

/** The longest stretch of rays that meet the RV behind the wall; null where it cannot be the septum. */
export function contactOf(rays: readonly Ray[]): Contact | null {
  const meets = bridge(rays.map((ray) => ray.meetsRightVentricle));
  const first = meets.findIndex((value, at) => value && !meets[(at || meets.length) - 1]);
  if (first < 0) return null;
  let best = { at: 0, length: 0 };
  let length = 0;
  for (let step = 0; step <= meets.length; step++) {
    const at = first + step;
    if (step < meets.length && meets[at % meets.length]) length++;
    else {
      if (length > best.length) best = { at: at - length, length };
      length = 0;
    }
  }
  const degrees = (best.length * 360) / rays.length;
  if (degrees < septumDegrees[0] || degrees > septumDegrees[1]) return null;
  const angleAt = (at: number) => rays[at % rays.length]!.angle;
  return { start: angleAt(best.at), end: angleAt(best.at + best.length - 1) };
}

/** Closes short gaps. */
function bridge(meets: readonly boolean[]): boolean[] {
  const closed = [...meets];
  const most = Math.round((bridgedDegrees * meets.length) / 360);
  for (const [at, value] of meets.entries()) {
    if (!value) continue;
    for (let gap = 1; gap <= most; gap++) {
      if (!meets[(at + gap + 1) % meets.length]) continue;
      for (let fill = 1; fill <= gap; fill++) closed[(at + fill) % meets.length] = true;
    }
  }
  return closed;
}

/** The one of the angles that is nearest to all others: one bad slice does not move it. */
export function middleAngle(angles: readonly number[]): number {
  const far = (angle: number) => angles.reduce((sum, other) => sum + Math.abs(wrapped(angle - other)), 0);
  return angles.reduce((best, angle) => (far(angle) < far(best) ? angle : best));
}

/** How far to the front and to the head of the patient an angle points; up in the image without a place in the patient. */
export function heightOf(angle: number, { affine }: Pick<Mask, 'affine'>): number {
  const frame = frameOf(affine);
  const [, posterior, superior] = directionAt(angle, affine, frame);
  return frame === 'lps' ? superior - posterior : -posterior;
}

const opposite = ([x, y, z]: Direction): Direction => [-x, -y, -z];
const positive = (angle: number) => ((angle % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
