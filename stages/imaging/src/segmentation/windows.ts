import type { Segmenter, WindowScores } from './segmenter.ts';
import { normalise, sampleView, type SlicePixels, type View } from './view.ts';

/** The slices of a volume, phase-major: index = phase × slices + slice. */
export interface ShownSlices {
  readonly slice: (index: number) => SlicePixels;
  readonly phases: number;
  readonly slices: number;
}

/** Few windows at a time stay in the cache. */
const batchSize = 4;

/**
 * Shows one view of each of these slices to the network.
 *
 * @param use called for each index in order; `at` is its place in the scores
 * @param prepare changes the normalised windows [n, size, size] in place before they are shown
 */
export async function runWindows(
  { slice }: ShownSlices,
  segmenter: Segmenter,
  indices: readonly number[],
  view: View,
  use: (index: number, scores: WindowScores, at: number) => void,
  prepare?: (images: Float32Array) => void,
): Promise<void> {
  const area = view.size ** 2;
  for (let from = 0; from < indices.length; from += batchSize) {
    const batch = indices.slice(from, from + batchSize);
    const images = new Float32Array(batch.length * area);
    for (const [at, index] of batch.entries()) {
      const { image, inside } = sampleView(slice(index), view);
      normalise(image, inside);
      images.set(image, at * area);
    }
    prepare?.(images);
    const scores = await segmenter.run(images);
    for (const [at, index] of batch.entries()) use(index, scores, at);
  }
}
