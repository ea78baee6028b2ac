import type { Segmenter, WindowScores } from './segmenter.ts';
import { normalise, sampleView, type SlicePixels, type View } from './view.ts';

/** The slices of a volume, phase-major: index = phase × slices + slice. */
export interface ShownSlices {
  readonly slice: (index: number) => SlicePixels;
  readonly phases: number;
  readonly slices: number;
}

/** Few windows at a time stay in the cache of a core. */
const batchSize = 4;

/**
 * Shows one view of each of these slices to the network, as many batches at a time
 * as it has lanes.
 *
 * @param use called once for each index, in any order; `at` is its place in the scores
 */
export async function runWindows(
  { slice }: ShownSlices,
  segmenter: Segmenter,
  indices: readonly number[],
  view: View,
  use: (index: number, scores: WindowScores, at: number) => void,
): Promise<void> {
  const { size } = view;
  let next = 0;
  const work = async (lane: number) => {
    while (next < indices.length) {
      const batch = indices.slice(next, next + batchSize);
      next += batch.length;
      const images = new Float32Array(batch.length * size * size);
      for (const [at, index] of batch.entries()) {
        const { image, inside } = sampleView(slice(index), view);
        normalise(image, inside);
        images.set(image, at * size * size);
      }
      const scores = await segmenter.run(images, lane);
      for (const [at, index] of batch.entries()) use(index, scores, at);
    }
  };
  await Promise.all(Array.from({ length: segmenter.lanes }, (_, lane) => work(lane)));
}
