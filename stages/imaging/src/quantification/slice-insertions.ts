import { type Mask, spacingMm } from '@myocast/dicom';
import { cineLabel } from '../records.ts';
import { type Ring, ringOf } from './ring.ts';
import { type Contact, contactOf, heightOf, middleAngle } from './rv-insertion.ts';
import { wrapped } from './segments.ts';

/** Where the RV wall meets the left ventricle in one short-axis slice. */
export interface SliceInsertions {
  readonly slice: number;
  readonly anterior: Insertion;
  readonly inferior: Insertion;
  /**
   * How well the slice agrees with the others, 0 to 1: 1 / (1 + (d / 15°)²), d the larger
   * of the distances of its two insertions from those in the middle of the stack. Half
   * of what it would be in a stack that shows a septum in one slice alone.
   */
  readonly confidence: number;
}

export interface Insertion {
  /** On the outer border of the wall, [column, row] in voxels. */
  readonly place: readonly [column: number, row: number];
  /** In the image plane, from growing columns to growing rows, seen from the middle of the cavity. */
  readonly angleDegrees: number;
}

const halfConfidenceDegrees = 15;
const degree = Math.PI / 180;

/**
 * The anterior and inferior RV insertion of every slice in which the RV touches the
 * wall as far as a septum does: the ends of the contact. Anterior is the end that lies
 * more to the front and to the head of the patient, decided once for the stack.
 *
 * @param mask cine labels
 */
export function sliceInsertions(mask: Mask, phase: number): readonly SliceInsertions[] {
  const seen = Array.from({ length: mask.shape[1] }, (_, slice) => {
    const ring = ringOf(mask, phase, slice);
    const contact = ring && contactOf(ring.rays);
    return ring && contact ? [{ slice, ring, contact }] : [];
  }).flat();
  if (seen.length === 0) return [];
  const start = middleAngle(seen.map(({ contact }) => contact.start));
  const end = middleAngle(seen.map(({ contact }) => contact.end));
  const startIsAnterior = heightOf(start, mask) >= heightOf(end, mask);
  return seen.map(({ slice, ring, contact }) => {
    const ends = [contact.start, contact.end].map((angle) => insertionAt(mask, phase, slice, ring, angle));
    const [anterior, inferior] = (startIsAnterior ? ends : ends.toReversed()) as [Insertion, Insertion];
    return { slice, anterior, inferior, confidence: agreement(contact, start, end, seen.length) };
  });
}

function agreement(contact: Contact, start: number, end: number, slices: number): number {
  const far = Math.max(Math.abs(wrapped(contact.start - start)), Math.abs(wrapped(contact.end - end)));
  const share = 1 / (1 + (far / degree / halfConfidenceDegrees) ** 2);
  return Number((slices === 1 ? share / 2 : share).toFixed(3));
}

/** Outwards from the middle of the cavity to where the wall ends. */
function insertionAt(mask: Mask, phase: number, z: number, { centre }: Ring, angle: number): Insertion {
  const [, slices, rows, columns] = mask.shape;
  const [, rowMm, columnMm] = mask.affine ? spacingMm(mask.affine) : ([1, 1, 1] as const);
  const step = Math.min(rowMm, columnMm) / 4;
  const start = (phase * slices + z) * rows * columns;
  let place: readonly [number, number] = centre;
  for (let radius = 0; ; radius += step) {
    const column = centre[0] + (radius * Math.cos(angle)) / columnMm;
    const row = centre[1] + (radius * Math.sin(angle)) / rowMm;
    if (column < 0 || row < 0 || column > columns - 1 || row > rows - 1) break;
    const label = mask.data[start + Math.round(row) * columns + Math.round(column)];
    if (label === cineLabel.myocardium) place = [column, row];
    else if (label !== cineLabel.leftVentricle) break;
  }
  const rounded = (value: number) => Number(value.toFixed(2));
  return {
    place: [rounded(place[0]), rounded(place[1])],
    angleDegrees: Number((angle / degree).toFixed(1)),
  };
}
