import { heartBox, type HeartBox } from './heart-box.ts';
import type { Segmenter } from './segmenter.ts';
import type { View } from './view.ts';
import { runWindows, type ShownSlices } from './windows.ts';

/** Fewer labelled pixels of coarse windows than these are no heart. */
const fewestHeartPixels = 30;

/** Slices that are looked at: enough to meet the heart in a stack that reaches far beyond it. */
const mostSlices = 7;

/**
 * Looks for the heart in the first phase, in coarse windows around the middle of
 * the images; gives its box in pixels of the slice, or null where nothing looks like one.
 */
export async function findHeart(shown: ShownSlices, segmenter: Segmenter): Promise<HeartBox | null> {
  const { size, searchMm } = segmenter.card.window;
  const { rows, columns, pixelMm } = shown.slice(0);
  const view: View = { centre: [(rows - 1) / 2, (columns - 1) / 2], zoomMm: searchMm, turn: 0, size };
  const count = Math.min(mostSlices, shown.slices);
  const indices = Array.from({ length: count }, (_, k) => Math.floor(((k + 0.5) * shown.slices) / count));
  const down: number[] = [];
  const across: number[] = [];
  await runWindows(shown, segmenter, indices, view, (_, { logits }, at) => {
    for (let place = 0; place < size ** 2; place++) {
      if (!isHeart(logits, at, segmenter.classes, size ** 2, place)) continue;
      down.push(Math.floor(place / size));
      across.push(place % size);
    }
  });
  const found = heartBox(down, across, fewestHeartPixels);
  if (found === null) return null;
  const middle = (size - 1) / 2;
  const toPixels = [searchMm / pixelMm[0], searchMm / pixelMm[1]] as const;
  return {
    centre: [
      view.centre[0] + (found.centre[0] - middle) * toPixels[0],
      view.centre[1] + (found.centre[1] - middle) * toPixels[1],
    ],
    extent: [found.extent[0] * toPixels[0], found.extent[1] * toPixels[1]],
  };
}

function isHeart(logits: Float32Array, at: number, classes: number, area: number, place: number): boolean {
  const background = logits[at * classes * area + place]!;
  for (let c = 1; c < classes; c++) if (logits[(at * classes + c) * area + place]! > background) return true;
  return false;
}
