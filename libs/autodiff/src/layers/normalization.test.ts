import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../float64-oracle.ts';
import { inOrder } from '../graph.ts';
import { compileTraining, exportOnnx, loadModel } from '../index.ts';
import { input, square, sub, sum } from '../operators.ts';
import { adamW } from '../optimizers.ts';
import { Parameters } from '../parameters.ts';
import type { Tensor } from '../tensor.ts';
import { batchNorm, batchNormInference, groupNorm, instanceNorm, layerNorm } from './normalization.ts';

const random = new Random('normalization');
const shape = [3, 4, 2, 5];
const x = input('x', shape);
const values = Float64Array.from({ length: 120 }, () => random.normal(2, 3));

/** y, with parameters at the values they start with. */
function value(y: Tensor): Float64Array {
  const feeds = new Map<Tensor, Float64Array>([[x, values]]);
  for (const tensor of inOrder([y]))
    if (tensor.op === 'Parameter')
      feeds.set(tensor, Float64Array.from((tensor as Tensor<'Parameter'>).attributes.values));
  return evaluate(y, feeds);
}
const farthest = (a: Float64Array, b: Float64Array) =>
  Math.max(...a.map((found, place) => Math.abs(found - b[place]!)));

describe('normalization', () => {
  it('groupNorm of one group a channel is instanceNorm; of one group, layerNorm of the whole image', () => {
    const parameters = new Parameters(new Random(1));
    const byChannel = value(groupNorm(parameters, 'group', x, { groups: 4 }));
    expect(farthest(byChannel, value(instanceNorm(parameters, 'instance', x)))).toBeLessThan(1e-12);
    const whole = value(groupNorm(parameters, 'one', x, { groups: 1 })).slice(0, 40);
    expect(whole.reduce((sum, found) => sum + found, 0)).toBeCloseTo(0, 10);
    expect(whole.reduce((sum, found) => sum + found * found, 0) / 40).toBeCloseTo(1, 5);
  });

  it("batchNorm in use with the batch's own statistics is batchNorm in training", () => {
    const { y, mean, variance } = batchNorm(new Parameters(new Random(1)), 'norm', x);
    // 30 elements a channel: what training divides by is 29/30 of the unbiased variance.
    const biased = value(variance).map((found) => (found * 29) / 30);
    const running = new Parameters(new Random(1), {
      'norm.mean': Float32Array.from(value(mean)),
      'norm.variance': Float32Array.from(biased),
    });
    expect(farthest(value(batchNormInference(running, 'norm', x)), value(y))).toBeLessThan(1e-6);
  });

  it('batchNorm of a single image is instanceNorm', () => {
    const one = input('one', [1, 2, 3]);
    const feeds = new Map<Tensor, Float64Array>([[one, Float64Array.of(1, 2, 4, -1, 0, 3)]]);
    const bare = (y: Tensor) => {
      for (const tensor of inOrder([y]))
        if (tensor.op === 'Parameter')
          feeds.set(tensor, Float64Array.from((tensor as Tensor<'Parameter'>).attributes.values));
      return evaluate(y, feeds);
    };
    const parameters = new Parameters(new Random(1));
    expect(
      farthest(bare(batchNorm(parameters, 'a', one).y), bare(instanceNorm(parameters, 'b', one))),
    ).toBeLessThan(1e-12);
  });

  it('running averages move towards those of the batches, and the exported model uses them', async () => {
    const parameters = new Parameters(new Random(1));
    const { y, updates } = batchNorm(parameters, 'norm', x, { momentum: 0.5 });
    const loss = sum(square(sub(y, 1)));
    const session = await compileTraining({ loss, parameters, updates, optimizer: adamW() });
    for (let step = 0; step < 2; step++)
      await session.step({ x: Float32Array.from(values) }, { learningRate: 0.01 });
    const trained = await session.parameters();
    await session.close();
    const batch = batchNorm(new Parameters(new Random(1)), 'norm', x);
    // From 0 and 1, half the way twice.
    for (const [place, expected] of value(batch.mean).entries())
      expect(trained['norm.mean']![place]).toBeCloseTo(0.75 * expected, 5);
    for (const [place, expected] of value(batch.variance).entries())
      expect(trained['norm.variance']![place]).toBeCloseTo(0.25 + 0.75 * expected, 4);
    const used = batchNormInference(new Parameters(new Random(1), trained), 'norm', x);
    const model = await loadModel(
      exportOnnx({ outputs: { used }, parameters: trained, metadata: {}, freeBatch: true }),
    );
    const found = await model.run({ x: { data: Float32Array.from(values), shape } });
    await model.close();
    expect(farthest(Float64Array.from(found['used']!.data), value(used))).toBeLessThan(1e-5);
  });

  it('shapes that do not fit are refused by the name of the layer', () => {
    const parameters = new Parameters(new Random(1));
    const flat = input('flat', [1, 4]);
    expect(() => groupNorm(parameters, 'g', x, { groups: 3 })).toThrow(
      'groupNorm g: expected [n, c, …] with c a multiple of 3 groups, got [3, 4, 2, 5]',
    );
    expect(() => instanceNorm(parameters, 'i', flat)).toThrow('instanceNorm i: expected [n, c, …]');
    expect(() => batchNorm(parameters, 'b', flat)).toThrow('at least two elements a channel, got [1, 4]');
    expect(layerNorm(parameters, 'l', flat).shape).toEqual([1, 4]);
  });
});
