import ort from 'onnxruntime-node';
import { gradient, inOrder } from './graph.ts';
import { encodeModel } from './onnx.ts';
import { onnxGraph } from './onnx-graph.ts';
import { concat, input, reshape, slice } from './operators.ts';
import type { Optimizer } from './optimizers.ts';
import { type Execution, openSession } from './providers.ts';
import { showShape, sizeOf, type Tensor } from './tensor.ts';

export interface TrainingPlan extends Execution {
  /** A scalar. */
  readonly loss: Tensor;
  /** What is trained; other parameters stay as they are. */
  readonly parameters: readonly Tensor[] | { readonly list: readonly Tensor[] };
  /** More values to give back with every step. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  readonly optimizer: Optimizer;
}
export interface StepResult {
  /** Before the update. */
  readonly loss: number;
  /** The length of the gradient over all parameters, before clipping. */
  readonly gradientNorm: number;
  /** Before the update; a number for a scalar. */
  readonly metrics: Readonly<Record<string, number | Float32Array>>;
}
type Vectors = Readonly<Record<string, ort.Tensor>>;

/**
 * Compiles forward pass, loss, backward pass and update into one ONNX graph.
 *
 * All parameters stand in one vector, so that the update is a dozen operators
 * whatever the model; two sets of vectors take turns as inputs and outputs, so
 * that nothing is copied between steps.
 */
export async function compileTraining(plan: TrainingPlan): Promise<TrainingSession> {
  const parameters = (
    'list' in plan.parameters ? plan.parameters.list : plan.parameters
  ) as readonly Tensor<'Parameter'>[];
  if (parameters.length === 0)
    throw new RangeError('compileTraining: expected at least one parameter, got none');
  const total = parameters.reduce((count, { shape }) => count + sizeOf(shape), 0);
  const vector = (name: string) => input(`:${name}`, [total]);
  const theta = vector('parameters');
  const substitutes = new Map<Tensor, Tensor>();
  let start = 0;
  for (const parameter of parameters) {
    const end = start + sizeOf(parameter.shape);
    substitutes.set(parameter, reshape(slice(theta, 0, start, end), parameter.shape));
    start = end;
  }
  const gradients = gradient(plan.loss, parameters).map((part) => reshape(part, [-1]));
  const { optimizer } = plan;
  const updated = optimizer.update({
    parameters: theta,
    gradient: concat(gradients, 0),
    moments: optimizer.moments.map(vector),
    learningRate: input('learningRate', []),
    decays: vector('decays'),
  });
  const metrics = Object.entries(plan.metrics ?? {});
  const graph = onnxGraph({
    name: 'training step',
    parameters: frozenValues([plan.loss, ...metrics.map(([, tensor]) => tensor)], parameters),
    substitutes,
    outputs: {
      ':loss': plan.loss,
      ':gradientNorm': updated.gradientNorm,
      ':parameters next': updated.parameters,
      ...Object.fromEntries(
        optimizer.moments.map((name, place) => [`:${name} next`, updated.moments[place]!]),
      ),
      ...Object.fromEntries(metrics.map(([name, tensor]) => [`:metric ${name}`, tensor])),
    },
  });
  const session = await openSession(encodeModel({ graph, metadata: {} }), plan);
  const shapes = new Map(
    graph.inputs
      .filter(({ name }) => !name.startsWith(':'))
      .map(({ name, shape }) => [name, shape as readonly number[]]),
  );
  return new TrainingSession({ session, parameters, optimizer, shapes, metrics: plan.metrics ?? {} });
}

/** Parameters the loss uses but the plan does not train keep the values they started with. */
function frozenValues(outputs: readonly Tensor[], trained: readonly Tensor[]): Record<string, Float32Array> {
  const frozen = inOrder(outputs).filter((tensor) => tensor.op === 'Parameter' && !trained.includes(tensor));
  return Object.fromEntries(
    (frozen as Tensor<'Parameter'>[]).map(({ attributes: { name, values } }) => [name, values]),
  );
}

interface Compiled {
  readonly session: ort.InferenceSession;
  readonly parameters: readonly Tensor<'Parameter'>[];
  readonly optimizer: Optimizer;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** A compiled training step and the state it moves forward. */
export class TrainingSession {
  readonly #compiled: Compiled;
  readonly #decays: ort.Tensor;
  #now: Vectors;
  #next: Vectors;
  #steps = 0;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
    const { parameters, optimizer } = compiled;
    const total = parameters.reduce((count, { shape }) => count + sizeOf(shape), 0);
    const vectors = (): Record<string, ort.Tensor> =>
      Object.fromEntries(
        ['parameters', ...optimizer.moments].map((name) => [
          name,
          new ort.Tensor('float32', new Float32Array(total), [total]),
        ]),
      );
    this.#now = vectors();
    this.#next = vectors();
    const decays = new Float32Array(total);
    let start = 0;
    for (const { attributes, shape } of parameters) {
      (this.#now['parameters']!.data as Float32Array).set(attributes.values, start);
      decays.fill(shape.length > 1 ? 1 : 0, start, start + sizeOf(shape));
      start += sizeOf(shape);
    }
    this.#decays = new ort.Tensor('float32', decays, [total]);
  }

  /**
   * One step on one batch.
   *
   * @param feeds one array per input of the model
   * @throws RangeError when a feed is missing, unknown or has the wrong length
   * @throws Error naming the step when loss or gradient is not finite; the parameters then stay as they were
   */
  async step(
    feeds: Readonly<Record<string, Float32Array>>,
    { learningRate }: { learningRate: number },
  ): Promise<StepResult> {
    const step = this.#steps + 1;
    const { session, optimizer, metrics } = this.#compiled;
    const outputs = await session.run(
      { ...this.#feeds(feeds, { learningRate, ...optimizer.schedule(step) }), ...this.#stateFeeds() },
      this.#fetches(),
    );
    const [loss, gradientNorm] = [':loss', ':gradientNorm'].map(
      (name) => (outputs[name]!.data as Float32Array)[0]!,
    ) as [number, number];
    if (!Number.isFinite(loss)) throw new Error(`training step ${step}: the loss is ${loss}`);
    if (!Number.isFinite(gradientNorm))
      throw new Error(`training step ${step}: the length of the gradient is ${gradientNorm}`);
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#steps = step;
    const measured = Object.entries(metrics).map(([name, { shape }]) => {
      const data = outputs[`:metric ${name}`]!.data as Float32Array;
      return [name, shape.length === 0 ? data[0]! : data] as const;
    });
    return { loss, gradientNorm, metrics: Object.fromEntries(measured) };
  }

  /** A copy of every parameter as it is now. */
  async parameters(): Promise<Record<string, Float32Array>> {
    const all = this.#now['parameters']!.data as Float32Array;
    let start = 0;
    const entries = this.#compiled.parameters.map(({ attributes, shape }) => {
      const values = all.slice(start, start + sizeOf(shape));
      start += sizeOf(shape);
      return [attributes.name, values] as const;
    });
    return Object.fromEntries(entries);
  }

  async close(): Promise<void> {
    await this.#compiled.session.release();
  }

  #feeds(
    feeds: Readonly<Record<string, Float32Array>>,
    scalars: Readonly<Record<string, number>>,
  ): Record<string, ort.Tensor> {
    const { shapes } = this.#compiled;
    const unknown = Object.keys(feeds).find((name) => !shapes.has(name));
    if (unknown !== undefined)
      throw new RangeError(`step: no input "${unknown}"; the model takes ${[...shapes.keys()].join(', ')}`);
    const entries = [...shapes].map(([name, shape]) => {
      const scalar = scalars[name];
      const data = scalar === undefined ? feeds[name] : Float32Array.of(scalar);
      if (data?.length !== sizeOf(shape))
        throw new RangeError(
          `step: input "${name}" ${showShape(shape)}: expected ${sizeOf(shape)} values, got ${data?.length ?? 'none'}`,
        );
      return [name, new ort.Tensor('float32', data, shape)] as const;
    });
    return Object.fromEntries(entries);
  }

  #stateFeeds(): Record<string, ort.Tensor> {
    const state = Object.entries(this.#now).map(([name, vector]) => [`:${name}`, vector] as const);
    const feeds = Object.fromEntries([...state, [':decays', this.#decays] as const]);
    return Object.fromEntries(
      this.#compiled.session.inputNames.filter((name) => feeds[name]).map((name) => [name, feeds[name]!]),
    );
  }

  #fetches(): Record<string, ort.Tensor | null> {
    const next = Object.entries(this.#next).map(([name, vector]) => [`:${name} next`, vector] as const);
    const metrics = Object.keys(this.#compiled.metrics).map((name) => [`:metric ${name}`, null] as const);
    return Object.fromEntries<ort.Tensor | null>([
      [':loss', null],
      [':gradientNorm', null],
      ...next,
      ...metrics,
    ]);
  }
}
