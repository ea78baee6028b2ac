import type { ProbabilityMaps } from './probability-maps.ts';
import { sampleScores } from './showing.ts';
import { forEachCovered, type SlicePixels, type View } from './view.ts';

/** How sure the chosen labels are: the sum of their probabilities over so many pixels. */
export interface Sureness {
  sum: number;
  count: number;
}

/** Where background is at least so probable all around a place, no other label is chosen there. */
const surelyBackground = 0.501;

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
    const corner = Math.min(Math.floor(y), size - 2) * size + Math.min(Math.floor(x), size - 2);
    labels[place] = 0;
    if (isBackground(own, corner, size)) return;
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

/** @param values those of the background first */
const isBackground = (values: Float32Array, corner: number, size: number) =>
  values[corner]! > surelyBackground &&
  values[corner + 1]! > surelyBackground &&
  values[corner + size]! > surelyBackground &&
  values[corner + size + 1]! > surelyBackground;
