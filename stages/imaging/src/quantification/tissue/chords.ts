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
  const ray = { centre, cosine: Math.cos(angle), sine: Math.sin(angle), rowMm, columnMm };
  let [wall, injured, endocardium, firstInjury, behind] = [0, 0, 0, Infinity, 0];
  // Sample n stands for n to n + 1 steps.
  for (let sample = 0; ; sample++) {
    const label = labelOn(ray, mask, z, (sample + 0.5) * step);
    if (label === null) break;
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

interface Ray {
  readonly centre: readonly [column: number, row: number];
  readonly cosine: number;
  readonly sine: number;
  readonly rowMm: number;
  readonly columnMm: number;
}

/** The label at a distance from the centre; null beyond the edge of the image. */
function labelOn(
  { centre: [column, row], cosine, sine, rowMm, columnMm }: Ray,
  { shape: [, , height, width], data }: Mask,
  z: number,
  radius: number,
): number | null {
  const x = Math.round(column + (radius * cosine) / columnMm);
  const y = Math.round(row + (radius * sine) / rowMm);
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  return data[(z * height + y) * width + x]!;
}
