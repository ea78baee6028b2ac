import type { Convolution, Tensor } from '../tensor.ts';
import type { BlockedImages } from './blocked-images.ts';
import { blockedDomain } from './block-size.ts';
import { blockedWeights, mirrorKernel } from './blocked-weights.ts';
import { stridedInputGradient } from './strided-input-gradient.ts';

type Made = 'blocked' | 'plain' | { readonly value: string };

/** One kernel for all channels, over two axes. */
function isDense({ groups, strides }: Convolution): boolean {
  return groups === 1 && strides.length === 2;
}

/** Channels the kernels take: whole blocks of a blocked image, or fewer than one block of a plain one. */
function taken(x: Tensor, images: BlockedImages): boolean {
  return images.fits(x) || x.shape[1]! < images.to.block;
}

export function blockedConv(y: Tensor<'Conv'>, images: BlockedImages): Made {
  const [x, w] = y.inputs;
  const { attributes } = y;
  if (isDepthwise(w, attributes)) return depthwise(y, images);
  if (!isDense(attributes) || !images.fits(y) || !taken(x, images)) return 'plain';
  const [o, c] = w.shape as [number, number];
  const weights = blockedWeights(images.to, images.to.value(w), [o, c, ...w.shape.slice(2)]);
  const from = images.fits(x) ? images.blocked(x) : images.to.value(x);
  return images.convolved(y, [from, weights], onnxConvolution(w.shape.slice(2), attributes));
}

/** Without a stride, a convolution with the kernel mirrored and in and out swapped. */
export function blockedInputGradient(dx: Tensor<'ConvInputGradient'>, images: BlockedImages): Made {
  const [dy, w] = dx.inputs;
  const { attributes } = dx;
  const strided = stridedInputGradient(dx, images);
  if (strided !== null) return images.made(dx, strided);
  const mirrored = mirror(w, attributes);
  if (!mirrored || !images.fits(dx)) return 'plain';
  const { to } = images;
  const kernel = w.shape.slice(2);
  const [o, c] = w.shape as [number, number];
  const flipped = mirrorKernel(to, to.value(w), kernel);
  if (isDepthwise(w, attributes)) {
    if (!images.fits(dy)) return 'plain';
    const weights = blockedWeights(to, flipped, [o, 1, ...kernel]);
    return images.convolved(dx, [images.blocked(dy), weights], { ...mirrored, group: o });
  }
  if (!isDense(attributes) || !taken(dy, images)) return 'plain';
  const swapped = to.node('Transpose', [flipped], { perm: [1, 0, 2, 3] });
  const weights = blockedWeights(to, swapped, [c, o, ...kernel]);
  const from = images.fits(dy) ? images.blocked(dy) : to.value(dy);
  return images.convolved(dx, [from, weights], mirrored);
}

/**
 * One image of the batch beside the other: x as the image and dy as a kernel as
 * large as the image, so that what is left to slide over are the taps. A blocked
 * image is laid out as the kernel of such a convolution already. Without a stride
 * the two may change places; the one with more channels is the kernel, since the
 * other one has to be rearranged.
 */
export function blockedWeightGradient(dw: Tensor<'ConvWeightGradient'>, images: BlockedImages): Made {
  const { groups, kernel, strides, dilations } = dw.attributes;
  const [x, dy] = dw.inputs;
  if (groups > 1 && x.shape[1] === groups && dy.shape[1] === groups)
    return depthwiseWeightGradient(dw, images);
  const oneTap = kernel.every((length) => length === 1);
  if (!isDense(dw.attributes) || oneTap || !batchFits(x.shape[0]!, images)) return 'plain';
  const steps = [...strides, ...dilations].every((step) => step === 1);
  if (steps && images.fits(x) && (!images.fits(dy) || x.shape[1]! > dy.shape[1]!))
    return { value: turnedWeightGradient(dw, images) };
  return images.fits(dy) ? { value: straightWeightGradient(dw, images) } : 'plain';
}

/** The kernels take a batch for channels: fewer than a block, or whole blocks. */
const batchFits = (n: number, { to: { block } }: BlockedImages): boolean => n < block || n % block === 0;

function straightWeightGradient(
  { inputs: [x, dy], attributes }: Tensor<'ConvWeightGradient'>,
  images: BlockedImages,
): string {
  const { kernel, strides, dilations } = attributes;
  const { to } = images;
  const reach = kernel.map(
    (length, axis) => (dy.shape[axis + 2]! - 1) * strides[axis]! + (length - 1) * dilations[axis]! + 1,
  );
  const image = planes(images, x, attributes.padBegin, reach);
  const [o, c] = [dy.shape[1]!, x.shape[1]!];
  const found = correlate(images, dy, image, { strides: dilations, dilations: strides });
  // [c, o / block, taps, block] → [o, c, taps]
  const ordered = to.node('Transpose', [found], { perm: [1, 3, 0, 2] });
  return to.node('Reshape', [ordered, to.ints([o, c, ...kernel])]);
}

function turnedWeightGradient(dw: Tensor<'ConvWeightGradient'>, images: BlockedImages): string {
  const { to } = images;
  const [x, dy] = dw.inputs;
  const { kernel, padBegin } = dw.attributes;
  const before = kernel.map((length, axis) => length - 1 - padBegin[axis]!);
  const reach = kernel.map((length, axis) => x.shape[axis + 2]! + length - 1);
  const image = planes(images, dy, before, reach);
  const [o, c] = [dy.shape[1]!, x.shape[1]!];
  const found = correlate(images, x, image, { strides: [1, 1], dilations: [1, 1] });
  // [o, c / block, taps, block] → [o, c, taps], the taps backwards
  const ordered = to.node('Transpose', [found], { perm: [0, 1, 3, 2] });
  return mirrorKernel(to, to.node('Reshape', [ordered, to.ints([o, c, ...kernel])]), kernel);
}

/** Plain images as [c, n, …reach], zeros or cuts at the borders. */
function planes(
  images: BlockedImages,
  x: Tensor,
  before: readonly number[],
  reach: readonly number[],
): string {
  const { to } = images;
  const swapped = to.node('Transpose', [to.value(x)], { perm: [1, 0, 2, 3] });
  const after = reach.map((length, axis) => length - x.shape[axis + 2]! - before[axis]!);
  if ([...before, ...after].every((width) => width === 0)) return swapped;
  return to.node('Pad', [swapped, to.ints([0, 0, ...before, 0, 0, ...after])]);
}

/** For every plane of the image and every channel of the kernel image, the sums over the batch: [planes, channels / block, taps, block]. */
function correlate(
  images: BlockedImages,
  kernel: Tensor,
  image: string,
  { strides, dilations }: { strides: readonly number[]; dilations: readonly number[] },
): string {
  const { to } = images;
  const { block } = to;
  const [n, channels, h, w] = kernel.shape as [number, number, number, number];
  // Small images: the kernel adds the batch up; large ones stay in the cache image by image.
  const apart = n >= block || h * w > 400;
  const filter = images.blocked(kernel);
  const attributes = { kernel_shape: [h, w], strides, dilations };
  if (!apart) {
    const whole = to.node(
      'Transpose',
      [to.node('Reshape', [filter, to.ints([n, channels / block, h * w * block])])],
      { perm: [1, 0, 2] },
    );
    const weights = to.node('Reshape', [whole, to.ints([channels, n, h, w])]);
    const found = to.node('Conv', [image, weights], attributes, blockedDomain);
    return to.node('Reshape', [found, to.ints([0, channels / block, -1, block])]);
  }
  const weights = to.node('Reshape', [filter, to.ints([n * channels, 1, h, w])]);
  const found = to.node('Conv', [image, weights], { ...attributes, group: n }, blockedDomain);
  const parts = to.node('Reshape', [found, to.ints([0, n, channels / block, -1, block])]);
  return to.node('ReduceSum', [parts, to.ints([1])], { keepdims: 0 });
}

function isDepthwise(w: Tensor, { groups }: Convolution): boolean {
  return groups > 1 && w.shape.length === 4 && w.shape[0] === groups && w.shape[1] === 1;
}

function depthwise(y: Tensor<'Conv'>, images: BlockedImages): Made {
  const [x, w] = y.inputs;
  if (!images.fits(x)) return 'plain';
  const weights = blockedWeights(images.to, images.to.value(w), w.shape);
  const attributes = onnxConvolution(w.shape.slice(2), y.attributes);
  return images.convolved(y, [images.blocked(x), weights], { ...attributes, group: y.attributes.groups });
}

/** Every channel of every image by itself: dy is the kernel, and what it slides over are the taps. */
function depthwiseWeightGradient(
  { inputs: [x, dy], attributes }: Tensor<'ConvWeightGradient'>,
  images: BlockedImages,
): Made {
  if (!images.fits(x) || !images.fits(dy)) return 'plain';
  const { to } = images;
  const { block } = to;
  const { kernel, strides, dilations, padBegin } = attributes;
  const [n, c, ...spatial] = x.shape as [number, number, ...number[]];
  const size = dy.shape.slice(2);
  const reach = kernel.map(
    (length, axis) => (size[axis]! - 1) * strides[axis]! + (length - 1) * dilations[axis]! + 1,
  );
  const after = reach.map((length, axis) => length - spatial[axis]! - padBegin[axis]!);
  if (after.some((width) => width < 0)) return 'plain';
  const found = to.node(
    'Conv',
    [
      to.node('Reshape', [images.blocked(x), to.ints([1, n * c, ...spatial])]),
      to.node('Reshape', [images.blocked(dy), to.ints([n * c, 1, ...size])]),
    ],
    {
      kernel_shape: size,
      strides: dilations,
      dilations: strides,
      pads: [...padBegin, ...after],
      group: n * c,
    },
    blockedDomain,
  );
  const parts = to.node('Reshape', [found, to.ints([n, c / block, -1, block])]);
  const summed = to.node('ReduceSum', [parts, to.ints([0])], { keepdims: 0 });
  const ordered = to.node('Transpose', [summed], { perm: [0, 2, 1] });
  return { value: to.node('Reshape', [ordered, to.ints([c, 1, ...kernel])]) };
}

function onnxConvolution(kernel: readonly number[], { strides, padBegin, padEnd, dilations }: Convolution) {
  return { kernel_shape: kernel, strides, pads: [...padBegin, ...padEnd], dilations };
}

/** The attributes of the convolution that takes dy back to x; null where there is a stride or too much padding. */
function mirror(w: Tensor, { strides, padBegin, padEnd, dilations }: Convolution) {
  const kernel = w.shape.slice(2);
  const other = (pads: readonly number[]) =>
    pads.map((width, axis) => (kernel[axis]! - 1) * dilations[axis]! - width);
  const pads = [...other(padBegin), ...other(padEnd)];
  if (kernel.length !== 2 || strides.some((step) => step !== 1) || pads.some((width) => width < 0))
    return null;
  return { kernel_shape: kernel, strides, pads, dilations };
}
