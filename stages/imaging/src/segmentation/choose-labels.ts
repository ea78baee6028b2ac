import type { ProbabilityMaps } from './probability-maps.ts';
import { sampleScores } from './showing.ts';
import { forEachCovered, type SlicePixels, type View } from './view.ts';

/** How sure the chosen labels are: by label, the sum of its probabilities over the pixels that got it. */
export interface Sureness {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export function nothingChosen(classes: number): Sureness {
  return { sums: new Float64Array(classes), counts: new Float64Array(classes) };
}

/** Mean probability of what was chosen for these labels; null where none was. */
export function meanSureness({ sums, counts }: Sureness, labels: readonly number[]): number | null {
  const count = labels.reduce((total, label) => total + counts[label]!, 0);
  return count === 0 ? null : labels.reduce((total, label) => total + sums[label]!, 0) / count;
}

/** Where background is at least so probable all around a place, no other label is chosen there. */
const surelyBackground = 0.501;

/** Probabilities of a window, bilinear, to the most probable label on the slice's own grid; what was chosen is added to `sure`. */
export function chooseLabels(
  slice: SlicePixels,
  view: View,
  { values, classes, size }: ProbabilityMaps,
  index: number,
  labels: Uint8Array,
  sure: Sureness,
): void {
  const length = classes * size * size;
  const own = values.subarray(index * length, (index + 1) * length);
  const scores = new Float64Array(classes);
  forEachCovered(slice, view, (place, y, x) => {
    const corner = Math.min(Math.floor(y), size - 2) * size + Math.min(Math.floor(x), size - 2);
    labels[place] = 0;
    if (isBackground(own, corner, size)) return;
    sampleScores(own, scores, size, x, y);
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c]! > scores[best]!) best = c;
    labels[place] = best;
    if (best === 0) return;
    sure.sums[best]! += scores[best]!;
    sure.counts[best]!++;
  });
}

/** @param values those of the background first */
const isBackground = (values: Float32Array, corner: number, size: number) =>
  values[corner]! > surelyBackground &&
  values[corner + 1]! > surelyBackground &&
  values[corner + size]! > surelyBackground &&
  values[corner + size + 1]! > surelyBackground;
