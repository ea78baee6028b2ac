declare const frame: unique symbol;
type Triple<Frame> = readonly [number, number, number] & { readonly [frame]?: Frame };

/** Patient mm, +x Left, +y Posterior, +z Superior (DICOM PS3.3 C.7.6.2). */
export type LpsPoint = Triple<'lps'>;

/** Zero-based [column, row, slice]; (0, 0, 0) is the centre of the first voxel. */
export type VoxelIndex = Triple<'voxel'>;

/** 4×4, row-major: [column, row, slice, 1] to [x, y, z, 1] in LPS mm. */
export type Affine = readonly number[];

/**
 * Images on one regular grid: [t, z, y, x], x fastest; t is the cardiac phase,
 * z the slice, y the row, x the column.
 */
export interface Volume {
  readonly shape: readonly [t: number, z: number, y: number, x: number];
  readonly data: Float32Array;
  /** Null when the source carries no geometry: then no length, area or volume can be given. */
  readonly affine: Affine | null;
  /** [t] delay after the R wave, where the source says so. */
  readonly triggerTimesMs: readonly number[] | null;
}

/** Labels on the grid of a volume: [t, z, y, x], 0 is background. */
export interface Mask {
  readonly shape: Volume['shape'];
  readonly data: Uint8Array;
  readonly affine: Affine | null;
}

/** Where a voxel lies in the patient. */
export function lpsOfVoxel(affine: Affine, [column, row, slice]: VoxelIndex): LpsPoint {
  const at = (line: number) =>
    affine[line * 4]! * column +
    affine[line * 4 + 1]! * row +
    affine[line * 4 + 2]! * slice +
    affine[line * 4 + 3]!;
  return [at(0), at(1), at(2)];
}

/** Distance between neighbouring voxel centres along [z, y, x], in mm. */
export function spacingMm(affine: Affine): readonly [z: number, y: number, x: number] {
  const length = (column: number) => Math.hypot(affine[column]!, affine[4 + column]!, affine[8 + column]!);
  return [length(2), length(1), length(0)];
}

/** Volume of one voxel, slice gap included, in mm³. */
export function voxelVolumeMm3(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
}
