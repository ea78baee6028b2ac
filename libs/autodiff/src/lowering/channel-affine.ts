import type { Attribute } from '../onnx.ts';
import type { NodeWriter } from '../onnx-nodes.ts';
import type { Tensor } from '../tensor.ts';
import { blockedDomain } from './block-size.ts';

/** A number for every channel of every image, of one image, or one for all: [n | 1, c | 1, 1, 1]. */
export interface Vector {
  readonly name: string;
  readonly shape: readonly number[];
}
/** Blocked images that are written, or a convolution that still can take along what follows it. */
export type Base = string | Convolution;
export interface Convolution {
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}
/** [n, c, h, w], c a multiple of the block. */
export type ImageShape = readonly [number, number, number, number];

/**
 * Images that are not written yet: Σ factor · base + offset, factors and offsets
 * by channel, or the product of two such. So a norm, its scale and shift and the
 * ReLU after it become one pass over memory, and a sum over pixels of a product
 * one dot product without the product.
 */
export interface Affine {
  readonly shape: ImageShape;
  readonly terms: readonly { readonly base: Base; readonly factor: Vector | null }[];
  readonly offset: Vector | null;
  readonly product?: readonly [Affine, Affine];
}

const zeros = (count: number) => Array.from({ length: count }, () => 0);

/** Writes what blocked images are made of. Every base is a value in blocked layout, shaped like the image. */
export class AffineWriter {
  readonly #to: NodeWriter;
  readonly #means = new Map<string, Vector>();
  readonly #written = new Map<Affine, string>();
  readonly #convolved = new Map<Convolution, string>();

  constructor(to: NodeWriter) {
    this.#to = to;
  }

  /** Numbers by channel, from a tensor that broadcasts to images; null where it varies from pixel to pixel. */
  vector(x: Tensor): Vector | null {
    if (x.shape.length > 4 || x.shape.slice(-2).some((length) => length !== 1)) return null;
    return { name: this.#to.value(x), shape: x.shape };
  }

  scalar(value: number): Vector {
    return { name: this.#to.floats(Float32Array.of(value), []), shape: [] };
  }

  combine(opType: 'Add' | 'Sub' | 'Mul' | 'Div', a: Vector, b: Vector): Vector {
    const rank = Math.max(a.shape.length, b.shape.length);
    const length = (x: Vector, axis: number) => x.shape[axis - rank + x.shape.length] ?? 1;
    const shape = zeros(rank).map((_, axis) => Math.max(length(a, axis), length(b, axis)));
    return { name: this.#to.node(opType, [a.name, b.name]), shape };
  }

  times(a: Vector | null, b: Vector | null): Vector | null {
    return a && b ? this.combine('Mul', a, b) : (a ?? b);
  }

  plus(a: Vector | null, b: Vector | null): Vector | null {
    return a && b ? this.combine('Add', a, b) : (a ?? b);
  }

  scale(x: Affine, factor: Vector): Affine {
    if (x.product) {
      const [a, b] = x.product;
      return { ...x, product: [this.scale(a, factor), b] };
    }
    return {
      shape: x.shape,
      terms: x.terms.map(({ base, factor: own }) => ({ base, factor: this.times(own, factor) })),
      offset: x.offset && this.combine('Mul', x.offset, factor),
    };
  }

  shift(x: Affine, offset: Vector): Affine {
    const plain = this.summands(x);
    return { ...plain, offset: this.plus(plain.offset, offset) };
  }

  sum(a: Affine, b: Affine): Affine {
    const [left, right] = [this.summands(a), this.summands(b)];
    return {
      shape: a.shape,
      terms: [...left.terms, ...right.terms],
      offset: this.plus(left.offset, right.offset),
    };
  }

  /** The same without a product at the top. */
  summands(x: Affine): Affine {
    if (!x.product) return x;
    return { shape: x.shape, terms: [{ base: this.write(x), factor: null }], offset: null };
  }

  /** The value in blocked layout; with `relu`, of its positive part. */
  write(x: Affine, relu = false): string {
    const known = this.#written.get(x);
    if (known !== undefined && !relu) return known;
    const name = this.#pass(x, relu);
    if (!relu) this.#written.set(x, name);
    return name;
  }

  #pass(x: Affine, relu: boolean): string {
    if (x.product) {
      const name = this.#to.node(
        'Mul',
        x.product.map((part) => this.write(part)),
      );
      return relu ? this.#to.node('Relu', [name]) : name;
    }
    const scaled = x.terms.filter(({ factor }) => factor);
    const onlyPure = scaled.length === 0;
    const pure = this.#sumOf(x, onlyPure, relu);
    if (onlyPure) return pure ?? this.#constant(x, relu);
    // The last pass takes offset and ReLU along.
    return scaled.reduce<string | null>((sum, { base, factor }, place) => {
      const last = place === scaled.length - 1;
      const end = { offset: last ? x.offset : null, sum, relu: last && relu };
      return this.byChannel(x.shape, this.base(base), factor, end);
    }, pure)!;
  }

  /** The terms without a factor; where there are no others, with offset and ReLU. */
  #sumOf(x: Affine, whole: boolean, relu: boolean): string | null {
    const bases = x.terms.filter(({ factor }) => !factor).map(({ base }) => base);
    const open = bases.findIndex((base) => typeof base !== 'string' && !this.#convolved.has(base));
    const convolution = open < 0 ? null : (bases.splice(open, 1)[0] as Convolution);
    const sum = bases.reduce<string | null>(
      (total, base) => (total === null ? this.base(base) : this.#to.node('Add', [total, this.base(base)])),
      null,
    );
    const offset = whole ? x.offset : null;
    // A bias is one for all images.
    if (convolution && (offset === null || offset.shape[0] === 1 || offset.shape.length < 4))
      return this.#convolve(x.shape, convolution, { sum, offset, relu: whole && relu });
    const all = convolution ? this.#convolve(x.shape, convolution, { sum, offset: null, relu: false }) : sum;
    return all === null ? null : this.#ended(x.shape, all, offset, whole && relu);
  }

  #ended(shape: ImageShape, sum: string, offset: Vector | null, relu: boolean): string {
    if (offset) return this.byChannel(shape, sum, null, { offset, sum: null, relu });
    return relu ? this.#to.node('Relu', [sum]) : sum;
  }

  /** The value of a base. */
  base(base: Base): string {
    if (typeof base === 'string') return base;
    const known = this.#convolved.get(base);
    if (known !== undefined) return known;
    const name = this.#to.node('Conv', base.inputs, base.attributes, blockedDomain);
    this.#convolved.set(base, name);
    return name;
  }

  /** A convolution with bias, sum and ReLU in its last pass. Only what has one use comes here. */
  #convolve(
    [, c]: ImageShape,
    { inputs, attributes }: Convolution,
    { sum, offset, relu }: { sum: string | null; offset: Vector | null; relu: boolean },
  ): string {
    const all = [...inputs];
    if (offset) {
      const whole = this.#to.node('Expand', [offset.name, this.#to.ints([1, c, 1, 1])]);
      all.push(this.#to.node('Reshape', [whole, this.#to.ints([c])]));
    } else if (sum !== null) all.push('');
    if (sum !== null) all.push(sum);
    return this.#to.node(
      'Conv',
      all,
      relu ? { ...attributes, activation: 'Relu' } : attributes,
      blockedDomain,
    );
  }

  /** factor · base + offset + sum in one pass: a depthwise convolution with one tap, every channel of every image for itself. */
  byChannel(
    [n, c, h, w]: ImageShape,
    base: string,
    factor: Vector | null,
    { offset, sum, relu }: { offset: Vector | null; sum: string | null; relu: boolean },
  ): string {
    const to = this.#to;
    const flat = (name: string) => to.node('Reshape', [name, to.ints([1, n * c, h, w])]);
    const one = { name: to.floats(Float32Array.of(1), []), shape: [] };
    const weights = to.node('Reshape', [this.#spread(factor ?? one, n, c), to.ints([n * c, 1, 1, 1])]);
    const inputs = [flat(base), weights];
    if (offset) inputs.push(to.node('Reshape', [this.#spread(offset, n, c), to.ints([n * c])]));
    else if (sum !== null) inputs.push('');
    if (sum !== null) inputs.push(flat(sum));
    const passed = to.node(
      'Conv',
      inputs,
      { kernel_shape: [1, 1], group: n * c, ...(relu ? { activation: 'Relu' } : {}) },
      blockedDomain,
    );
    return to.node('Reshape', [passed, to.ints([n, c, h, w])]);
  }

  /** As [n, c, 1, 1]. */
  #spread({ name, shape }: Vector, n: number, c: number): string {
    const whole = shape.length === 4 && shape[0] === n && shape[1] === c;
    return whole ? name : this.#to.node('Expand', [name, this.#to.ints([n, c, 1, 1])]);
  }

  /** Numbers by channel at every pixel. */
  #constant({ shape: [n, c, h, w], offset }: Affine, relu: boolean): string {
    const to = this.#to;
    const values = this.#spread(offset ?? this.scalar(0), n, c);
    const ends = relu ? to.node('Relu', [values]) : values;
    const block = to.block;
    const columns = to.node('Reshape', [ends, to.ints([n, c / block, 1, block])]);
    const spread = to.node('Expand', [columns, to.ints([n, c / block, h * w, block])]);
    return to.node('Reshape', [spread, to.ints([n, c, h, w])]);
  }

  /** The mean over the pixels, [n, c, 1, 1]. */
  mean(x: Affine): Vector {
    if (x.product) return this.#meanOfProduct(x.product[0], x.product[1]);
    const parts = x.terms.map(({ base, factor }) =>
      this.times(this.#meanOf(this.base(base), x.shape), factor),
    );
    return parts.reduce((sum, part) => this.plus(sum, part), x.offset) ?? this.scalar(0);
  }

  #meanOf(base: string, shape: ImageShape): Vector {
    const known = this.#means.get(base);
    if (known) return known;
    const mean = {
      name: this.#to.node('GlobalAveragePool', [base], {}, blockedDomain),
      shape: [shape[0], shape[1], 1, 1],
    };
    this.#means.set(base, mean);
    return mean;
  }

  #meanOfProduct(a: Affine, b: Affine): Vector {
    const [left, right] = [this.summands(a), this.summands(b)];
    let sum: Vector | null =
      left.offset && right.offset ? this.combine('Mul', left.offset, right.offset) : null;
    for (const { base: one, factor } of left.terms) {
      const base = this.base(one);
      if (right.offset)
        sum = this.plus(sum, this.times(this.#meanOf(base, a.shape), this.times(factor, right.offset)));
      for (const other of right.terms) {
        const dot = this.meanDot(base, this.base(other.base), a.shape);
        sum = this.plus(sum, this.times(dot, this.times(factor, other.factor)));
      }
    }
    if (left.offset)
      for (const { base, factor } of right.terms)
        sum = this.plus(
          sum,
          this.times(this.#meanOf(this.base(base), a.shape), this.times(factor, left.offset)),
        );
    return sum ?? this.scalar(0);
  }

  /**
   * The mean over the pixels of the product of two images, [n, c, 1, 1]: a depthwise
   * convolution of one with the other as its kernel. Strips of rows are summed apart,
   * which keeps the sums of float32 short.
   */
  meanDot(a: string, b: string, [n, c, h, w]: ImageShape): Vector {
    const known = this.#means.get(`${a}·${b}`);
    if (known) return known;
    const to = this.#to;
    const strips = [16, 12, 8, 6, 4, 3, 2].find((count) => h % count === 0) ?? 1;
    const channels = n * c * strips;
    const rows = h / strips;
    const dots = to.node(
      'Conv',
      [
        to.node('Reshape', [a, to.ints([1, channels, rows, w])]),
        to.node('Reshape', [b, to.ints([channels, 1, rows, w])]),
      ],
      { kernel_shape: [rows, w], group: channels },
      blockedDomain,
    );
    const block = to.block;
    const parts = to.node('Reshape', [dots, to.ints([(n * c) / block, strips, block])]);
    const sums = strips === 1 ? parts : to.node('ReduceSum', [parts, to.ints([1])], { keepdims: 0 });
    const scaled = to.node('Mul', [sums, this.scalar(1 / (h * w)).name]);
    const mean = { name: to.node('Reshape', [scaled, to.ints([n, c, 1, 1])]), shape: [n, c, 1, 1] };
    this.#means.set(`${a}·${b}`, mean);
    return mean;
  }
}
