import { convolution, convTranspose, type ConvOptions, type ConvTransposeOptions } from '../operators.ts';
import { convInputGradient, convWeightGradient } from '../operators/convolution.ts';
import type { Tensor } from '../tensor.ts';
import type { Sample, Samples } from './sample.ts';

type Case = readonly [x: readonly number[], w: readonly number[], options: ConvOptions];

/** Every way a convolution is written: rank, kernel, stride, padding, dilation, groups. */
export const convolutionCases: readonly Case[] = [
  // Wide and narrow, strided and not, one tap and nine.
  ...[2, 9].flatMap((channels) =>
    [1, 3].flatMap((kernel) =>
      [1, 2].map((stride): Case => [[2, channels, 4, 5], [3, channels, kernel, kernel], { stride }]),
    ),
  ),
  [[2, 2, 4, 6], [3, 2, 2, 2], { stride: 2, padding: 0 }],
  [[2, 2, 5, 5], [3, 2, 3, 3], { stride: 2, padding: 2 }],
  // More padding than the kernel reaches.
  [[1, 2, 3, 3], [2, 2, 1, 2], { padding: 2 }],
  // Not square, uneven, and a stride that leaves more than one element over.
  [
    [2, 2, 6, 5],
    [3, 2, 3, 2],
    {
      stride: [3, 2],
      padding: [
        [0, 1],
        [1, 0],
      ],
      dilation: [1, 2],
    },
  ],
  [[1, 2, 7, 6], [2, 2, 3, 3], { dilation: 2 }],
  [[1, 2, 4, 4], [2, 2, 2, 4], { padding: 'same' }],
  // In groups, depthwise, depthwise with two outputs a channel.
  [[2, 4, 4, 3], [6, 2, 3, 3], { groups: 2 }],
  [[2, 3, 5, 4], [3, 1, 3, 3], { groups: 3, stride: 2 }],
  [[2, 3, 5, 4], [3, 1, 3, 3], { groups: 3, dilation: [2, 1] }],
  [[1, 2, 4, 4], [4, 1, 3, 3], { groups: 2, stride: [1, 2] }],
  [[1, 16, 3, 3], [2, 8, 2, 2], { groups: 2 }],
  // One axis.
  [[2, 3, 7], [2, 3, 3], {}],
  [[2, 4, 8], [4, 2, 2], { stride: 3, padding: [[2, 1]], dilation: 2, groups: 2 }],
  [[2, 3, 7], [3, 1, 5], { groups: 3 }],
  // Three axes.
  [[1, 2, 3, 4, 3], [2, 2, 3, 1, 2], { padding: [1, 0, [1, 0]] }],
  [[1, 2, 4, 3, 5], [2, 1, 2, 3, 3], { stride: [2, 1, 2], groups: 2, dilation: [2, 1, 1], padding: 1 }],
];

const convSample = ([x, w, options]: Case): Sample => ({
  shapes: [x, w],
  make: (image, weights) => convolution(image, weights, options),
});

/** The attributes and the output's shape of a case. */
function made([x, w, options]: Case): Tensor<'Conv'> {
  const leaf = (shape: readonly number[]) => ({ shape }) as Tensor;
  return convolution(leaf(x), leaf(w), options) as Tensor<'Conv'>;
}

const inputGradientSample = (example: Case): Sample => {
  const [x, w] = example;
  const { attributes, shape } = made(example);
  return {
    shapes: [shape, w],
    make: (dy, weights) => convInputGradient(dy, weights, { ...attributes, spatial: x.slice(2) }),
  };
};
const weightGradientSample = (example: Case): Sample => {
  const [x, w] = example;
  const { attributes, shape } = made(example);
  return {
    shapes: [x, shape],
    make: (image, dy) => convWeightGradient(image, dy, { ...attributes, kernel: w.slice(2) }),
  };
};
const transposeSample = (
  x: readonly number[],
  w: readonly number[],
  options: ConvTransposeOptions,
): Sample => ({ shapes: [x, w], make: (image, weights) => convTranspose(image, weights, options) });

export const convolutionSamples = {
  Conv: convolutionCases.map(convSample),
  ConvInputGradient: [
    ...convolutionCases.map(inputGradientSample),
    transposeSample([2, 3, 2, 3], [3, 2, 3, 3], { stride: 2, padding: 1, outputPadding: 1 }),
    transposeSample([1, 4, 3], [4, 1, 2], { stride: [3], outputPadding: 2, groups: 2 }),
    transposeSample([1, 2, 2, 1, 2], [2, 1, 2, 2, 2], { stride: 2, padding: [[1, 0], 0, [0, 1]] }),
  ],
  ConvWeightGradient: convolutionCases.map(weightGradientSample),
} satisfies Samples;
