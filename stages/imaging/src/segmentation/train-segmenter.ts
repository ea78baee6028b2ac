import { compileTraining, exportOnnx, input, Parameters } from '@myocast/autodiff';
import { uNet } from '@myocast/autodiff/layers';
import { diceCrossEntropy } from '@myocast/autodiff/losses';
import { adamW } from '@myocast/autodiff/optimizers';
import type { Random } from '@myocast/base';
import { type BatchPlan, type SliceSource, type TrainingBatch, trainingBatch } from './training-batch.ts';
import { usualWindow } from './view.ts';

export interface SegmenterConfig extends BatchPlan {
  readonly base: number;
  readonly levels: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly threads: number;
}

export const segmenterDefaults: Omit<SegmenterConfig, 'classes' | 'turns'> = {
  base: 12,
  levels: 4,
  batch: 8,
  steps: 1000,
  learningRate: 2e-3,
  threads: 2,
  window: usualWindow,
};

/** Everything training needs to go on where it was. */
export interface SegmenterWeights {
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** Where to start, and who hears of the progress. */
export interface TrainingWatch {
  /** Weights to go on from. */
  readonly start?: SegmenterWeights;
  /** Steps that an interrupted run had done. */
  readonly stepsDone?: number;
  readonly onStep?: (step: number, loss: number) => void;
  /** Called every 100 steps. */
  readonly onCheckpoint?: (step: number, weights: SegmenterWeights) => Promise<void>;
}

const stepsPerCheckpoint = 100;

/**
 * Trains the U-Net on an endless stream of augmented slices: Dice and cross-entropy,
 * AdamW, warm-up and cosine decay of the learning rate.
 *
 * Every step draws its batch from its own random stream, so that a run that goes on
 * after `stepsDone` sees the batches it would have seen; AdamW's moments start anew.
 *
 * @throws RangeError when the weights to start from are of a network of another size
 */
export async function trainSegmenter(
  source: SliceSource,
  config: SegmenterConfig,
  random: Random,
  { start, stepsDone = 0, onStep, onCheckpoint }: TrainingWatch = {},
): Promise<SegmenterWeights> {
  const { parameters, logits } = network(config, config.batch, random.fork('weights'), start);
  const targets = input('targets', [config.batch, config.classes, config.window.size, config.window.size]);
  const session = await compileTraining({
    loss: diceCrossEntropy(logits, targets),
    parameters,
    optimizer: adamW({ weightDecay: 1e-4, clipNorm: 2 }),
    threads: config.threads,
  });
  const batches = random.fork('batches');
  const draw = (step: number): TrainingBatch => trainingBatch(source, config, batches.fork(step));
  let batch = draw(stepsDone);
  for (let step = stepsDone; step < config.steps; step++) {
    const warmUp = Math.min(1, (step + 1) / 50);
    const decay = 0.5 * (1 + Math.cos((Math.PI * step) / config.steps));
    const learningRate = config.learningRate * warmUp * Math.max(0.01, decay);
    const running = session.step({ image: batch.images, targets: batch.targets }, { learningRate });
    // The next batch is drawn while the engine's own threads work on this one.
    if (step + 1 < config.steps) batch = draw(step + 1);
    const { loss } = await running;
    onStep?.(step + 1, loss);
    if ((step + 1) % stepsPerCheckpoint === 0 && step + 1 < config.steps)
      await onCheckpoint?.(step + 1, { parameters: await session.parameters() });
  }
  const trained = await session.parameters();
  await session.close();
  return { parameters: trained };
}

/** The trained network as ONNX: `image` [n, 1, size, size] to `logits` and `bottleneck`. */
export function exportSegmenter(
  weights: SegmenterWeights,
  config: SegmenterConfig,
  random: Random,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { logits, bottleneck } = network(config, 1, random);
  return exportOnnx({
    outputs: { logits, bottleneck },
    parameters: weights.parameters,
    metadata,
    freeBatch: true,
  });
}

function network(config: SegmenterConfig, batch: number, random: Random, start?: SegmenterWeights) {
  const parameters = new Parameters(random);
  const image = input('image', [batch, 1, config.window.size, config.window.size]);
  const { base, levels, classes } = config;
  const outputs = uNet(parameters, 'unet', image, { base, levels, classes });
  for (const { attributes } of start ? parameters.list : []) {
    const values = start!.parameters[attributes.name];
    if (values?.length !== attributes.values.length)
      throw new RangeError(`trainSegmenter: the weights to start from do not fit ${attributes.name}`);
    attributes.values.set(values);
  }
  return { parameters, ...outputs };
}
