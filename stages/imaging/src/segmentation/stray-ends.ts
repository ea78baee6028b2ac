import type { Volume } from '@myocast/dicom';
import { median } from '../median.ts';

/**
 * A cavity of an end slice that keeps this many times the share of its end-diastolic
 * area that the slices between keep is not the same chamber: the base has moved
 * down and the slice shows the atrium or the outflow tract, or something beyond the apex.
 *
 * Of 50 patients of ACDC, each segmented by a network that had not seen it, any limit
 * from 2.0 to 2.8 lowers the error of LVEF from 3.65 to 3.37 points; chosen without a
 * fifth of the patients and measured on that fifth, in turn, to 3.43.
 */
const timesNeighbours = 2.4;
/** Fewer slices between the ends show no common contraction. */
const fewestBetween = 2;

/**
 * In place: in every phase, the cavity of the first and the last slice that hold one
 * is removed with its wall where it contracts so much less than the slices between,
 * against the phase in which the cavity is largest.
 *
 * @param labels of one volume, phase-major
 * @returns how many slices lost their labels
 */
export function dropStrayEnds(
  labels: Uint8Array,
  [phases, slices, rows, columns]: Volume['shape'],
  { cavity, wall }: { readonly cavity: number; readonly wall: readonly number[] },
): number {
  const area = rows * columns;
  const areas = Float64Array.from({ length: phases * slices }, (_, index) =>
    countOf(labels, cavity, index * area, (index + 1) * area),
  );
  const phaseAreas = (t: number) => areas.subarray(t * slices, (t + 1) * slices);
  const volumes = Array.from({ length: phases }, (_, t) => phaseAreas(t).reduce((sum, one) => sum + one, 0));
  const diastole = phaseAreas(volumes.indexOf(Math.max(...volumes)));
  let dropped = 0;
  for (let t = 0; t < phases; t++) {
    for (const z of strayEnds(phaseAreas(t), diastole)) {
      removeLabels(labels.subarray((t * slices + z) * area, (t * slices + z + 1) * area), [cavity, ...wall]);
      dropped++;
    }
  }
  return dropped;
}

/** The end slices whose area is out of proportion, of one phase against end-diastole. */
function strayEnds(areas: Float64Array, diastole: Float64Array): number[] {
  const held = [...areas.keys()].filter((z) => areas[z]! > 0);
  const between = held.slice(1, -1).filter((z) => diastole[z]! > 0);
  if (between.length < fewestBetween) return [];
  const kept = median(between.map((z) => areas[z]! / diastole[z]!));
  return [held[0]!, held.at(-1)!].filter((z) => areas[z]! > timesNeighbours * kept * diastole[z]!);
}

function countOf(labels: Uint8Array, label: number, from: number, to: number): number {
  let count = 0;
  for (let voxel = from; voxel < to; voxel++) if (labels[voxel] === label) count++;
  return count;
}

function removeLabels(slice: Uint8Array, removed: readonly number[]): void {
  for (let place = 0; place < slice.length; place++) if (removed.includes(slice[place]!)) slice[place] = 0;
}
