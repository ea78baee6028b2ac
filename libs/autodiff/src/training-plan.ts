import type { Optimizer } from './optimizers/optimizer.ts';
import type { Execution } from './providers.ts';
import { showShape, sizeOf, type Tensor } from './tensor.ts';

/** What one step computes from a batch. */
export interface StepGraph<Metric extends string = string> {
  /** A scalar. */
  readonly loss: Tensor;
  /** More values to give back with every step. */
  readonly metrics?: Readonly<Record<Metric, Tensor>>;
  /** What buffers become after the step, from their values before it and the batch. */
  readonly updates?: readonly (readonly [buffer: Tensor, next: Tensor])[];
}

/** The graph of a step, or a function that writes it for any batch size with the same parameters. */
export type StepModel<Metric extends string = string> =
  | StepGraph<Metric>
  | { readonly model: (batch: number) => StepGraph<Metric> };

export interface TrainingSettings extends Execution {
  /** What is trained (and its buffers); other parameters stay as they are. */
  readonly parameters:
    | readonly Tensor[]
    | { readonly list: readonly Tensor[]; readonly buffers?: readonly Tensor[] };
  readonly optimizer: Optimizer;
  /**
   * Keeps a second set of parameters, an average that starts where they start and
   * after each step goes (1 - decay) of the way to them.
   */
  readonly ema?: { readonly decay: number };
  /** A checkpoint to go on from. */
  readonly resume?: Uint8Array;
}

export type TrainingPlan<Metric extends string = string> = TrainingSettings & StepModel<Metric>;

/** Named tensors one after the other in one vector. */
export interface Packed {
  readonly tensors: readonly Tensor<'Parameter'>[];
  /** Where each starts. */
  readonly starts: readonly number[];
  readonly length: number;
}

/** Where everything stands in the vectors of a session. */
export interface Layout {
  readonly parameters: Packed;
  readonly buffers: Packed;
}

function pack(tensors: readonly Tensor[]): Packed {
  let length = 0;
  const starts = tensors.map(({ shape }) => (length += sizeOf(shape)) - sizeOf(shape));
  return { tensors: tensors as readonly Tensor<'Parameter'>[], starts, length };
}

/**
 * The layout of a plan's state, from the graph of one batch size.
 *
 * @throws RangeError when there is nothing to train, or a buffer is updated by another shape
 */
export function layoutOf({ parameters }: TrainingSettings, { updates = [] }: StepGraph): Layout {
  const trained = 'list' in parameters ? parameters.list : parameters;
  const buffers = 'list' in parameters ? (parameters.buffers ?? []) : [];
  if (trained.length === 0)
    throw new RangeError('compileTraining: expected at least one parameter, got none');
  for (const [buffer, next] of updates) {
    if (buffer.op !== 'Parameter' || trained.includes(buffer))
      throw new RangeError('compileTraining: expected updates of buffers, got one of something else');
    if (showShape(buffer.shape) !== showShape(next.shape)) {
      const { name } = (buffer as Tensor<'Parameter'>).attributes;
      throw new RangeError(
        `buffer ${name}: expected an update ${showShape(buffer.shape)}, got ${showShape(next.shape)}`,
      );
    }
  }
  return {
    parameters: pack(trained),
    buffers: pack([...new Set([...buffers, ...updates.map(([buffer]) => buffer)])]),
  };
}

/** Names of the vectors that go on from step to step. */
export function stateNames({ optimizer, ema }: TrainingSettings): readonly string[] {
  return ['parameters', ...optimizer.moments, ...(ema ? ['average'] : [])];
}

/** The graph of a step for this batch size. */
export function graphFor<Metric extends string>(plan: StepModel<Metric>, batch: number): StepGraph<Metric> {
  return 'model' in plan ? plan.model(batch) : plan;
}
