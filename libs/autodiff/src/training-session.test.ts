import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, exportOnnx, input, loadModel, Parameters, runningAverage } from './index.ts';
import { add, mean, mul, square, sub, sum } from './operators.ts';
import { sgd } from './optimizers.ts';
import { anySize, batchOf, fixedSize, hex, rowsOf } from './training-samples.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../reference/autodiff/optimizers.json', import.meta.url), 'utf8'),
) as { readonly batchNorm: { batches: number[][]; mean: number[]; variance: number[] } };

function farthest(a: Record<string, Float32Array>, b: Record<string, Float32Array>): number {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  return Math.max(
    ...Object.keys(a).flatMap((name) =>
      [...a[name]!].map((value, place) => Math.abs(value - b[name]![place]!)),
    ),
  );
}

describe('gradient accumulation', () => {
  it('over equal and over unequal batches does what one batch of all rows does', async () => {
    const [one, four] = [
      await compileTraining(anySize(sgd({ momentum: 0.9 }))),
      await compileTraining(anySize(sgd({ momentum: 0.9 }))),
    ];
    for (const [step, sizes] of [
      [2, 2, 2, 2],
      [5, 2, 1],
      [4, 4],
    ].entries()) {
      const all = batchOf(step, 8);
      const ends = sizes.map((_, place) => sizes.slice(0, place + 1).reduce((a, b) => a + b));
      const parts = sizes.map((size, place) => rowsOf(all, ends[place]! - size, ends[place]!));
      const whole = await one.step(all, { learningRate: 0.05, batch: 8 });
      const split = await four.step(parts, { learningRate: 0.05, batch: sizes });
      expect(split.loss).toBeCloseTo(whole.loss, 5);
      expect(split.gradientNorm).toBeCloseTo(whole.gradientNorm, 5);
      expect(split.metrics.half).toBeCloseTo(whole.metrics.half as number, 5);
      const [errors, expected] = [split.metrics.errors, whole.metrics.errors] as Float32Array[];
      expect(farthest({ errors: errors! }, { errors: expected! })).toBeLessThan(1e-5);
    }
    expect(farthest(await one.parameters(), await four.parameters())).toBeLessThan(2e-6);
    expect([one.steps, four.steps]).toEqual([3, 3]);
    await one.close();
    await four.close();
  });

  it('is checked: no batch, a wrong number of sizes, no size', async () => {
    const session = await compileTraining(anySize());
    const feeds = batchOf(1, 2);
    await expect(session.step([], { learningRate: 1, batch: 2 })).rejects.toThrow('at least one batch');
    await expect(session.step([feeds, feeds], { learningRate: 1, batch: [2] })).rejects.toThrow(
      'expected 2 whole batch sizes above 0, got 2',
    );
    await expect(session.step(feeds, { learningRate: 1 })).rejects.toThrow('expected the batch size');
    await expect(session.step(feeds, { learningRate: NaN, batch: 2 })).rejects.toThrow(
      'finite learning rate',
    );
    const running = session.step(feeds, { learningRate: 0, batch: 2 });
    await expect(session.step(feeds, { learningRate: 0, batch: 2 })).rejects.toThrow('has not ended');
    await running;
    await session.close();
  });
});

describe('mixed batch sizes', () => {
  it('share parameters and moments, and give what a plan of that size gives', async () => {
    const mixed = await compileTraining(anySize());
    await mixed.step(batchOf(1, 4), { learningRate: 0.01, batch: 4 });
    const fixed = await compileTraining(fixedSize());
    await fixed.step(batchOf(1, 4), { learningRate: 0.01 });
    expect(hex(await mixed.parameters())).toEqual(hex(await fixed.parameters()));
    await mixed.step(batchOf(2, 3), { learningRate: 0.01, batch: 3 });
    fixed.restore(mixed.checkpoint());
    const [after, expected] = [
      await mixed.step(batchOf(3, 4), { learningRate: 0.01, batch: 4 }),
      await fixed.step(batchOf(3, 4), { learningRate: 0.01 }),
    ];
    expect(after).toEqual(expected);
    expect(hex(await mixed.parameters())).toEqual(hex(await fixed.parameters()));
    await mixed.close();
    await fixed.close();
  });

  it('a model whose parameters depend on the batch size is refused', async () => {
    const parameters = new Parameters(new Random(1));
    const model = (batch: number) => ({
      loss: sum(square(parameters.get(batch < 3 ? 'small' : 'large', [2], 'ones'))),
    });
    const session = await compileTraining({ parameters, model, optimizer: sgd() });
    await session.step({}, { learningRate: 0.1, batch: 2 });
    await expect(session.step({}, { learningRate: 0.1, batch: 3 })).rejects.toThrow(
      'the model for batch 3 has large, which it did not have for batch 1',
    );
    await session.close();
  });
});

describe('moving average and buffers', () => {
  it('the average goes its share of the way to the parameters after every step', async () => {
    const parameters = new Parameters(new Random(1));
    const w = parameters.get('w', [1], Float32Array.of(4));
    const session = await compileTraining({
      loss: sum(w),
      parameters,
      optimizer: sgd(),
      ema: { decay: 0.75 },
    });
    let [value, average] = [4, 4];
    for (let step = 0; step < 5; step++) {
      await session.step({}, { learningRate: 0.5 });
      value -= 0.5;
      average += (value - average) * 0.25;
    }
    expect((await session.parameters())['w']![0]).toBeCloseTo(value, 6);
    expect((await session.parameters({ averaged: true }))['w']![0]).toBeCloseTo(average, 6);
    await session.close();
    const without = await compileTraining({ loss: sum(w), parameters, optimizer: sgd() });
    await expect(without.parameters({ averaged: true })).rejects.toThrow('expected a plan with ema');
    await without.close();
  });

  const running = () => {
    const parameters = new Parameters(new Random(1));
    const [x, w] = [input('x', [4]), parameters.get('w', [1], 'ones')];
    const average = parameters.buffer('average', [], 'zeros');
    const still = parameters.buffer('still', [2], Float32Array.of(5, 6));
    const y = mul(sub(x, average), w);
    const next = add(mul(average, 0.5), mul(mean(x), 0.5));
    return { parameters, y, still, loss: mean(square(y)), updates: [[average, next]] as const };
  };

  it('a buffer takes its new value after every step, is not trained, and is exported', async () => {
    const { y, ...plan } = running();
    const session = await compileTraining({ ...plan, optimizer: sgd() });
    let expected = 0;
    for (let step = 1; step <= 3; step++) {
      await session.step({ x: new Float32Array(4).fill(step) }, { learningRate: 0 });
      expected = expected / 2 + step / 2;
    }
    const now = await session.parameters();
    await session.close();
    expect(now).toEqual({
      w: Float32Array.of(1),
      average: Float32Array.of(expected),
      still: Float32Array.of(5, 6),
    });
    const model = await loadModel(exportOnnx({ outputs: { y }, parameters: now, metadata: {} }));
    const found = await model.run({ x: { data: new Float32Array(4).fill(3), shape: [4] } });
    await model.close();
    expect(found['y']!.data[0]).toBeCloseTo(3 - expected, 6);
  });

  it('running averages of batch norm are those of PyTorch', async () => {
    const { batches, mean: wantedMean, variance: wantedVariance } = golden.batchNorm;
    const parameters = new Parameters(new Random(1));
    const x = input('x', [2, 3, 4, 5]);
    const over = { axes: [0, 2, 3] };
    const centred = sub(x, mean(x, { ...over, keepDims: true }));
    const updates = [
      runningAverage(parameters.buffer('mean', [3], 'zeros'), mean(x, over)),
      runningAverage(parameters.buffer('variance', [3], 'ones'), mul(sum(square(centred), over), 1 / 39)),
    ];
    const loss = sum(parameters.get('w', [1], 'ones'));
    const session = await compileTraining({ parameters, loss, updates, optimizer: sgd() });
    for (const batch of batches) await session.step({ x: Float32Array.from(batch) }, { learningRate: 0.1 });
    const { mean: foundMean, variance } = await session.parameters();
    await session.close();
    const expected = { mean: Float32Array.from(wantedMean), variance: Float32Array.from(wantedVariance) };
    expect(farthest({ mean: foundMean!, variance: variance! }, expected)).toBeLessThan(1e-6);
  });

  it('buffers are updated batch by batch, and stay when a later batch fails', async () => {
    const { y, ...plan } = running();
    expect(y.shape).toEqual([4]);
    const session = await compileTraining({ ...plan, optimizer: sgd() });
    const feeds = (value: number) => ({ x: new Float32Array(4).fill(value) });
    await session.step([feeds(2), feeds(4)], { learningRate: 0 });
    expect((await session.parameters())['average']![0]).toBe(2.5);
    await expect(session.step([feeds(8), feeds(NaN)], { learningRate: 0 })).rejects.toThrow(
      'training step 2: the loss is NaN; input "x" holds NaN',
    );
    expect((await session.parameters())['average']![0]).toBe(2.5);
    await session.close();
  });

  it('a name is a parameter or a buffer, and an update has the shape of its buffer', async () => {
    const parameters = new Parameters(new Random(1));
    const w = parameters.get('w', [2], 'ones');
    const b = parameters.buffer('b', [2], 'ones');
    expect(() => parameters.buffer('w', [2], 'ones')).toThrow('buffer w: known as a parameter');
    expect(() => parameters.get('b', [2], 'ones')).toThrow('parameter b: known as a buffer');
    const plan = { parameters, loss: sum(w), optimizer: sgd() };
    await expect(compileTraining({ ...plan, updates: [[b, sum(w)]] })).rejects.toThrow(
      'buffer b: expected an update [2], got []',
    );
    await expect(compileTraining({ ...plan, updates: [[w, w]] })).rejects.toThrow(
      'expected updates of buffers',
    );
  });
});
