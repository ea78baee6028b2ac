import { compileTraining, exportOnnx, input, Parameters, type Provider } from '@myocast/autodiff';
import { uNet } from '@myocast/autodiff/layers';
import { diceCrossEntropy } from '@myocast/autodiff/losses';
import { adamW } from '@myocast/autodiff/optimizers';
import type { Random } from '@myocast/base';
import { type BatchPlan, type SliceSource, type TrainingBatch, trainingBatch } from './training-batch.ts';

export interface SegmenterConfig extends BatchPlan {
  /** Channels at full size. */
  readonly base: number;
  /** Channels where doubling stops. */
  readonly widest: number;
  readonly levels: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly threads: number;
  /** Where the steps run; default 'cpu'. Providers agree to rounding, not to the byte. */
  readonly provider?: Provider | undefined;
}

/** The network and its training, but for what follows from the images. */
export const segmenterDefaults = {
  base: 16,
  widest: 128,
  levels: 5,
  batch: 8,
  learningRate: 2e-3,
  threads: 2,
} as const;

export interface SegmenterWeights {
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** A score of the weights on cases kept out of training for it. */
export interface ValidationPoint {
  readonly step: number;
  /** Higher is better. */
  readonly score: number;
}

/** When to stop before all steps are done. */
export interface EarlyStopping {
  readonly score: (weights: SegmenterWeights) => Promise<number>;
  /** Steps between scores. */
  readonly every: number;
  /** Training stops after so many scores without a better one. */
  readonly patience: number;
}

/** How far training has come, for going on from there. */
export interface TrainingState {
  readonly step: number;
  /** Of the training session: parameters, moments, step. */
  readonly checkpoint: Uint8Array;
  /** The best ones where training is scored, else those of this step. */
  readonly weights: SegmenterWeights;
  readonly scores: readonly ValidationPoint[];
}

/** Where to start, and who hears of the progress. */
export interface TrainingWatch {
  /** Weights to begin with in place of random ones. */
  readonly start?: SegmenterWeights | undefined;
  /** What an interrupted run had reached. */
  readonly resume?: TrainingState | undefined;
  readonly early?: EarlyStopping | undefined;
  readonly onStep?: ((step: number, loss: number) => void) | undefined;
  /** Called every 100 steps. */
  readonly onCheckpoint?: ((state: TrainingState) => Promise<void>) | undefined;
}

const stepsPerCheckpoint = 100;

/**
 * Trains the U-Net on an endless stream of augmented slices: Dice and cross-entropy,
 * AdamW, warm-up and cosine decay of the learning rate.
 *
 * Every step draws its batch from its own random stream and a run that goes on from
 * a state has the moments it had: it gives the bytes of an uninterrupted one.
 *
 * @returns the state at the last step, or at the one where it stopped early
 * @throws RangeError when the weights to start from are of a network of another size
 */
export async function trainSegmenter(
  source: SliceSource,
  config: SegmenterConfig,
  random: Random,
  {
    start,
    resume,
    early,
    onStep = () => undefined,
    onCheckpoint = async () => undefined,
  }: TrainingWatch = {},
): Promise<TrainingState> {
  const session = await openSession(config, random.fork('weights'), start, resume);
  const batches = random.fork('batches');
  const draw = (step: number): TrainingBatch => trainingBatch(source, config, batches.fork(step));
  const watched = new Watched(early, resume);
  let step = resume?.step ?? 0;
  let batch = draw(step);
  const reached = async () => watched.state(step, session.checkpoint(), await session.parameters());
  while (step < config.steps && !watched.ended) {
    const running = session.step(
      { image: batch.images, targets: batch.targets },
      { learningRate: learningRateAt(step, config) },
    );
    // The next batch is drawn while the engine's own threads work on this one.
    batch = draw(step + 1);
    const { loss } = await running;
    step++;
    onStep(step, loss);
    await watched.after(step, config.steps, () => session.parameters());
    if (step % stepsPerCheckpoint === 0 && step < config.steps) await onCheckpoint(await reached());
  }
  const state = await reached();
  await session.close();
  return state;
}

function openSession(
  config: SegmenterConfig,
  random: Random,
  start: SegmenterWeights | undefined,
  resume: TrainingState | undefined,
) {
  const { parameters, logits } = network(config, config.batch, random, start);
  const targets = input('targets', [config.batch, config.classes, config.window.size, config.window.size]);
  return compileTraining({
    loss: diceCrossEntropy(logits, targets),
    parameters,
    optimizer: adamW({ weightDecay: 1e-4, clipNorm: 2 }),
    threads: config.threads,
    provider: config.provider,
    ...(resume ? { resume: resume.checkpoint } : {}),
  });
}

const warmUpSteps = 50;

function learningRateAt(step: number, { learningRate, steps }: SegmenterConfig): number {
  const decay = 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  return learningRate * Math.min(1, (step + 1) / warmUpSteps) * Math.max(0.01, decay);
}

/** Keeps the best of the weights that were scored. */
class Watched {
  readonly #early: EarlyStopping | undefined;
  #scores: ValidationPoint[];
  #best: SegmenterWeights | null;

  constructor(early: EarlyStopping | undefined, resume: TrainingState | undefined) {
    this.#early = early;
    this.#scores = [...(resume?.scores ?? [])];
    this.#best = this.#scores.length > 0 ? resume!.weights : null;
  }

  get #bestScore(): number {
    return this.#scores.reduce((most, { score }) => Math.max(most, score), -Infinity);
  }

  get ended(): boolean {
    if (!this.#early || this.#scores.length === 0) return false;
    const best = this.#scores.findIndex(({ score }) => score === this.#bestScore);
    return this.#scores.length - 1 - best >= this.#early.patience;
  }

  async after(step: number, steps: number, now: () => Promise<Record<string, Float32Array>>): Promise<void> {
    if (!this.#early || (step < steps && step % this.#early.every !== 0)) return;
    const weights = { parameters: await now() };
    const score = await this.#early.score(weights);
    if (score > this.#bestScore) this.#best = weights;
    this.#scores.push({ step, score });
  }

  state(step: number, checkpoint: Uint8Array, now: Record<string, Float32Array>): TrainingState {
    return { step, checkpoint, weights: this.#best ?? { parameters: now }, scores: [...this.#scores] };
  }
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
  const { base, levels, widest, classes, window } = config;
  const image = input('image', [batch, 1, window.size, window.size]);
  const outputs = uNet(parameters, 'unet', image, { base, levels, widest, classes });
  for (const { attributes } of start ? parameters.list : []) {
    const values = start!.parameters[attributes.name];
    if (values?.length !== attributes.values.length)
      throw new RangeError(`trainSegmenter: the weights to start from do not fit ${attributes.name}`);
    attributes.values.set(values);
  }
  return { parameters, ...outputs };
}
