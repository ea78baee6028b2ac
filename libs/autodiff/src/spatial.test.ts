import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { evaluate } from './float64-oracle.ts';
import { gradient } from './graph.ts';
import { conv, depthwiseSeparable, transposedConv } from './layers.ts';
import { exportOnnx, loadModel } from './model.ts';
import * as op from './operators.ts';
import { Parameters } from './parameters.ts';
import type { Tensor } from './tensor.ts';

/** The gradient of the sum of what `make` makes. */
function slope(make: (x: Tensor) => Tensor, values: readonly number[], shape: readonly number[]): number[] {
  const x = op.input('x', shape);
  const [dx] = gradient(op.sum(make(x)), [x]);
  return [...evaluate(dx!, new Map([[x, Float64Array.from(values)]]))];
}

describe('pooling', () => {
  it('shares the gradient of equal maxima, also between windows that overlap', () => {
    expect(slope(op.maxPool2, [2, 2, 0, 2], [1, 1, 2, 2])).toEqual([1 / 3, 1 / 3, 0, 1 / 3]);
    const overlapping = (x: Tensor) => op.maxPool(x, { kernel: 2, stride: 1 });
    expect(slope(overlapping, [1, 3, 3, 0], [1, 1, 4])).toEqual([0, 1.5, 1.5, 0]);
  });

  it('takes nothing from beyond the border, also where all is below 0', () => {
    const x = op.input('x', [1, 1, 2]);
    const feeds = new Map([[x, Float64Array.of(-3, -5)]]);
    expect([...evaluate(op.maxPool(x, { kernel: 2, padding: 1 }), feeds)]).toEqual([-3, -5]);
    expect(slope((y) => op.maxPool(y, { kernel: 2, padding: 1 }), [-3, -5], [1, 1, 2])).toEqual([1, 1]);
    const mean = (countPadding: boolean) => op.avgPool(x, { kernel: 2, padding: 1, countPadding });
    expect([...evaluate(mean(true), feeds)]).toEqual([-1.5, -2.5]);
    expect([...evaluate(mean(false), feeds)]).toEqual([-3, -5]);
  });

  it('of the whole image gives one number a channel', () => {
    const x = op.input('x', [1, 2, 2, 2]);
    const feeds = new Map([[x, Float64Array.of(1, 2, 3, 6, -1, -2, -3, -6)]]);
    expect([...evaluate(op.globalAvgPool(x), feeds)]).toEqual([3, -3]);
    expect([...evaluate(op.globalMaxPool(x), feeds)]).toEqual([6, -1]);
  });
});

describe('what does not fit is refused, by the name of the layer', () => {
  const parameters = () => new Parameters(new Random(1));
  const x = op.input('x', [1, 4, 5, 5]);

  it.each<[string, () => unknown, string]>([
    [
      'groups',
      () => conv(parameters(), 'stem', x, 6, { groups: 4 }),
      'conv stem: expected groups that divide 4',
    ],
    ['rank', () => conv(parameters(), 'stem', op.input('v', [1, 4]), 6), 'conv stem: expected [n, c, …]'],
    [
      'stride',
      () => conv(parameters(), 'stem', x, 6, { stride: 0 }),
      'stem: convolution stride: expected 2 whole',
    ],
    ['axes', () => conv(parameters(), 'stem', x, 6, { kernel: [3] }), 'stem: kernel: expected 2 whole'],
    [
      'size',
      () => conv(parameters(), 'stem', x, 6, { kernel: 7, padding: 0 }),
      'stem: convolution: expected an image',
    ],
    [
      'outputPadding',
      () => transposedConv(parameters(), 'up', x, 2, { outputPadding: 2 }),
      'up: convTranspose: expected an out',
    ],
    [
      'pool padding',
      () => op.maxPool(x, { kernel: 2, padding: 2 }),
      'maxPool: expected a padding below the kernel',
    ],
    [
      'an empty window',
      () => op.maxPool(op.input('v', [1, 1, 1]), { kernel: 2, stride: 1, padding: 1, dilation: 2 }),
      'an element under every window',
    ],
    ['resize', () => op.resizeLinear(x, { size: [3] }), 'resizeLinear size: expected 2 whole numbers'],
    ['upsample', () => op.upsample(x, 1.5), 'upsample factors: expected 2 whole numbers'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});

describe('layers', () => {
  it('have the shapes and parameters of their kind', () => {
    const parameters = new Parameters(new Random(1));
    const volume = op.input('volume', [2, 4, 6, 5, 8]);
    const dilated = conv(parameters, 'dilated', volume, 6, { dilation: [1, 1, 2], groups: 2 });
    expect(dilated.shape).toEqual([2, 6, 6, 5, 8]);
    const separable = depthwiseSeparable(parameters, 'separable', dilated, 8, { stride: 2 });
    expect(separable.shape).toEqual([2, 8, 3, 3, 4]);
    const up = transposedConv(parameters, 'up', separable, 2);
    expect(up.shape).toEqual([2, 2, 6, 6, 8]);
    const signal = conv(parameters, 'signal', op.input('signal', [2, 3, 7]), 5, { kernel: 5, bias: false });
    expect(signal.shape).toEqual([2, 5, 7]);
    const shapes = Object.fromEntries(
      parameters.list.map(({ attributes, shape }) => [attributes.name, shape]),
    );
    expect(shapes).toEqual({
      'dilated.weight': [6, 2, 3, 3, 3],
      'dilated.bias': [6],
      'separable.convDepthwise.weight': [6, 1, 3, 3, 3],
      'separable.normDepthwise.scale': [6],
      'separable.normDepthwise.shift': [6],
      'separable.convPointwise.weight': [8, 6, 1, 1, 1],
      'separable.normPointwise.scale': [8],
      'separable.normPointwise.shift': [8],
      'up.weight': [8, 2, 2, 2, 2],
      'up.bias': [2],
      'signal.weight': [5, 3, 5],
    });
  });
});

describe('a free batch', () => {
  it('passes every operator of images, and their gradients', async () => {
    const build = (n: number) => {
      const x = op.input('x', [n, 4, 5, 6]);
      const parameters = new Parameters(new Random(1));
      const down = conv(parameters, 'down', x, 6, { stride: 2, groups: 2 });
      const grown = op.resizeLinear(transposedConv(parameters, 'up', down, 4, { groups: 2 }), {
        size: [7, 5],
      });
      const pooled = op.avgPool(op.maxPool(grown, { kernel: 3, stride: 1, padding: 1 }), { kernel: 2 });
      const y = op.globalAvgPool(op.upsample2(pooled));
      const [dw] = gradient(op.sum(op.square(y)), [parameters.list[0]!]);
      return { y, dw: dw!, parameters };
    };
    const run = async (built: number, freeBatch: boolean, x: Float32Array) => {
      const { y, dw, parameters } = build(built);
      const values = Object.fromEntries(parameters.list.map(({ attributes: a }) => [a.name, a.values]));
      const bytes = exportOnnx({ outputs: { y, dw }, parameters: values, metadata: {}, freeBatch });
      const model = await loadModel(bytes);
      const found = await model.run({ x: { data: x, shape: [3, 4, 5, 6] } });
      await model.close();
      return found;
    };
    const random = new Random('images');
    const x = Float32Array.from({ length: 360 }, () => random.normal(0, 1));
    const [free, fixed] = [await run(2, true, x), await run(3, false, x)];
    expect(free['y']!.shape).toEqual([3, 4]);
    expect(free).toEqual(fixed);
  });
});
