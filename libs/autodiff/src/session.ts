import type ort from 'onnxruntime-node';
import { blockSize } from './lowering/block-size.ts';
import { openSession, type Provider } from './providers.ts';
import {
  type Feeds,
  feedTensors,
  type OpenSession,
  openPart,
  type Part,
  scalarTensors,
} from './training-part.ts';
import { readCheckpoint, writeCheckpoint } from './training-checkpoint.ts';
import { faultOf } from './training-fault.ts';
import { microStep, updateStep, wholeStep } from './training-graph.ts';
import { graphFor, type Layout, layoutOf, type StepGraph, type TrainingPlan } from './training-plan.ts';
import { mean, metricsOf, type Outputs, scalarOf, type StepResult } from './training-result.ts';
import { TrainingState } from './training-state.ts';

export interface StepOptions {
  readonly learningRate: number;
  /** Rows of the batch, or of each batch; for a plan with a `model` that is written for any number. */
  readonly batch?: number | readonly number[];
}

/**
 * Compiles forward pass, loss, backward pass and update into one ONNX graph.
 *
 * A plan with a `model` in place of a loss compiles one graph per batch size, when
 * a step first has that size; parameters, moments and buffers are the same for all.
 *
 * @throws RangeError when the plan does not fit together
 * @throws Error with one line when the checkpoint to resume is not one of this model
 */
export async function compileTraining<Metric extends string = string>(
  plan: TrainingPlan<Metric>,
): Promise<TrainingSession<Metric>> {
  return openTraining(plan, (bytes) => openSession(bytes, plan));
}

/** compileTraining with another way to open a graph. */
export async function openTraining<Metric extends string>(
  plan: TrainingPlan<Metric>,
  open: OpenSession,
): Promise<TrainingSession<Metric>> {
  const { decay } = plan.ema ?? { decay: 0 };
  if (!(decay >= 0 && decay < 1))
    throw new RangeError(`compileTraining: expected an ema decay in [0, 1), got ${decay}`);
  const session = new TrainingSession(plan, open);
  if (plan.resume) session.restore(plan.resume);
  if ('loss' in plan) await session.compile();
  return session;
}

/** Only the processor's kernels have a blocked layout. */
const blockSizeOn = (provider: Provider = 'cpu') => (provider === 'cpu' ? blockSize() : 0);

type Kind = 'whole' | 'micro' | 'update';

/** A compiled training step and the state it moves forward. */
export class TrainingSession<Metric extends string = string> {
  readonly #plan: TrainingPlan<Metric>;
  readonly #open: OpenSession;
  readonly #layout: Layout;
  readonly #state: TrainingState;
  readonly #parts = new Map<string, Promise<Part>>();
  #running = false;

  /** Use `compileTraining`. */
  constructor(plan: TrainingPlan<Metric>, open: OpenSession) {
    this.#plan = plan;
    this.#open = open;
    this.#layout = layoutOf(plan, graphFor(plan, 1));
    this.#state = new TrainingState(plan, this.#layout);
  }

  /** Steps done, those before a checkpoint included. */
  get steps(): number {
    return this.#state.steps;
  }

  /** Compiles the step for a batch size ahead of its first use. */
  async compile(batch = 1): Promise<void> {
    await this.#part('whole', batch);
  }

  /**
   * One step on one batch, or on several batches whose gradients are added up
   * before the one update.
   *
   * With several, loss, gradient and scalar metrics are means over the batches,
   * weighted by their rows: what one big batch gives where the loss is a mean over
   * rows (not with batch norm or a Dice over the whole batch). Other metrics come
   * one batch after the other; buffers are updated batch by batch.
   *
   * @param feeds one array per input of the model
   * @throws RangeError when a feed is missing, unknown or has the wrong length, or while another step runs
   * @throws Error when loss or gradient is not finite, naming the step and the first operator
   *   whose result was not; the state then stays as it was
   */
  async step(feeds: Feeds | readonly Feeds[], options: StepOptions): Promise<StepResult<Metric>> {
    if (this.#running) throw new RangeError('step: the step before has not ended');
    if (!Number.isFinite(options.learningRate))
      throw new RangeError(`step: expected a finite learning rate, got ${options.learningRate}`);
    this.#running = true;
    try {
      const batches = Array.isArray(feeds) ? (feeds as readonly Feeds[]) : [feeds as Feeds];
      const sizes = this.#sizes(batches.length, options.batch);
      const { learningRate } = options;
      const scalars = { learningRate, ...this.#plan.optimizer.scalars(this.steps + 1) };
      const result =
        batches.length === 1
          ? await this.#whole(batches[0]!, sizes[0]!, scalars)
          : await this.#accumulated(batches, sizes, scalars);
      this.#state.steps += 1;
      return result;
    } finally {
      this.#running = false;
    }
  }

  /** A copy of every parameter and buffer as it is now; `averaged` gives the parameters' moving average. */
  async parameters({ averaged = false }: { averaged?: boolean } = {}): Promise<Record<string, Float32Array>> {
    if (averaged && !this.#plan.ema)
      throw new RangeError('parameters: expected a plan with ema for averaged parameters, got one without');
    return this.#state.values(averaged ? 'average' : 'parameters');
  }

  /** Parameters, moments, average, buffers and the step, for `restore` or the plan's `resume`. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.#state, this.#plan.optimizer.name);
  }

  /**
   * Goes on from a checkpoint: the next steps give the bytes they would have given
   * without the stop.
   *
   * @throws Error with one line when it is damaged or of another model; the state then stays as it was
   */
  restore(checkpoint: Uint8Array): void {
    if (this.#running) throw new RangeError('restore: a step is running');
    readCheckpoint(checkpoint, this.#state, this.#plan.optimizer.name);
  }

  async close(): Promise<void> {
    const parts = await Promise.all(this.#parts.values());
    this.#parts.clear();
    for (const { session } of parts) await session.release();
  }

  async #whole(
    feeds: Feeds,
    size: number,
    scalars: Readonly<Record<string, number>>,
  ): Promise<StepResult<Metric>> {
    const part = await this.#part('whole', size);
    const found = await this.#run(part, feeds, scalars);
    const [loss, gradientNorm] = [scalarOf(found, ':loss'), scalarOf(found, ':gradientNorm')];
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
      await this.#stop({ loss, gradientNorm }, [{ part, feeds }], scalars);
    this.#state.accept(Object.keys(part.plan.outputs));
    return { loss, gradientNorm, metrics: metricsOf([found], [1]) };
  }

  async #accumulated(
    batches: readonly Feeds[],
    sizes: readonly number[],
    scalars: Readonly<Record<string, number>>,
  ): Promise<StepResult<Metric>> {
    const state = this.#state;
    const buffers = this.#layout.buffers.length > 0 ? state.vector('buffers').slice() : null;
    const rows = sizes.reduce((sum, size) => sum + size, 0);
    const weights = sizes.map((size) => size / rows);
    state.clearAccumulated();
    try {
      const results: Outputs[] = [];
      const runs: Run[] = [];
      for (const [place, feeds] of batches.entries()) {
        const part = await this.#part('micro', sizes[place]!);
        const found = await this.#run(part, feeds, { weight: weights[place]! });
        const loss = scalarOf(found, ':loss');
        runs.push({ part, feeds });
        if (!Number.isFinite(loss))
          await this.#stop({ loss, gradientNorm: 0 }, runs.slice(-1), { weight: 1 });
        state.accept(Object.keys(part.plan.outputs));
        results.push(found);
      }
      const update = await this.#part('update', 0);
      const found = await this.#run(update, {}, scalars);
      const loss = mean(
        results.map((outputs) => scalarOf(outputs, ':loss')),
        weights,
      );
      const gradientNorm = scalarOf(found, ':gradientNorm');
      if (!Number.isFinite(gradientNorm)) {
        state.clearAccumulated();
        await this.#stop({ loss, gradientNorm }, runs, { weight: 1 });
      }
      state.accept(Object.keys(update.plan.outputs));
      return { loss, gradientNorm, metrics: metricsOf(results, weights) };
    } catch (error) {
      if (buffers) state.vector('buffers').set(buffers);
      throw error;
    }
  }

  /** The graph of this kind and batch size, compiled when it is first asked for. */
  #part(kind: Kind, batch: number): Promise<Part> {
    const key = kind === 'update' || 'loss' in this.#plan ? kind : `${kind} ${batch}`;
    const known = this.#parts.get(key);
    if (known) return known;
    const part = this.#compile(kind, batch);
    this.#parts.set(key, part);
    part.catch(() => this.#parts.delete(key));
    return part;
  }

  async #compile(kind: Kind, batch: number): Promise<Part> {
    if (kind === 'update') return openPart(updateStep(this.#plan, this.#layout), this.#open);
    const graph: StepGraph<Metric> = graphFor(this.#plan, batch);
    const now = layoutOf(this.#plan, graph);
    const added = [now.parameters, now.buffers]
      .flatMap(({ tensors }) => tensors)
      .find((tensor) => !this.#knows(tensor));
    if (added)
      throw new RangeError(
        `step: the model for batch ${batch} has ${added.attributes.name}, which it did not have for batch 1`,
      );
    const plan =
      kind === 'whole' ? wholeStep(this.#plan, this.#layout, graph) : microStep(this.#layout, graph);
    return openPart({ ...plan, block: await blockSizeOn(this.#plan.provider) }, this.#open);
  }

  #knows(tensor: Layout['parameters']['tensors'][number]): boolean {
    const { parameters, buffers } = this.#layout;
    return parameters.tensors.includes(tensor) || buffers.tensors.includes(tensor);
  }

  async #run(part: Part, feeds: Feeds, scalars: Readonly<Record<string, number>>): Promise<Outputs> {
    return part.session.run(
      this.#inputs(part, feeds, scalars),
      this.#state.fetches(Object.keys(part.plan.outputs)),
    );
  }

  #inputs(part: Part, feeds: Feeds, scalars: Readonly<Record<string, number>>): Record<string, ort.Tensor> {
    return {
      ...feedTensors(part, feeds),
      ...scalarTensors(part, scalars),
      ...this.#state.feeds(part.session.inputNames),
    };
  }

  async #stop(
    { loss, gradientNorm }: { loss: number; gradientNorm: number },
    runs: readonly Run[],
    scalars: Readonly<Record<string, number>>,
  ): Promise<never> {
    const what = Number.isFinite(loss)
      ? `the length of the gradient is ${gradientNorm}`
      : `the loss is ${loss}`;
    const message = `training step ${this.steps + 1}: ${what}`;
    for (const { part, feeds } of runs) {
      const fault = await faultOf(
        part.plan,
        this.#inputs(part, feeds, scalars),
        this.#state.values('parameters'),
        this.#plan,
      );
      if (fault) throw new Error(`${message}; ${fault}`);
    }
    throw new Error(`${message}; no single operator shows it when the step is taken again`);
  }

  #sizes(count: number, batch: StepOptions['batch']): readonly number[] {
    if (count === 0) throw new RangeError('step: expected at least one batch, got none');
    const sizes = typeof batch === 'object' ? batch : Array<number>(count).fill(batch ?? 1);
    if ('model' in this.#plan && batch === undefined)
      throw new RangeError('step: expected the batch size, since the plan has a model for any');
    if (sizes.length !== count || !sizes.every((size) => Number.isInteger(size) && size > 0))
      throw new RangeError(`step: expected ${count} whole batch sizes above 0, got ${sizes.join(', ')}`);
    return 'model' in this.#plan ? sizes : sizes.map(() => 1);
  }
}

interface Run {
  readonly part: Part;
  readonly feeds: Feeds;
}
