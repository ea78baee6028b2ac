import { type Dataset, numbers } from './dataset.ts';

export type Vector = readonly [number, number, number];

/** Where one image lies in the patient, in LPS mm (DICOM PS3.3 C.7.6.2). */
export interface ImagePlane {
  /** Centre of the first pixel. */
  readonly position: Vector;
  /** Direction in which the column index grows. */
  readonly along: Vector;
  /** Direction in which the row index grows. */
  readonly down: Vector;
  readonly normal: Vector;
  readonly columnSpacingMm: number;
  readonly rowSpacingMm: number;
}

/** The plane that a data set states, or null where it does not or says nonsense. */
export function imagePlane(dataset: Dataset): ImagePlane | null {
  const position = numbers(dataset, 'ImagePositionPatient');
  const orientation = numbers(dataset, 'ImageOrientationPatient');
  const [rowSpacingMm, columnSpacingMm] = numbers(dataset, 'PixelSpacing');
  if (position.length !== 3 || orientation.length !== 6) return null;
  if (!(rowSpacingMm! > 0 && columnSpacingMm! > 0)) return null;
  const along = orientation.slice(0, 3) as unknown as Vector;
  const down = orientation.slice(3) as unknown as Vector;
  const crooked =
    Math.abs(norm(along) - 1) > 0.01 || Math.abs(norm(down) - 1) > 0.01 || Math.abs(dot(along, down)) > 0.01;
  if (crooked) return null;
  return {
    position: position as unknown as Vector,
    along,
    down,
    normal: cross(along, down),
    columnSpacingMm: columnSpacingMm!,
    rowSpacingMm: rowSpacingMm!,
  };
}

/** Whether two planes are parallel and turned alike; both unknown count as alike. */
export function sameOrientation(a: ImagePlane | null, b: ImagePlane | null): boolean {
  if (a === null || b === null) return a === b;
  return dot(a.along, b.along) > 0.9999 && dot(a.down, b.down) > 0.9999;
}

/** Whether two planes have pixels of one size; both unknown count as alike. */
export function sameSpacing(a: ImagePlane | null, b: ImagePlane | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    Math.abs(a.rowSpacingMm - b.rowSpacingMm) <= 1e-3 &&
    Math.abs(a.columnSpacingMm - b.columnSpacingMm) <= 1e-3
  );
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function norm(a: Vector): number {
  return Math.hypot(...a);
}

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}
