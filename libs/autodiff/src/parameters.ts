import type { Random } from '@myocast/base';
import { inLayer } from './layer.ts';
import { parameter } from './operators.ts';
import { sameShape, showShape, sizeOf, type Tensor } from './tensor.ts';

/** How a parameter starts: He's and Glorot's scales count the inputs of a unit (all axes of a kernel). */
export type Initializer = 'zeros' | 'ones' | 'he' | 'glorot' | { readonly normal: number } | Float32Array;

/** Named parameters of one model; the first value depends on the seed and the name alone. */
export class Parameters {
  readonly #random: Random;
  readonly #initial: Readonly<Record<string, Float32Array>>;
  readonly #prefix: string;
  readonly #known: Map<string, Tensor<'Parameter'>>;
  readonly #buffers: Set<Tensor<'Parameter'>>;

  /** @param initial values to start from in place of random ones, by full name, as `session.parameters()` gives them */
  constructor(
    random: Random,
    initial: Readonly<Record<string, Float32Array>> = {},
    scope = {
      prefix: '',
      known: new Map<string, Tensor<'Parameter'>>(),
      buffers: new Set<Tensor<'Parameter'>>(),
    },
  ) {
    this.#random = random;
    this.#initial = initial;
    this.#prefix = scope.prefix;
    this.#known = scope.known;
    this.#buffers = scope.buffers;
  }

  /**
   * The parameter of this name: made the first time, the same tensor after that,
   * so that one model can be written for several batch sizes.
   *
   * @throws RangeError when it is known with another shape
   */
  get(name: string, shape: readonly number[], init: Initializer): Tensor<'Parameter'> {
    const found = this.#ask(name, shape, init);
    if (this.#buffers.has(found))
      throw new RangeError(`parameter ${found.attributes.name}: known as a buffer`);
    return found;
  }

  /**
   * A value that is not trained and that a step may set, by the `updates` of its
   * plan: the running statistics of batch norm. Like `get` otherwise.
   *
   * @throws RangeError when it is known with another shape, or as a parameter
   */
  buffer(name: string, shape: readonly number[], init: Initializer): Tensor<'Parameter'> {
    const before = this.#known.size;
    const found = this.#ask(name, shape, init);
    if (this.#known.size > before) this.#buffers.add(found);
    if (!this.#buffers.has(found))
      throw new RangeError(`buffer ${found.attributes.name}: known as a parameter`);
    return found;
  }

  #ask(name: string, shape: readonly number[], init: Initializer): Tensor<'Parameter'> {
    const full = this.#prefix + name;
    const known = this.#known.get(full);
    if (known && !sameShape(known.shape, shape))
      throw new RangeError(
        `parameter ${full}: known as ${showShape(known.shape)}, asked for as ${showShape(shape)}`,
      );
    if (known) return known;
    const made = parameter(
      full,
      shape,
      initialValues(this.#random.fork(full), shape, this.#initial[full] ?? init),
    );
    this.#known.set(full, made);
    return made;
  }

  /** The same parameters under names that start with "prefix." */
  scope(prefix: string): Parameters {
    return new Parameters(this.#random, this.#initial, {
      prefix: `${this.#prefix}${prefix}.`,
      known: this.#known,
      buffers: this.#buffers,
    });
  }

  /** What `make` makes, as the layer of this name: its parameters and its operators carry the name. */
  layer<T>(name: string, make: (scope: Parameters) => T): T {
    return inLayer(this.#prefix + name, () => make(this.scope(name)));
  }

  /** What is trained, in the order it was first asked for. */
  get list(): readonly Tensor<'Parameter'>[] {
    return [...this.#known.values()].filter((tensor) => !this.#buffers.has(tensor));
  }

  /** In the order they were first asked for. */
  get buffers(): readonly Tensor<'Parameter'>[] {
    return [...this.#buffers];
  }
}

function initialValues(random: Random, shape: readonly number[], init: Initializer): Float32Array {
  if (init instanceof Float32Array) return init.slice();
  const size = sizeOf(shape);
  if (init === 'zeros' || init === 'ones') return new Float32Array(size).fill(init === 'ones' ? 1 : 0);
  const { fanIn, fanOut } = fans(shape);
  if (init === 'glorot') {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    return Float32Array.from({ length: size }, () => random.uniform(-limit, limit));
  }
  const deviation = init === 'he' ? Math.sqrt(2 / fanIn) : init.normal;
  return Float32Array.from({ length: size }, () => random.normal(0, deviation));
}

/** Dense weights are [in, out], kernels [out, in, k, k]. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [first = 1, second = 1, ...kernel] = shape;
  if (kernel.length === 0) return { fanIn: first, fanOut: second };
  return { fanIn: second * sizeOf(kernel), fanOut: first * sizeOf(kernel) };
}
