import { adamW, compileTraining, diceCrossEntropy, input } from '@myocast/autodiff';
import type { Random } from '@myocast/base';
import { phantomSample } from '@myocast/simulation';
import { augment, type Example, type Sample } from './augment.ts';
import { classesOf, type NetworkPlan, networkTensors, newParameters } from './network.ts';

export interface SegmenterTraining {
  readonly network: NetworkPlan;
  /** Labelled real slices; may be empty. */
  readonly examples: readonly Example[];
  /** Share of each batch that is drawn from the phantom; 1 without examples. */
  readonly phantomShare: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly threads: number;
  /** Parameters to go on from. */
  readonly start?: Readonly<Record<string, Float32Array>>;
  /** Steps that were already done in an interrupted run. */
  readonly stepsDone?: number;
}

export interface TrainingWatch {
  /** After every step, with the loss of its batch. */
  readonly onStep?: (step: number, loss: number) => void;
  /** Every `every` steps: parameters to go on from when this run is cut off. */
  readonly onCheckpoint?: (step: number, values: Record<string, Float32Array>) => Promise<void>;
  readonly every?: number;
}

/**
 * Trains a network on phantoms and labelled slices: Dice + cross-entropy, AdamW,
 * learning rate up over 5 % of the steps and down along a cosine.
 *
 * Every step draws its batch from its own random stream, so a run that goes on
 * from a checkpoint sees the batches it would have seen; AdamW's moments start anew.
 *
 * @returns the parameters by name
 */
export async function trainSegmenter(
  training: SegmenterTraining,
  random: Random,
  watch: TrainingWatch = {},
): Promise<Record<string, Float32Array>> {
  const { network, batch, steps, threads } = training;
  const { size, kind } = network;
  const parameters = newParameters(network, training.start);
  const { logits } = networkTensors(network, parameters, batch);
  const target = input('target', [batch, classesOf[kind], size, size]);
  const session = await compileTraining({
    loss: diceCrossEntropy(logits, target),
    parameters,
    optimizer: adamW({ weightDecay: 0.01, clipNorm: 5 }),
    threads,
  });
  try {
    const first = (training.stepsDone ?? 0) + 1;
    let feeds = drawBatch(training, random.fork(`step ${first}`));
    for (let step = first; step <= steps; step++) {
      const running = session.step(feeds, { learningRate: learningRateAt(step, training) });
      // The next batch is drawn while onnxruntime's own threads work on this one.
      if (step < steps) feeds = drawBatch(training, random.fork(`step ${step + 1}`));
      const { loss } = await running;
      watch.onStep?.(step, loss);
      if (watch.onCheckpoint && step % (watch.every ?? 100) === 0)
        await watch.onCheckpoint(step, await session.parameters());
    }
    return await session.parameters();
  } finally {
    await session.close();
  }
}

function learningRateAt(step: number, { steps, learningRate }: SegmenterTraining): number {
  const warmUp = Math.max(1, Math.round(0.05 * steps));
  if (step <= warmUp) return (learningRate * step) / warmUp;
  const done = (step - warmUp) / Math.max(1, steps - warmUp);
  return learningRate * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * done)));
}

function drawBatch(training: SegmenterTraining, random: Random): { image: Float32Array; target: Float32Array } {
  const { network, batch, examples, phantomShare } = training;
  const pixels = network.size ** 2;
  const classes = classesOf[network.kind];
  const image = new Float32Array(batch * pixels);
  const target = new Float32Array(batch * classes * pixels);
  const phantoms = examples.length === 0 ? batch : Math.round(phantomShare * batch);
  for (let n = 0; n < batch; n++) {
    const draw = random.fork(n);
    const example = n < phantoms ? phantomExample(draw, network.kind) : draw.choice(examples);
    const sample: Sample = augment(draw, example, network);
    image.set(sample.image, n * pixels);
    for (let pixel = 0; pixel < pixels; pixel++)
      target[(n * classes + sample.label[pixel]!) * pixels + pixel] = 1;
  }
  return { image, target };
}

function phantomExample(random: Random, kind: NetworkPlan['kind']): Example {
  const { image, label, size, spacingMm } = phantomSample(random, kind);
  return {
    image: { data: image, rows: size, columns: size },
    label: { data: label, rows: size, columns: size },
    pixelMm: [spacingMm, spacingMm],
    heart: [(size - 1) / 2, (size - 1) / 2],
  };
}
