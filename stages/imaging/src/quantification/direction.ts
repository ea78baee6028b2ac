import type { Affine } from '@myocast/dicom';

/** A direction: LPS, or along [columns, rows, slices] of the image where the place in the patient is not known. */
export type Direction = readonly [number, number, number];

export type Frame = 'lps' | 'image';

/** Axes that differ less than this from the scanner's are taken as a grid without orientation. */
const aligned = 1e-3;

/**
 * The frame in which directions on this grid can be given. A grid along the
 * scanner's own axes is no short axis of a heart: its file holds spacings and no
 * orientation, and LPS would be made up.
 */
export function frameOf(affine: Affine | null): Frame {
  if (affine === null) return 'image';
  const slice = unitColumn(affine, 2);
  return slice.some((value) => Math.abs(value) > 1 - aligned) ? 'image' : 'lps';
}

/** Unit direction in which columns, rows or slices grow. */
export function directionOf(
  axis: 'column' | 'row' | 'slice',
  affine: Affine | null,
  frame: Frame,
): Direction {
  const index = axis === 'column' ? 0 : axis === 'row' ? 1 : 2;
  if (frame === 'lps' && affine !== null) return unitColumn(affine, index);
  return [index === 0 ? 1 : 0, index === 1 ? 1 : 0, index === 2 ? 1 : 0];
}

/** The angle in the image plane, from growing columns to growing rows, of a direction projected on it. */
export function angleOf(direction: Direction, affine: Affine | null, frame: Frame): number {
  const along = dot(direction, directionOf('column', affine, frame));
  const down = dot(direction, directionOf('row', affine, frame));
  return Math.atan2(down, along);
}

/** The direction of an angle in the image plane. */
export function directionAt(angle: number, affine: Affine | null, frame: Frame): Direction {
  const along = directionOf('column', affine, frame);
  const down = directionOf('row', affine, frame);
  const at = (axis: 0 | 1 | 2) => Math.cos(angle) * along[axis] + Math.sin(angle) * down[axis];
  return [at(0), at(1), at(2)];
}

const dot = (a: Direction, b: Direction) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function unitColumn(affine: Affine, column: 0 | 1 | 2): Direction {
  const [x, y, z] = [affine[column]!, affine[4 + column]!, affine[8 + column]!];
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
