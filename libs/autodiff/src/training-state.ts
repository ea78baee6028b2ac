import ort from 'onnxruntime-node';
import { sizeOf } from './tensor.ts';
import { type Layout, type Packed, stateNames, type TrainingSettings } from './training-plan.ts';

type Values = Record<string, Float32Array>;

/**
 * What a training session moves forward. Every vector has two places that take
 * turns as input and output of a graph, so that nothing is copied between steps.
 */
export class TrainingState {
  readonly names: readonly string[];
  readonly layout: Layout;
  readonly #decays: ort.Tensor;
  readonly #now = new Map<string, ort.Tensor>();
  readonly #next = new Map<string, ort.Tensor>();
  /** Steps done. */
  steps = 0;

  constructor(plan: TrainingSettings, layout: Layout) {
    const { parameters, buffers } = layout;
    this.layout = layout;
    this.names = [...stateNames(plan), ...(buffers.length > 0 ? ['buffers'] : [])];
    for (const name of this.names) this.#add(name, name === 'buffers' ? buffers.length : parameters.length);
    for (const name of ['parameters', 'average'])
      if (this.names.includes(name)) fill(this.vector(name), parameters);
    if (buffers.length > 0) fill(this.vector('buffers'), buffers);
    const decays = new Float32Array(parameters.length);
    for (const [place, { shape }] of parameters.tensors.entries()) {
      const start = parameters.starts[place]!;
      decays.fill(shape.length > 1 ? 1 : 0, start, start + sizeOf(shape));
    }
    this.#decays = new ort.Tensor('float32', decays, [decays.length]);
  }

  /** The numbers of a vector as they are now; not a copy. */
  vector(name: string): Float32Array {
    return this.#now.get(name)!.data as Float32Array;
  }

  /** An accumulated gradient of zero; the vector is made the first time it is needed. */
  clearAccumulated(): void {
    if (!this.#now.has('accumulated')) this.#add('accumulated', this.layout.parameters.length);
    this.vector('accumulated').fill(0);
  }

  /** The vectors among these inputs of a graph. */
  feeds(inputs: readonly string[]): Record<string, ort.Tensor> {
    const known = inputs.map((name) => [name, this.#input(name)] as const);
    return Object.fromEntries(known.filter((entry): entry is [string, ort.Tensor] => entry[1] !== undefined));
  }

  /** The places the vectors among these outputs of a graph go to. */
  fetches(outputs: readonly string[]): Record<string, ort.Tensor | null> {
    return Object.fromEntries(
      outputs.map((name) => {
        const vector = /^:(?<name>.*) next$/.exec(name)?.groups?.['name'];
        return [name, (vector === undefined ? undefined : this.#next.get(vector)) ?? null];
      }),
    );
  }

  /** What these outputs of a graph wrote counts from now on. */
  accept(outputs: readonly string[]): void {
    for (const [name, now] of this.#now) {
      if (!outputs.includes(`:${name} next`)) continue;
      this.#now.set(name, this.#next.get(name)!);
      this.#next.set(name, now);
    }
  }

  /** A copy of parameters (or of their average) and buffers, by name. */
  values(vector: 'parameters' | 'average'): Values {
    const { parameters, buffers } = this.layout;
    const own = cut(this.vector(vector), parameters);
    return buffers.length > 0 ? { ...own, ...cut(this.vector('buffers'), buffers) } : own;
  }

  #add(name: string, length: number): void {
    for (const place of [this.#now, this.#next])
      place.set(name, new ort.Tensor('float32', new Float32Array(length), [length]));
  }

  #input(name: string): ort.Tensor | undefined {
    if (name === ':decays') return this.#decays;
    return name.startsWith(':') ? this.#now.get(name.slice(1)) : undefined;
  }
}

function fill(vector: Float32Array, { tensors, starts }: Packed): void {
  for (const [place, { attributes }] of tensors.entries()) vector.set(attributes.values, starts[place]!);
}

function cut(vector: Float32Array, { tensors, starts }: Packed): Values {
  const entries = tensors.map(({ attributes, shape }, place) => {
    const start = starts[place]!;
    return [attributes.name, vector.slice(start, start + sizeOf(shape))] as const;
  });
  return Object.fromEntries(entries);
}
