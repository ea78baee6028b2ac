import type { Segmenter, WindowScores } from './segmenter.ts';
import { addProbabilities, mirrorWindows, placesShown, type Showing } from './showing.ts';
import type { View } from './view.ts';
import { runWindows, type ShownSlices } from './windows.ts';

/** How probable each label is in the windows of a stack: phase-major, index = phase × slices + slice. */
export interface ProbabilityMaps {
  readonly phases: number;
  readonly slices: number;
  /** Background included. */
  readonly classes: number;
  readonly size: number;
  /** [phases × slices, classes, size, size]; the classes of a place add up to 1. */
  readonly values: Float32Array;
}

/**
 * Shows one window of every phase and slice to the network, in one or several ways,
 * and averages the probabilities that it gives.
 *
 * @param showings the first one is the window as it is
 * @param see gets the scores of the window as it is, for each index in order
 * @throws RangeError without the window as it is in first place
 */
export async function probabilityMaps(
  shown: ShownSlices,
  segmenter: Segmenter,
  view: View,
  showings: readonly Showing[],
  see: (index: number, scores: WindowScores, at: number) => void,
): Promise<ProbabilityMaps> {
  const [first] = showings;
  if (first === undefined || first.turnDegrees !== 0 || first.mirrored)
    throw new RangeError('probabilityMaps: expected the window as it is as the first showing');
  const { phases, slices } = shown;
  const { size } = view;
  const { classes } = segmenter;
  const length = classes * size * size;
  const values = new Float32Array(phases * slices * length);
  const indices = Array.from({ length: phases * slices }, (_, index) => index);
  for (const showing of showings) {
    const places = placesShown(showing, size);
    const turned = { ...view, turn: view.turn + (showing.turnDegrees * Math.PI) / 180 };
    const prepare = showing.mirrored ? (images: Float32Array) => mirrorWindows(images, size) : undefined;
    await runWindows(
      shown,
      segmenter,
      indices,
      turned,
      (index, scores, at) => {
        const own = values.subarray(index * length, (index + 1) * length);
        addProbabilities(scores.logits.subarray(at * length, (at + 1) * length), own, places, size);
        if (showing === first) see(index, scores, at);
      },
      prepare,
    );
  }
  if (showings.length > 1) divideBySum(values, classes, size * size);
  return { phases, slices, classes, size, values };
}

/** The showings that gave a place nothing are left out of its mean. */
function divideBySum(values: Float32Array, classes: number, area: number): void {
  for (let start = 0; start < values.length; start += classes * area) {
    for (let place = start; place < start + area; place++) {
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += values[place + c * area]!;
      for (let c = 0; c < classes; c++) values[place + c * area]! /= sum;
    }
  }
}

/** Pixels of the window in which this label, which is not background, is the most probable, for every phase and slice. */
export function areasOf(maps: ProbabilityMaps, label: number): Float64Array {
  const { classes, size, values } = maps;
  const area = size * size;
  const areas = new Float64Array(maps.phases * maps.slices);
  for (let index = 0; index < areas.length; index++) {
    const start = index * classes * area;
    for (let place = start; place < start + area; place++) {
      const own = values[place + label * area]!;
      let best = own > values[place]!;
      for (let c = 1; best && c < classes; c++) best = c === label || values[place + c * area]! < own;
      if (best) areas[index]!++;
    }
  }
  return areas;
}
