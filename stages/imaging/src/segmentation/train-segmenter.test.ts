import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { type SegmenterConfig, type TrainingState, trainSegmenter } from './train-segmenter.ts';
import type { LabelledSlice } from './training-batch.ts';

const config: SegmenterConfig = {
  base: 4,
  widest: 8,
  levels: 3,
  batch: 2,
  classes: 2,
  turns: false,
  window: { size: 16, fineMm: 1, searchMm: 2 },
  steps: 104,
  learningRate: 5e-3,
  threads: 1,
};

/** A bright disc of label 1 on a dark ground. */
function disc(random: Random): LabelledSlice {
  const size = 24;
  const centre = [11.5 + random.normal(0, 2), 11.5 + random.normal(0, 2)] as const;
  const radius = random.uniform(3, 5);
  const pixels = new Float32Array(size * size);
  const labels = new Uint8Array(size * size);
  for (let at = 0; at < pixels.length; at++) {
    const far = Math.hypot(Math.floor(at / size) - centre[0], (at % size) - centre[1]);
    labels[at] = far < radius ? 1 : 0;
    pixels[at] = (far < radius ? 3 : 1) + random.normal(0, 0.1);
  }
  const heart = { centre, extent: [2 * radius, 2 * radius] as const };
  return { pixels, labels, rows: size, columns: size, pixelMm: [1, 1], heart };
}

describe('trainSegmenter', () => {
  it('learns, and goes on from a state to the bytes of an uninterrupted run', async () => {
    const losses: number[] = [];
    let kept: TrainingState | undefined;
    const whole = await trainSegmenter(disc, config, new Random(1), {
      onStep: (_, loss) => losses.push(loss),
      onCheckpoint: async (state) => void (kept = state),
    });
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.75 * mean(losses.slice(0, 10)));
    expect(kept?.step).toBe(100);
    const steps: number[] = [];
    const resumed = await trainSegmenter(disc, config, new Random(1), {
      resume: kept,
      onStep: (step) => steps.push(step),
    });
    expect(steps).toEqual([101, 102, 103, 104]);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.checkpoint).toEqual(whole.checkpoint);
  });

  it('stops after as many scores without a better one as it is told, and keeps the best weights', async () => {
    const scores = [0.5, 0.8, 0.7, 0.6, 0.9];
    const seen: Float32Array[] = [];
    const ended = await trainSegmenter(disc, { ...config, steps: 20 }, new Random(1), {
      early: {
        every: 2,
        patience: 2,
        score: async ({ parameters }) => {
          seen.push(Object.values(parameters)[0]!.slice());
          return scores[seen.length - 1]!;
        },
      },
    });
    expect(ended.step).toBe(8);
    expect(ended.scores.map(({ score }) => score)).toEqual([0.5, 0.8, 0.7, 0.6]);
    expect(Object.values(ended.weights.parameters)[0]).toEqual(seen[1]);
  });

  it('does not begin with weights of another network', async () => {
    const start = { parameters: { 'unet.down0.conv1.weight': new Float32Array(3) } };
    await expect(trainSegmenter(disc, config, new Random(1), { start })).rejects.toThrow(RangeError);
  });
});
