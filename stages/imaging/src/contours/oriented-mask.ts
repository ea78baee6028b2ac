import { type Affine, lpsOfVoxel, type Mask, type VoxelIndex } from '@myocast/dicom';
import { voxelOfLps } from './series-grid.ts';

/** Where an axis of the mask runs on the other grid: along which axis, and whether backwards. */
interface Run {
  readonly axis: 0 | 1 | 2;
  readonly backwards: boolean;
}

/**
 * A mask whose axes run otherwise than those of a grid, with the axes of the grid: turned by
 * quarter turns and mirrored as its affine says, so that every label stays where it is in the patient.
 * Nothing is interpolated, and whether it then lies on the grid is for others to see.
 *
 * @param affine of the grid; the mask as it is without one, without its own, and where its axes are oblique to the grid's
 */
export function orientedMask(mask: Mask, affine: Affine | null): Mask {
  if (affine === null || mask.affine === null) return mask;
  const runs = runsOf(mask.affine, affine);
  if (runs === null || runs.every(({ axis, backwards }, own) => axis === own && !backwards)) return mask;
  const [phases, ...zyx] = mask.shape;
  const lengths = [zyx[2], zyx[1], zyx[0]] as const;
  const steps = [1, lengths[0], lengths[0] * lengths[1]] as const;
  // From an axis of the grid to that of the mask.
  const own = ([0, 1, 2] as const).map((axis) => runs.findIndex((run) => run.axis === axis) as 0 | 1 | 2);
  const [x, y, z] = own.map((at) => lengths[at]) as [number, number, number];
  const step = own.map((at) => (runs[at]!.backwards ? -steps[at] : steps[at])) as [number, number, number];
  const first: VoxelIndex = [0, 1, 2].map((at) => (runs[at]!.backwards ? lengths[at]! - 1 : 0)) as [
    number,
    number,
    number,
  ];
  const start = first.reduce((sum, index, at) => sum + index * steps[at]!, 0);
  const size = x * y * z;
  const data = new Uint8Array(mask.data.length);
  let to = 0;
  for (let phase = 0; phase < phases; phase++)
    for (let k = 0; k < z; k++)
      for (let j = 0; j < y; j++)
        for (let i = 0; i < x; i++, to++)
          data[to] = mask.data[phase * size + start + i * step[0] + j * step[1] + k * step[2]]!;
  return { shape: [phases, z, y, x], data, affine: turnedAffine(mask.affine, runs, own, first) };
}

/** Null where an axis of the mask runs along none of the grid's, to a thousandth, or two along one. */
function runsOf(from: Affine, to: Affine): readonly Run[] | null {
  const origin = voxelOfLps(to, lpsOfVoxel(from, [0, 0, 0]));
  const runs: Run[] = [];
  for (const unit of [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const) {
    const end = voxelOfLps(to, lpsOfVoxel(from, unit));
    const along = end.map((index, axis) => index - origin[axis]!);
    const length = Math.hypot(...along);
    const axis = along.findIndex((part) => Math.abs(part) > (1 - oblique) * length);
    if (axis < 0) return null;
    runs.push({ axis: axis as 0 | 1 | 2, backwards: along[axis]! < 0 });
  }
  return new Set(runs.map(({ axis }) => axis)).size === 3 ? runs : null;
}

/** More than this, and grids that differ are no turn of each other: 2.6 degrees. */
const oblique = 1e-3;

function turnedAffine(
  affine: Affine,
  runs: readonly Run[],
  own: readonly number[],
  first: VoxelIndex,
): Affine {
  const corner = lpsOfVoxel(affine, first);
  return [0, 1, 2]
    .flatMap((line) => [
      ...own.map((at) => (runs[at]!.backwards ? -1 : 1) * affine[4 * line + at]!),
      corner[line]!,
    ])
    .concat([0, 0, 0, 1]);
}
