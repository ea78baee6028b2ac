import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { evaluate } from './float64-oracle.ts';
import { gradient } from './graph.ts';
import { batchNorm, batchNormInference, groupNorm, instanceNorm, layerNorm } from './layers/normalization.ts';
import {
  binaryCrossEntropy,
  huber,
  indexCrossEntropy,
  meanAbsoluteError,
  meanSquaredError,
} from './losses.ts';
import { exportOnnx, loadModel } from './model.ts';
import * as op from './operators.ts';
import { Parameters } from './parameters.ts';
import type { Tensor } from './tensor.ts';

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Golden {
  readonly inputs: readonly Values[];
  readonly y: Values;
  readonly weights: Values;
  /** Of the inputs that vary, in their order: all but indices. */
  readonly gradients: readonly Values[];
}
const { cases } = JSON.parse(
  readFileSync(new URL('../../../reference/autodiff/operators.json', import.meta.url), 'utf8'),
) as { readonly cases: Readonly<Record<string, Golden>> };

type Make = (...inputs: [Tensor, Tensor, Tensor, Tensor, Tensor]) => Tensor;

/** A layer whose parameters are given as tensors: as if each had been asked for already. */
function withParameters(
  given: Readonly<Record<string, Tensor>>,
  layer: (parameters: Parameters) => Tensor,
): Tensor {
  const known = new Map(Object.entries(given).map(([name, x]) => [`norm.${name}`, x as Tensor<'Parameter'>]));
  const buffers = new Set([...known].flatMap(([name, x]) => (/mean|variance/.test(name) ? [x] : [])));
  return layer(new Parameters(new Random(1), {}, { prefix: '', known, buffers }));
}

const around = [
  [0, 0, 1, 2],
  [0, 0, 2, 1],
] as const;
const einsum =
  (expression: string): Make =>
  (...inputs) =>
    op.einsum(expression, ...inputs.slice(0, expression.split(',').length));

const made: Readonly<Record<string, Make>> = {
  softmax: (x) => op.softmax(x, 1),
  logSoftmax: (x) => op.logSoftmax(x, 1),
  logSumExp: (x) => op.logSumExp(x, { axes: [0, 2] }),
  gelu: op.gelu,
  tanhGelu: op.tanhGelu,
  silu: op.silu,
  softplus: op.softplus,
  logSigmoid: op.logSigmoid,
  elu: (x) => op.elu(x, 0.75),
  leakyRelu: (x) => op.leakyRelu(x, 0.125),
  log1p: op.log1p,
  expm1: op.expm1,
  pow: op.pow,
  'power 2.5': (x) => op.pow(x, 2.5),
  cube: (x) => op.pow(x, 3),
  atan: op.atan,
  'maximum of equals': op.maximum,
  'minimum of equals': op.minimum,
  'max of equals': (x) => op.max(x, { axes: [1] }),
  'min of equals': (x) => op.min(x, { axes: [1] }),
  'prod with zeros': (x) => op.prod(x, { axes: [1] }),
  variance: (x) => op.variance(x, { axes: [0, 2], correction: 1 }),
  cumSum: (x) => op.cumSum(x, 1),
  embedding: op.embedding,
  gather: (x, index) => op.gather(x, index, 1),
  takeAlong: (x, index) => op.takeAlong(x, index, 1),
  scatterAdd: (x, index) => op.scatterAdd(x, index, { axis: 1, length: 4 }),
  addAlong: (x, index) => op.addAlong(x, index, { axis: 1, length: 4 }),
  ...Object.fromEntries(
    Object.keys(cases).flatMap((name) => (name.startsWith('einsum ') ? [[name, einsum(name.slice(7))]] : [])),
  ),
  reflect: (x) => op.continued(x, ...around, 'reflect'),
  edge: (x) => op.continued(x, ...around, 'edge'),
  wrap: (x) => op.continued(x, ...around, 'wrap'),
  'constant pad': (x) => op.pad(x, ...around, -0.5),
  roll: (x) => op.roll(x, -2, 1),
  repeat: (x) => op.repeat(x, 3, 1),
  tile: (x) => op.tile(x, [2, 3]),
  layerNorm: (x, scale, shift) => withParameters({ scale, shift }, (p) => layerNorm(p, 'norm', x)),
  instanceNorm: (x, scale, shift) => withParameters({ scale, shift }, (p) => instanceNorm(p, 'norm', x)),
  groupNorm: (x, scale, shift) =>
    withParameters({ scale, shift }, (p) => groupNorm(p, 'norm', x, { groups: 2 })),
  batchNorm: (x, scale, shift) => withParameters({ scale, shift }, (p) => batchNorm(p, 'norm', x).y),
  'batchNorm mean': (x, scale, shift) =>
    withParameters({ scale, shift }, (p) => batchNorm(p, 'norm', x).mean),
  'batchNorm variance': (x, scale, shift) =>
    withParameters({ scale, shift }, (p) => batchNorm(p, 'norm', x).variance),
  batchNormInference: (x, scale, shift, mean, variance) =>
    withParameters({ scale, shift, mean: op.stopGradient(mean), variance: op.stopGradient(variance) }, (p) =>
      batchNormInference(p, 'norm', x),
    ),
  indexCrossEntropy: (x, index) => indexCrossEntropy(x, index),
  meanSquaredError,
  meanAbsoluteError,
  huber: (y, target) => huber(y, target, { delta: 0.75 }),
  binaryCrossEntropy: (logits, target) => binaryCrossEntropy(logits, target),
  conv1d: (x, w) => op.conv1d(x, w, { stride: 2, padding: 3, dilation: 2 }),
  conv2d: (x, w) => {
    const padding = [
      [2, 1],
      [0, 1],
    ] as const;
    return op.conv2d(x, w, { stride: [2, 1], padding, dilation: [1, 2], groups: 2 });
  },
  'conv2d same': (x, w) => op.conv2d(x, w, { padding: 'same' }),
  depthwise: (x, w) => op.convolution(x, w, { stride: 2, groups: 3 }),
  conv3d: (x, w) => op.conv3d(x, w, { stride: [1, 2, 1], padding: [1, 0, 1], groups: 2 }),
  convTranspose1d: (x, w) => op.convTranspose(x, w, { stride: 3, padding: 1, outputPadding: 2, dilation: 2 }),
  convTranspose2d: (x, w) =>
    op.convTranspose(x, w, { stride: 2, padding: 1, outputPadding: [1, 0], groups: 2 }),
  convTranspose3d: (x, w) => op.convTranspose(x, w, { stride: 2 }),
  maxPool: (x) => op.maxPool(x, { kernel: 3, stride: 2, padding: 1 }),
  'dilated maxPool': (x) => op.maxPool(x, { kernel: 2, stride: 1, dilation: 3 }),
  avgPool: (x) => op.avgPool(x, { kernel: 3, stride: 2, padding: 1 }),
  'avgPool without padding': (x) => op.avgPool(x, { kernel: 3, stride: 2, padding: 1, countPadding: false }),
  upsample: (x) => op.upsample(x, [2, 3]),
  linear: (x) => op.resizeLinear(x, { size: [7] }),
  'linear to one': (x) => op.resizeLinear(x, { size: [1] }),
  bilinear: (x) => op.resizeLinear(x, { size: [7, 3] }),
  'bilinear corners': (x) => op.resizeLinear(x, { size: [7, 3], alignCorners: true }),
  trilinear: (x) => op.resizeLinear(x, { size: [3, 2, 5] }),
  'trilinear corners': (x) => op.resizeLinear(x, { size: [3, 1, 5], alignCorners: true }),
};

function farthest(found: ArrayLike<number>, { values }: Values): number {
  expect(found.length).toBe(values.length);
  return Math.max(...values.map((value, place) => Math.abs(value - found[place]!)));
}

it('every golden case is tested', () => {
  expect(Object.keys(made).sort()).toEqual(Object.keys(cases).sort());
});

describe.each(Object.entries(cases))('%s against PyTorch', (name, golden) => {
  const leaves = golden.inputs.map(({ shape }, place) => op.input(`x${place}`, shape));
  const y = made[name]!(...(leaves as [Tensor, Tensor, Tensor, Tensor, Tensor]));
  const loss = op.sum(op.mul(y, op.constant(golden.weights.values, golden.weights.shape)));
  // Indices come last and have no gradient.
  const derivatives = gradient(loss, leaves.slice(0, golden.gradients.length));

  it('has the same values and gradients by its definition', () => {
    const feeds = new Map<Tensor, Float64Array>(
      leaves.map((leaf, place) => [leaf, Float64Array.from(golden.inputs[place]!.values)]),
    );
    expect(y.shape).toEqual(golden.y.shape);
    expect(farthest(evaluate(y, feeds), golden.y)).toBeLessThan(2e-7);
    for (const [place, expected] of golden.gradients.entries())
      expect(farthest(evaluate(derivatives[place]!, feeds), expected)).toBeLessThan(5e-7);
  });

  it('has the same values and gradients in onnxruntime', async () => {
    const outputs = Object.fromEntries(derivatives.map((derivative, place) => [`d${place}`, derivative]));
    const model = await loadModel(exportOnnx({ outputs: { y, ...outputs }, parameters: {}, metadata: {} }));
    const feeds = golden.inputs.map(({ shape, values }, place) => [
      `x${place}`,
      { data: Float32Array.from(values), shape },
    ]);
    const found = await model.run(
      Object.fromEntries(feeds.filter(([key]) => model.inputs.includes(key as string))),
    );
    await model.close();
    const tolerance = (expected: Values) => 4e-6 * Math.max(1, ...expected.values.map(Math.abs));
    expect(farthest(found['y']!.data, golden.y)).toBeLessThan(tolerance(golden.y));
    for (const [place, expected] of golden.gradients.entries())
      expect(farthest(found[`d${place}`]!.data, expected)).toBeLessThan(tolerance(expected));
  });
});
