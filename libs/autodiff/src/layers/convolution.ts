import { add, convolution, convTranspose, type Padding, type PerAxis, relu, reshape } from '../operators.ts';
import { perAxis } from '../operators/sliding.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, sizeOf, type Tensor } from '../tensor.ts';
import { instanceNorm } from './normalization.ts';

export interface ConvLayerOptions {
  /** Default 3. */
  readonly kernel?: PerAxis;
  readonly stride?: PerAxis;
  /** Default 'same'. */
  readonly padding?: Padding;
  readonly dilation?: PerAxis;
  /** As many as channels in: depthwise. Default 1. */
  readonly groups?: number;
  readonly bias?: boolean;
}
export interface TransposedConvOptions {
  /** Default 2: every element becomes a block of its own. */
  readonly kernel?: PerAxis;
  /** Default: the kernel. */
  readonly stride?: PerAxis;
  /** What is cut off at the border. Default 0. */
  readonly padding?: Exclude<Padding, 'same'>;
  readonly outputPadding?: PerAxis;
  readonly groups?: number;
  readonly bias?: boolean;
}
export interface SeparableOptions {
  /** Of the depthwise convolution. Default 3. */
  readonly kernel?: PerAxis;
  readonly stride?: PerAxis;
  readonly dilation?: PerAxis;
}

/**
 * Convolution over one to three spatial axes, with a bias per channel: [n, c, …] →
 * [n, channels, …], by default each length divided by the stride, rounded up.
 *
 * @throws RangeError with the layer's name when x or the options do not fit
 */
export function conv(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  { kernel = 3, groups = 1, bias = true, ...options }: ConvLayerOptions = {},
): Tensor {
  return parameters.layer(name, (scope) => {
    const [c, rank] = image('conv', name, x);
    grouped('conv', name, groups, c, channels);
    const lengths = perAxis('kernel', kernel, rank, 1);
    const weight = scope.get('weight', [channels, c / groups, ...lengths], 'he');
    return biased(scope, convolution(x, weight, { ...options, groups }), bias);
  });
}

/**
 * Transposed convolution, which makes images larger by the stride, with a bias per
 * channel: [n, c, …] → [n, channels, …]. By default every element becomes a block of 2 along each axis.
 *
 * @throws RangeError with the layer's name when x or the options do not fit
 */
export function transposedConv(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  { kernel = 2, stride = kernel, groups = 1, bias = true, ...options }: TransposedConvOptions = {},
): Tensor {
  return parameters.layer(name, (scope) => {
    const [c, rank] = image('transposedConv', name, x);
    grouped('transposedConv', name, groups, c, channels);
    const lengths = perAxis('kernel', kernel, rank, 1);
    // So many inputs meet in an element of the result: the kernel's taps are shared out over the stride.
    const fanIn = ((c / groups) * sizeOf(lengths)) / sizeOf(perAxis('stride', stride, rank, 1));
    const weight = scope.get('weight', [c, channels / groups, ...lengths], { normal: Math.sqrt(2 / fanIn) });
    return biased(scope, convTranspose(x, weight, { ...options, stride, groups }), bias);
  });
}

/** Two times convolution, instance norm, ReLU; the first convolution may halve the size. */
export function convBlock(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  stride: PerAxis = 1,
): Tensor {
  return parameters.layer(name, (scope) => {
    const first = normalized(scope, '1', x, channels, { stride });
    return normalized(scope, '2', first, channels, {});
  });
}

/**
 * Depthwise separable convolution: each channel by a kernel of its own, then the
 * channels mixed element by element; instance norm and ReLU after both.
 * [n, c, …] → [n, channels, …], each length divided by the stride, rounded up.
 *
 * Source: howard2017 (docs/references.bib).
 */
export function depthwiseSeparable(
  parameters: Parameters,
  name: string,
  x: Tensor,
  channels: number,
  options: SeparableOptions = {},
): Tensor {
  return parameters.layer(name, (scope) => {
    const [c] = image('depthwiseSeparable', name, x);
    const alone = normalized(scope, 'Depthwise', x, c, { ...options, groups: c });
    return normalized(scope, 'Pointwise', alone, channels, { kernel: 1 });
  });
}

/** Convolution, instance norm, ReLU. */
function normalized(
  scope: Parameters,
  place: string,
  x: Tensor,
  channels: number,
  options: ConvLayerOptions,
): Tensor {
  // The norm takes the mean away, so a bias would do nothing.
  const y = conv(scope, `conv${place}`, x, channels, { ...options, bias: false });
  return relu(instanceNorm(scope, `norm${place}`, y));
}

function biased(scope: Parameters, y: Tensor, bias: boolean): Tensor {
  if (!bias) return y;
  const channels = y.shape[1]!;
  const alongChannels = y.shape.map((_, axis) => (axis === 1 ? channels : 1));
  return add(y, reshape(scope.get('bias', [channels], 'zeros'), alongChannels));
}

function image(layer: string, name: string, x: Tensor): [channels: number, rank: number] {
  const rank = x.shape.length - 2;
  if (rank < 1 || rank > 3)
    throw new RangeError(
      `${layer} ${name}: expected [n, c, …] with 1 to 3 spatial axes, got ${showShape(x.shape)}`,
    );
  return [x.shape[1]!, rank];
}

function grouped(layer: string, name: string, groups: number, c: number, channels: number): void {
  if (!Number.isInteger(groups) || groups < 1 || c % groups !== 0 || channels % groups !== 0)
    throw new RangeError(
      `${layer} ${name}: expected groups that divide ${c} channels in and ${channels} out, got ${groups}`,
    );
}
