import type { ProbabilityMaps } from './probability-maps.ts';
import { sampleScores } from './showing.ts';
import { forEachCovered, type SlicePixels, type View } from './view.ts';

/** How sure the chosen labels are: the sum of their probabilities over so many pixels. */
export interface Sureness {
  sum: number;
  count: number;
}

/** Probabilities of a window, bilinear, to the most probable label on the slice's own grid. */
export function chooseLabels(
  slice: SlicePixels,
  view: View,
  { values, classes, size }: ProbabilityMaps,
  index: number,
  labels: Uint8Array,
): Sureness {
  const length = classes * size * size;
  const own = values.subarray(index * length, (index + 1) * length);
  const scores = new Float64Array(classes);
  const sure: Sureness = { sum: 0, count: 0 };
  forEachCovered(slice, view, (place, y, x) => {
    sampleScores(own, scores, size, x, y);
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c]! > scores[best]!) best = c;
    labels[place] = best;
    if (best === 0) return;
    sure.sum += scores[best]!;
    sure.count++;
  });
  return sure;
}
