import {
  avgPool,
  constant,
  div,
  greater,
  mul,
  pad,
  reshape,
  slice,
  sub,
  sum,
  upsample,
} from '../operators.ts';
import { conv, convInputGradient } from '../operators/convolution.ts';
import { reach } from '../operators/sliding.ts';
import { sameShape, type Sliding, sizeOf, type Tensor } from '../tensor.ts';
import type { Rules } from './rule.ts';

type Windows = Sliding & { readonly kernel: readonly number[] };

export const poolingGradients: Pick<Rules, 'AvgPool' | 'MaxPool'> = {
  AvgPool: ({ dy, inputs: [x], attributes }) => {
    const share = mul(
      attributes.countPadding ? dy : div(dy, partInside(x, attributes)),
      1 / sizeOf(attributes.kernel),
    );
    return [tiled(attributes) ? untile(share, attributes, x) : spread(share, attributes, x)];
  },
  // Ties share the gradient equally.
  MaxPool: ({ dy, y, inputs: [x], attributes }) => [
    tiled(attributes) ? ofTiles(dy, y, x, attributes) : ofWindows(dy, y, x, attributes),
  ],
};

/** The windows lie side by side. */
function tiled({ kernel, strides, dilations }: Windows): boolean {
  return sameShape(kernel, strides) && dilations.every((step) => step === 1);
}

/** How much of each window lies within the border, as a part of 1: [1, 1, …]. */
function partInside(x: Tensor, { kernel, strides, padBegin, padEnd }: Windows): Tensor {
  const padding = padBegin.map((before, axis) => [before, padEnd[axis]!] as const);
  return avgPool(constant(1, [1, 1, ...x.shape.slice(2)]), { kernel, stride: strides, padding });
}

/** Each element of dy to all of its tile. */
function untile(dy: Tensor, { kernel, padBegin }: Windows, x: Tensor): Tensor {
  return cut(upsample(dy, kernel), padBegin, x.shape.slice(2));
}

/** Each element of dy to all of its window. */
function spread(dy: Tensor, windows: Windows, x: Tensor): Tensor {
  const ones = constant(1, [1, 1, ...windows.kernel]);
  const { strides, padBegin, padEnd, dilations } = windows;
  const attributes = { strides, padBegin, padEnd, dilations, groups: 1, spatial: x.shape.slice(2) };
  return reshape(convInputGradient(alone(dy), ones, attributes), x.shape);
}

function ofTiles(dy: Tensor, y: Tensor, x: Tensor, windows: Windows): Tensor {
  const { kernel, padBegin } = windows;
  const mask = sub(1, greater(upsample(y, kernel), bordered(x, y, windows)));
  const count = mul(avgPool(mask, { kernel }), sizeOf(kernel));
  return cut(mul(mask, upsample(div(dy, count), kernel)), padBegin, x.shape.slice(2));
}

/** Every element of a window as a channel, by a convolution with a kernel for each that takes it alone; and back. */
function ofWindows(dy: Tensor, y: Tensor, x: Tensor, windows: Windows): Tensor {
  const { kernel, strides, dilations, padBegin } = windows;
  const none = kernel.map(() => 0);
  const moves = { strides, dilations, padBegin: none, padEnd: none, groups: 1 };
  const size = sizeOf(kernel);
  const identity = Float32Array.from({ length: size * size }, (_, place) => Number(place % (size + 1) === 0));
  const takeOne = constant(identity, [size, 1, ...kernel]);
  const padded = bordered(x, y, windows);
  const mask = sub(1, greater(alone(y), conv(alone(padded), takeOne, moves)));
  const share = div(alone(dy), sum(mask, { axes: [1], keepDims: true }));
  const spatial = padded.shape.slice(2);
  const back = convInputGradient(mul(mask, share), takeOne, { ...moves, spatial });
  return cut(reshape(back, padded.shape), padBegin, x.shape.slice(2));
}

/** What the windows of a pooling x → y see: x, and below anything beyond the border. */
function bordered(x: Tensor, y: Tensor, { kernel, strides, padBegin, dilations }: Windows): Tensor {
  const starts = padBegin.map((before) => -before);
  const lengths = reach(kernel, { dilations }).map(
    (length, axis) => (y.shape[axis + 2]! - 1) * strides[axis]! + length,
  );
  return cut(x, starts, lengths, -3e38);
}

/** Every channel as an image of its own: [n, c, …] → [n c, 1, …]. */
function alone(x: Tensor): Tensor {
  return reshape(x, [-1, 1, ...x.shape.slice(2)]);
}

/** The part of x that starts here and is so long, along the spatial axes; `beyond` where there is no x. */
function cut(x: Tensor, starts: readonly number[], lengths: readonly number[], beyond = 0): Tensor {
  const before = starts.map((start) => Math.max(-start, 0));
  const after = starts.map((start, axis) => Math.max(start + lengths[axis]! - x.shape[axis + 2]!, 0));
  const part = starts.reduce(
    (sofar, start, axis) =>
      slice(sofar, axis + 2, Math.max(start, 0), Math.min(start + lengths[axis]!, x.shape[axis + 2]!)),
    x,
  );
  return pad(part, [0, 0, ...before], [0, 0, ...after], beyond);
}
