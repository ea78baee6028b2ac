import type { Attribute } from '../onnx.ts';
import type { NodeWriter } from '../onnx-nodes.ts';
import { type OpName, sameShape, type Tensor } from '../tensor.ts';
import { blockedConv, blockedInputGradient, blockedWeightGradient } from './blocked-convolution.ts';
import { blockedDomain } from './block-size.ts';
import { onnxMean } from './pooling.ts';
import { type Affine, AffineWriter, type ImageShape, type Vector } from './channel-affine.ts';

/** What became of a tensor: blocked images, a plain value of this name, or nothing: it is left to ONNX's operators. */
type Made = 'blocked' | 'plain' | { readonly value: string };
type Rule<Op extends OpName = OpName> = (y: Tensor<Op>, images: BlockedImages) => Made;

/**
 * Images in the blocked layout of onnxruntime's processor kernels: the channels in
 * blocks of 8 or 16 that stand together for every pixel, [n, c / block, h, w, block].
 *
 * Convolutions make images blocked, and what follows keeps them so as long as it
 * can; an image is brought back to plain layout when somebody asks for it.
 */
export class BlockedImages {
  readonly to: NodeWriter;
  readonly writer: AffineWriter;
  readonly #images = new Map<Tensor, Affine>();
  /** 1 / deviation of what was standardized. */
  readonly deviations = new Map<Tensor, Vector>();

  constructor(to: NodeWriter) {
    this.to = to;
    this.writer = new AffineWriter(to);
  }

  has(x: Tensor): boolean {
    return this.#images.has(x);
  }

  write(y: Tensor): Made {
    const rule = rules[y.op] as Rule | undefined;
    return rule?.(y, this) ?? 'plain';
  }

  /** An image whose channels fill whole blocks. */
  fits(x: Tensor): boolean {
    return x.shape.length === 4 && x.shape[1]! % this.to.block === 0;
  }

  image(x: Tensor): Affine {
    const known = this.#images.get(x);
    if (known) return known;
    const name = this.to.node('ReorderInput', [this.to.value(x)], {}, blockedDomain);
    return this.keep(x, name);
  }

  /** The value of an image in blocked layout. */
  blocked(x: Tensor): string {
    return this.writer.write(this.image(x));
  }

  keep(x: Tensor, value: string | Affine): Affine {
    const image =
      typeof value === 'string'
        ? { shape: x.shape as unknown as ImageShape, terms: [{ base: value, factor: null }], offset: null }
        : value;
    this.#images.set(x, image);
    return image;
  }

  plain(x: Tensor): string {
    const value = this.writer.write(this.#images.get(x)!);
    return this.to.node('ReorderOutput', [value], { channels: x.shape[1]! }, blockedDomain);
  }

  /** Keeps y as blocked images. What several take is written once, before any of them goes its own way. */
  made(y: Tensor, value: string | Affine): Made {
    const convolves = typeof value !== 'string' && value.terms.some(({ base }) => typeof base !== 'string');
    if (convolves && this.to.uses(y) !== 1) this.keep(y, this.writer.write(value));
    else this.keep(y, value);
    return 'blocked';
  }

  /** A convolution, as an image that what follows may still be taken into. */
  convolved(y: Tensor, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>): Made {
    const base = { inputs, attributes };
    return this.made(y, {
      shape: y.shape as unknown as ImageShape,
      terms: [{ base, factor: null }],
      offset: null,
    });
  }
}

/** All inputs are images of y's shape that fit, and at least one of them is blocked. */
function allBlocked(y: Tensor, images: BlockedImages): boolean {
  const { inputs } = y as { readonly inputs: readonly Tensor[] };
  return (
    images.fits(y) && inputs.every((x) => sameShape(x.shape, y.shape)) && inputs.some((x) => images.has(x))
  );
}

const unary =
  (opType: string): Rule =>
  (y, images) =>
    images.has(y.inputs[0]!)
      ? images.made(y, images.to.node(opType, [images.blocked(y.inputs[0]!)]))
      : 'plain';

/** An image with numbers by channel; which of the two inputs is which. */
function withVector(
  y: Tensor,
  images: BlockedImages,
): { image: Affine; vector: Vector; first: boolean } | null {
  const [a, b] = y.inputs as readonly [Tensor, Tensor];
  for (const [x, other, first] of [
    [a, b, true],
    [b, a, false],
  ] as const) {
    if (!images.has(x) || !sameShape(x.shape, y.shape)) continue;
    const vector = images.writer.vector(other);
    if (vector) return { image: images.image(x), vector, first };
  }
  return null;
}

/** Kept within a few passes over memory: what has more summands is written first. */
const mostTerms = 3;
function brief(images: BlockedImages, x: Affine): Affine {
  if (x.terms.length < mostTerms) return x;
  return { shape: x.shape, terms: [{ base: images.writer.write(x), factor: null }], offset: null };
}

const additive =
  (sign: 1 | -1): Rule =>
  (y, images) => {
    const { writer } = images;
    const mixed = withVector(y, images);
    const minus = (x: Affine) => writer.scale(x, writer.scalar(-1));
    if (mixed) {
      const { image, vector, first } = mixed;
      if (sign === 1) return images.made(y, writer.shift(image, vector));
      if (!first) return images.made(y, writer.shift(minus(image), vector));
      return images.made(y, writer.shift(image, writer.combine('Mul', vector, writer.scalar(-1))));
    }
    if (!allBlocked(y, images)) return 'plain';
    const [a, b] = y.inputs.map((x) => brief(images, images.image(x))) as [Affine, Affine];
    return images.made(y, writer.sum(a, sign === 1 ? b : minus(writer.summands(b))));
  };

const multiply: Rule = (y, images) => {
  const mixed = withVector(y, images);
  if (mixed) return images.made(y, images.writer.scale(mixed.image, mixed.vector));
  if (!allBlocked(y, images)) return 'plain';
  const [a, b] = y.inputs.map((x) => images.image(x)) as [Affine, Affine];
  return images.made(y, { shape: a.shape, terms: [], offset: null, product: [a, b] });
};

const divide: Rule = (y, images) => {
  const mixed = withVector(y, images);
  if (mixed?.first) {
    const { writer } = images;
    return images.made(y, writer.scale(mixed.image, writer.combine('Div', writer.scalar(1), mixed.vector)));
  }
  if (mixed || !allBlocked(y, images)) return 'plain';
  return images.made(
    y,
    images.to.node(
      'Div',
      y.inputs.map((x) => images.blocked(x)),
    ),
  );
};

/** Over the pixels, or over images and pixels. */
const reduction =
  (kind: 'sum' | 'mean'): Rule<'ReduceSum' | 'ReduceMean'> =>
  (y, images) => {
    const { to, writer } = images;
    const [x] = y.inputs;
    const axes = y.attributes.axes.join();
    if (!images.has(x) || (axes !== '2,3' && axes !== '0,2,3')) return 'plain';
    const [n, c, h, w] = x.shape as ImageShape;
    const wholeBatch = axes.startsWith('0');
    const mean = writer.mean(images.image(x));
    const count = kind === 'mean' ? 1 / (wholeBatch ? n : 1) : h * w;
    const scaled = count === 1 ? mean : writer.combine('Mul', mean, writer.scalar(count));
    const spread = to.node('Expand', [scaled.name, to.ints([n, c, 1, 1])]);
    const summed = wholeBatch ? to.node('ReduceSum', [spread, to.ints([0])], { keepdims: 1 }) : spread;
    return { value: to.node('Reshape', [summed, to.ints(y.shape)]) };
  };

/** Standardized over the pixels of every channel of every image: the image less its mean, to be scaled by 1 / deviation. */
const standardize: Rule<'Standardize'> = (y, images) => {
  const [x] = y.inputs;
  if (!images.has(x) || y.attributes.axis !== 2) return 'plain';
  const { writer, to } = images;
  const image = writer.summands(images.image(x));
  const base = writer.write(image);
  const whole: Affine = { shape: image.shape, terms: [{ base, factor: null }], offset: null };
  const mean = writer.mean(whole);
  const minus = writer.combine('Mul', mean, writer.scalar(-1));
  const centred = writer.byChannel(image.shape, base, null, { offset: minus, sum: null, relu: false });
  const variance = writer.meanDot(centred, centred, image.shape);
  const spread = writer.combine('Add', variance, writer.scalar(y.attributes.epsilon));
  const root = { name: to.node('Sqrt', [spread.name]), shape: variance.shape };
  const inverse = writer.combine('Div', writer.scalar(1), root);
  images.deviations.set(y, inverse);
  return images.made(y, { shape: image.shape, terms: [{ base: centred, factor: inverse }], offset: null });
};

/** The operators that images pass in blocked layout; all others ask for plain images. */
const rules: { readonly [Op in OpName]?: Rule<Op> } = {
  Conv: blockedConv,
  ConvInputGradient: blockedInputGradient,
  ConvWeightGradient: blockedWeightGradient,
  Add: additive(1),
  Sub: additive(-1),
  Mul: multiply,
  Div: divide,
  Neg: (y, images) =>
    images.has(y.inputs[0])
      ? images.made(y, images.writer.scale(images.image(y.inputs[0]), images.writer.scalar(-1)))
      : 'plain',
  Relu: (y, images) =>
    images.has(y.inputs[0]) ? images.made(y, images.writer.write(images.image(y.inputs[0]), true)) : 'plain',
  // Of a ReLU, 0 or 1: ONNX Runtime's Sign is ten times slower.
  Sign: (y, images) => {
    const [x] = y.inputs;
    if (!images.has(x) || x.op !== 'Relu') return unary('Sign')(y, images);
    const steep = { alpha: { float: 1e38 }, beta: { float: 0 } };
    return images.made(y, images.to.node('HardSigmoid', [images.blocked(x)], steep));
  },
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Abs: unary('Abs'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  ReduceSum: reduction('sum'),
  ReduceMean: reduction('mean'),
  Standardize: standardize,
  InverseDeviation: (y, images) => {
    const inverse = images.deviations.get(y.inputs[1]);
    return inverse ? { value: inverse.name } : 'plain';
  },
  Expand: (y, images) => {
    const [x, like] = y.inputs;
    if (!images.has(like) || !images.fits(y)) return 'plain';
    const vector = images.writer.vector(x);
    return vector
      ? images.made(y, { shape: y.shape as unknown as ImageShape, terms: [], offset: vector })
      : 'plain';
  },
  Concat: (y, images) => {
    const every = y.attributes.axis === 1 && y.inputs.every((x) => images.fits(x));
    if (!every || !y.inputs.some((x) => images.has(x))) return 'plain';
    const parts = y.inputs.map((x) => images.blocked(x));
    return images.made(y, images.to.node('Concat', parts, { axis: 1 }));
  },
  Slice: (y, images) => {
    const [x] = y.inputs;
    const { axis, start, end, step } = y.attributes;
    const { block } = images.to;
    if (!images.has(x) || axis !== 1 || step !== 1 || start % block !== 0 || end % block !== 0)
      return 'plain';
    const bounds = [start, end, axis].map((bound) => images.to.ints([bound]));
    return images.made(y, images.to.node('Slice', [images.blocked(x), ...bounds]));
  },
  Upsample: (y, images) => {
    const [x] = y.inputs;
    if (!images.has(x)) return 'plain';
    const attributes = { scales: [1, 1, ...y.attributes.factors], mode: 'nearest' };
    return images.made(y, images.to.node('Upsample', [images.blocked(x)], attributes, blockedDomain));
  },
  AvgPool: (y, images) => {
    const [x] = y.inputs;
    if (!images.has(x)) return 'plain';
    const attributes = onnxMean(y.attributes);
    return images.made(y, images.to.node('AveragePool', [images.blocked(x)], attributes, blockedDomain));
  },
};
