import type { NodeWriter } from '../onnx-nodes.ts';
import { conv, convInputGradient } from '../operators/convolution.ts';
import { add, concat, flip, matMul, mul, pad, reshape, slice, sum, transpose } from '../operators.ts';
import { sizeOf, type Sliding, type Tensor } from '../tensor.ts';

/** A convolution as ONNX's own. */
export function lowerConv({ inputs: [x, w], attributes }: Tensor<'Conv'>, to: NodeWriter): string {
  return to.node('Conv', [to.value(x), to.value(w)], onnxConvolution(w.shape.slice(2), attributes));
}

/** d / d x as a convolution with mirrored weights where there is no stride, else as ONNX's ConvTranspose. */
export function lowerConvInputGradient(dx: Tensor<'ConvInputGradient'>, to: NodeWriter): string {
  const mirrored = asConvolution(dx);
  if (mirrored) return to.write(mirrored);
  const { attributes, inputs } = dx;
  const [dy, w] = inputs;
  const { strides, padBegin, padEnd, dilations, spatial, groups } = attributes;
  if (groups > 1 && w.shape[1] === 1 && w.shape[0]! > groups) return to.write(byDepthwise(dx));
  // A stride rounds the size down: elements the convolution never reached get no gradient.
  const missing = spatial.map((length, axis) => {
    const reached =
      (dy.shape[axis + 2]! - 1) * strides[axis]! + (w.shape[axis + 2]! - 1) * dilations[axis]! + 1;
    return length + padBegin[axis]! + padEnd[axis]! - reached;
  });
  return to.node('ConvTranspose', [to.value(dy), to.value(w)], {
    ...onnxConvolution(w.shape.slice(2), attributes),
    output_padding: missing,
  });
}

/**
 * One channel out of several in, per group, as the sum of depthwise ones: what onnxruntime
 * 1.30's WebGPU gives for such a ConvTranspose is wrong (npm run check:providers).
 */
function byDepthwise({ inputs: [dy, w], attributes }: Tensor<'ConvInputGradient'>): Tensor {
  const { groups } = attributes;
  const o = w.shape[0]!;
  const parts = Array.from({ length: o / groups }, (_, place) => {
    const every = (x: Tensor, axis: number) => slice(x, axis, place, o, o / groups);
    return convInputGradient(every(dy, 1), every(w, 0), attributes);
  });
  return parts.reduce<Tensor>((total, part, place) => (place === 0 ? part : add(total, part)), parts[0]!);
}

/** d / d w: over every tap of the kernel, the product of dy and the x it met. */
export function lowerConvWeightGradient(dw: Tensor<'ConvWeightGradient'>, to: NodeWriter): string {
  return to.write(byTaps(dw));
}

function onnxConvolution(kernel: readonly number[], attributes: Sliding & { groups: number }) {
  const { strides, padBegin, padEnd, dilations, groups } = attributes;
  return { kernel_shape: kernel, strides, pads: [...padBegin, ...padEnd], dilations, group: groups };
}

/** The input gradient as conv(dy, w'), w' with in and out swapped and every axis mirrored; null where there is a stride or too much padding. */
function asConvolution({
  inputs: [dy, w],
  attributes: { strides, padBegin, padEnd, dilations, groups },
}: Tensor<'ConvInputGradient'>): Tensor | null {
  const [o, perGroup, ...kernel] = w.shape as [number, number, ...number[]];
  const before = kernel.map((length, axis) => (length - 1) * dilations[axis]! - padBegin[axis]!);
  const after = kernel.map((length, axis) => (length - 1) * dilations[axis]! - padEnd[axis]!);
  if (strides.some((stride) => stride !== 1) || [...before, ...after].some((width) => width < 0)) return null;
  const axes = [...kernel.keys()];
  const spatial = axes.filter((axis) => kernel[axis]! > 1).map((axis) => axis + 2);
  const turned = spatial.length === 0 ? w : flip(w, spatial);
  const parts = reshape(turned, [groups, o / groups, perGroup, ...kernel]);
  const swapped = transpose(parts, [0, 2, 1, ...axes.map((axis) => axis + 3)]);
  const weights = reshape(swapped, [groups * perGroup, o / groups, ...kernel]);
  return conv(dy, weights, { strides, padBegin: before, padEnd: after, dilations, groups });
}

/** Correct for any rank, stride, dilation and groups. */
function byTaps(dw: Tensor<'ConvWeightGradient'>): Tensor {
  const [, dy] = dw.inputs;
  const { groups, kernel } = dw.attributes;
  const [n, o] = dy.shape as [number, number];
  const perGroup = dw.shape[1]!;
  const positions = sizeOf(dy.shape.slice(2));
  const split = (x: Tensor, channels: number) =>
    reshape(x, groups === 1 ? [n, channels, positions] : [n, groups, channels / groups, positions]);
  const taps = windows(dw).map((window) => split(window, perGroup * groups));
  const flat = split(dy, o);
  // Depthwise: no channel meets another, so a matrix product would be of vectors.
  const depthwise = groups === o && perGroup === 1;
  const product = (columns: Tensor) =>
    depthwise
      ? sum(mul(flat, columns), { axes: [0, -1] })
      : sum(matMul(flat, transpose(columns)), { axes: [0] });
  // Few channels: one wide product beats many thin ones.
  if (perGroup < 8 && !depthwise) {
    const wide = reshape(product(concat(taps, -2)), [o, taps.length, perGroup]);
    return reshape(transpose(wide, [0, 2, 1]), [o, perGroup, ...kernel]);
  }
  const stacked = concat(
    taps.map((tap) => reshape(product(tap), [o, perGroup, 1])),
    2,
  );
  return reshape(stacked, [o, perGroup, ...kernel]);
}

/** For every tap of the kernel, the last axis fastest: the x each output met there, [n, c, …spatial of dy]. */
function windows({ inputs: [x, dy], attributes }: Tensor<'ConvWeightGradient'>): Tensor[] {
  const { kernel, strides, padBegin, padEnd, dilations } = attributes;
  return kernel.reduce(
    (cuts, length, axis) => {
      const last = strides[axis]! * (dy.shape[axis + 2]! - 1) + 1;
      const starts = Array.from({ length }, (_, tap) => tap * dilations[axis]!);
      return cuts.flatMap((cut) =>
        starts.map((start) => slice(cut, axis + 2, start, start + last, strides[axis]!)),
      );
    },
    [pad(x, [0, 0, ...padBegin], [0, 0, ...padEnd])],
  );
}
