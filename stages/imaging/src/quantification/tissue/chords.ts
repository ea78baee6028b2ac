import { type Mask, spacingMm } from '@myocast/dicom';
import { lgeLabel } from '../../records.ts';

/** Sampling along a chord, as a share of a voxel. */
const samplesPerVoxel = 8;
/** The wall has ended where it does not begin again within this many voxels. */
const reachVoxels = 2.5;

/** The wall along one ray from the centre of the cavity. Lengths in mm, or in voxels without geometry. */
export interface Chord {
  /** Radians in the image plane, from growing columns to growing rows. */
  readonly angle: number;
  readonly wall: number;
  /** Injured wall: LGE labels 3 and 4. */
  readonly injured: number;
  /** From the centre to where the wall begins. */
  readonly endocardium: number;
  /** Injury begins in the inner half of the wall. */
  readonly injuredInside: boolean;
}

/**
 * The wall of one slice along a ray a degree; rays that meet no wall are left out.
 *
 * @param mask LGE labels of one phase
 * @param centre of the cavity in voxels, [column, row]
 */
export function chordsOf(mask: Mask, z: number, centre: readonly [number, number]): Chord[] {
  const along = Array.from({ length: 360 }, (_, degree) => (degree * Math.PI) / 180);
  return along.flatMap((angle) => chordAt(mask, z, centre, angle) ?? []);
}

function chordAt(mask: Mask, z: number, centre: readonly [number, number], angle: number): Chord | null {
  const [, rowMm, columnMm] = mask.affine ? spacingMm(mask.affine) : ([1, 1, 1] as const);
  const step = Math.min(columnMm, rowMm) / samplesPerVoxel;
  const reach = reachVoxels * Math.max(columnMm, rowMm);
  let [wall, injured, endocardium, firstInjury, behind] = [0, 0, 0, Infinity, 0];
  for (const [sample, label] of labelsAlong(mask, z, centre, angle, step).entries()) {
    if (label < lgeLabel.normalMyocardium) {
      if (wall > 0) behind += step;
      if (behind > reach) break;
      continue;
    }
    if (wall === 0) endocardium = sample * step;
    if (label >= lgeLabel.infarct) {
      firstInjury = Math.min(firstInjury, wall);
      injured += step;
    }
    wall += step;
    behind = 0;
  }
  return wall === 0 ? null : { angle, wall, injured, endocardium, injuredInside: firstInjury < wall / 2 };
}

/** The labels along a ray from the centre to the edge of the image; sample n stands for n to n + 1 steps. */
function labelsAlong(
  { shape: [, , height, width], data, affine }: Mask,
  z: number,
  [column, row]: readonly [number, number],
  angle: number,
  step: number,
): number[] {
  const [, rowMm, columnMm] = affine ? spacingMm(affine) : ([1, 1, 1] as const);
  const labels: number[] = [];
  for (;;) {
    const radius = (labels.length + 0.5) * step;
    const x = Math.round(column + (radius * Math.cos(angle)) / columnMm);
    const y = Math.round(row + (radius * Math.sin(angle)) / rowMm);
    if (x < 0 || y < 0 || x >= width || y >= height) return labels;
    labels.push(data[(z * height + y) * width + x]!);
  }
}
