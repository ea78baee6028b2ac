import { type Convolution, sameShape, type Tensor } from '../tensor.ts';
import { node, refuse, type Shape } from './node.ts';
import { perAxis, type Padding, type PerAxis, reach, slid, sliding } from './sliding.ts';

export interface ConvOptions {
  readonly stride?: PerAxis;
  /** Default 'same'. */
  readonly padding?: Padding;
  readonly dilation?: PerAxis;
  /** The channels in and out fall into so many parts that do not see each other; as many as channels: depthwise. */
  readonly groups?: number;
}
export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding'> {
  /** What the convolution the other way pads, so what is cut off here. Default 0. */
  readonly padding?: Exclude<Padding, 'same'>;
  /** Elements more at the end of every axis, to make up for what a stride rounds off. Default 0. */
  readonly outputPadding?: PerAxis;
}

/**
 * Convolution (cross-correlation) over one, two or three spatial axes, zeros beyond the border:
 * y[n, o, p] = Σ over c and taps t of x[n, c, p stride + t dilation - padding] w[o, c, t].
 *
 * @param x [n, c, …spatial]
 * @param w [o, c / groups, …kernel]
 * @returns [n, o, …], each length ⌊(length + padding - reach of the kernel) / stride⌋ + 1
 * @throws RangeError when shapes and options do not fit each other
 *
 * Agrees with: PyTorch `torch.nn.functional.conv1d`, `conv2d`, `conv3d`.
 */
export function convolution(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  return named('convolution', x, w, options);
}
/** `convolution` of [n, c, length] with [o, c / groups, k]. */
export const conv1d = (x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor =>
  named('conv1d', x, w, options, 1);
/** `convolution` of [n, c, h, w] with [o, c / groups, kh, kw]. */
export const conv2d = (x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor =>
  named('conv2d', x, w, options, 2);
/** `convolution` of [n, c, d, h, w] with [o, c / groups, kd, kh, kw]. */
export const conv3d = (x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor =>
  named('conv3d', x, w, options, 3);

function named(op: string, x: Tensor, w: Tensor, options: ConvOptions, rank = x.shape.length - 2): Tensor {
  const letters = ['length', 'h, w', 'd, h, w'][rank - 1];
  if (!letters || x.shape.length !== rank + 2 || w.shape.length !== rank + 2)
    return refuse(op, `[n, c, ${letters ?? '1 to 3 axes'}] and weights with as many axes`, x.shape, w.shape);
  const attributes = { ...sliding(op, w.shape.slice(2), options), groups: options.groups ?? 1 };
  return conv(x, w, attributes, op);
}

/**
 * The transpose of a convolution as a linear map, from its output's shape to its input's: an upsampling by the stride.
 *
 * @param x [n, o, …spatial]
 * @param w [o, c / groups, …kernel], o the channels of x
 * @returns [n, c, …], each length (length - 1) stride - padding + reach of the kernel + outputPadding
 * @throws RangeError when shapes and options do not fit each other, or outputPadding is not below the stride
 *
 * Agrees with: PyTorch `torch.nn.functional.conv_transpose1d`, `conv_transpose2d`, `conv_transpose3d`.
 */
export function convTranspose(
  x: Tensor,
  w: Tensor,
  { outputPadding = 0, padding = 0, groups = 1, ...options }: ConvTransposeOptions = {},
): Tensor {
  const op = 'convTranspose';
  if (x.shape.length < 3 || x.shape.length > 5 || w.shape.length !== x.shape.length)
    return refuse(op, '[n, o, 1 to 3 axes] and weights with as many axes', x.shape, w.shape);
  const kernel = w.shape.slice(2);
  const moves = sliding(op, kernel, { ...options, padding });
  const extra = perAxis(`${op} outputPadding`, outputPadding, kernel.length, 0);
  if (extra.some((more, axis) => more >= moves.strides[axis]!))
    refuse(op, 'an outputPadding below the stride', extra, moves.strides);
  const spatial = reach(kernel, moves).map(
    (length, axis) =>
      (x.shape[axis + 2]! - 1) * moves.strides[axis]! +
      length -
      moves.padBegin[axis]! -
      moves.padEnd[axis]! +
      extra[axis]!,
  );
  return convInputGradient(x, w, { ...moves, groups, spatial }, op);
}

/** The operator Conv: x [n, c, …spatial], w [o, c / groups, …kernel] → y [n, o, …]. */
export function conv(x: Tensor, w: Tensor, attributes: Convolution, op = 'conv'): Tensor<'Conv'> {
  const { groups } = attributes;
  const [n, c] = x.shape as [number, number];
  const [o, perGroup] = w.shape as [number, number];
  if (!Number.isInteger(groups) || groups < 1 || perGroup * groups !== c || o % groups !== 0)
    refuse(op, `[n, c, …] and weights [o, c / groups, …], groups ${groups}`, x.shape, w.shape);
  const spatial = slid(op, x.shape.slice(2), w.shape.slice(2), attributes);
  return node('Conv', [x, w], common(attributes), [n, o, ...spatial]);
}

/** The operator ConvInputGradient: from dy [n, o, …] the d / d x, [n, c, …spatial], of y = conv(x, w). */
export function convInputGradient(
  dy: Tensor,
  w: Tensor,
  attributes: Tensor<'ConvInputGradient'>['attributes'],
  op = 'convInputGradient',
): Tensor<'ConvInputGradient'> {
  const { groups, spatial } = attributes;
  const [n, o] = dy.shape as [number, number];
  if (!Number.isInteger(groups) || groups < 1 || w.shape[0] !== o || o % groups !== 0)
    refuse(op, `[n, o, …] and weights [o, c / groups, …], groups ${groups}`, dy.shape, w.shape);
  fit(op, dy, slid(op, spatial, w.shape.slice(2), attributes));
  return node('ConvInputGradient', [dy, w], { ...common(attributes), spatial }, [
    n,
    w.shape[1]! * groups,
    ...spatial,
  ]);
}

/** The operator ConvWeightGradient: from x [n, c, …spatial] and dy [n, o, …] the d / d w, [o, c / groups, …kernel], of y = conv(x, w). */
export function convWeightGradient(
  x: Tensor,
  dy: Tensor,
  attributes: Tensor<'ConvWeightGradient'>['attributes'],
): Tensor<'ConvWeightGradient'> {
  const { groups, kernel } = attributes;
  const op = 'convWeightGradient';
  const [n, c] = x.shape as [number, number];
  const o = dy.shape[1]!;
  if (n !== dy.shape[0] || c % groups !== 0 || o % groups !== 0)
    refuse(op, `[n, c, …] and [n, o, …], groups ${groups}`, x.shape, dy.shape);
  fit(op, dy, slid(op, x.shape.slice(2), kernel, attributes));
  return node('ConvWeightGradient', [x, dy], { ...common(attributes), kernel }, [o, c / groups, ...kernel]);
}

/** Without what only one of the three operators has. */
function common({ strides, padBegin, padEnd, dilations, groups }: Convolution): Convolution {
  return { strides, padBegin, padEnd, dilations, groups };
}

function fit(op: string, dy: Tensor, spatial: Shape): void {
  if (!sameShape(dy.shape.slice(2), spatial))
    refuse(op, 'the shape the convolution gives', dy.shape.slice(2), spatial);
}
