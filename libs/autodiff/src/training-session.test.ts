import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, exportOnnx, input, loadModel, Parameters, type TrainingPlan } from './index.ts';
import { conv, dense, instanceNorm } from './layers.ts';
import { add, log, mean, mul, relu, reshape, sqrt, square, sub, sum, tanh } from './operators.ts';
import { adamW, lion, type Optimizer, sgd } from './optimizers.ts';

type Feeds = Record<string, Float32Array>;
const normals = (random: Random, length: number) => Float32Array.from({ length }, () => random.normal());

/** A small convolutional regression, for any batch size. */
function regression(parameters: Parameters) {
  return (batch: number) => {
    const x = input('x', [batch, 1, 6, 6]);
    const y = relu(instanceNorm(parameters, 'norm', conv(parameters, 'conv', x, 4)));
    const found = dense(parameters, 'head', reshape(y, [batch, 144]), 2);
    const errors = mean(square(sub(found, input('y', [batch, 2]))), { axes: [1] });
    return { loss: mean(errors), metrics: { errors, half: mul(mean(errors), 0.5) } };
  };
}
const batchOf = (seed: number, rows: number): Feeds => ({
  x: normals(new Random(seed), rows * 36),
  y: normals(new Random(seed).fork('y'), rows * 2),
});
const rowsOf = (feeds: Feeds, from: number, to: number): Feeds => ({
  x: feeds['x']!.slice(from * 36, to * 36),
  y: feeds['y']!.slice(from * 2, to * 2),
});
const anySize = (optimizer: Optimizer = adamW({ clipNorm: 1 })) => {
  const parameters = new Parameters(new Random('regression'));
  return { parameters, model: regression(parameters), optimizer };
};
const fixedSize = () => {
  const parameters = new Parameters(new Random('regression'));
  return { parameters, ...regression(parameters)(4), optimizer: adamW({ clipNorm: 1 }) };
};
const hex = (values: Record<string, Float32Array>) =>
  Object.entries(values).map(([name, { buffer }]) => `${name} ${Buffer.from(buffer).toString('hex')}`);
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

describe('checkpoints', () => {
  const rates = { learningRate: 0.02 };
  const plan = (threads: number): TrainingPlan => {
    const built = fixedSize();
    const seen = built.parameters.buffer('seen', [], 'zeros');
    return { ...built, ema: { decay: 0.9 }, threads, updates: [[seen, add(seen, 1)]] };
  };

  it.each([1, 2])(
    'ten steps, and five, a stop and five, give the same bytes with %i threads',
    async (threads) => {
      const straight = await compileTraining(plan(threads));
      for (let step = 0; step < 10; step++) await straight.step(batchOf(step, 4), rates);
      const first = await compileTraining(plan(threads));
      for (let step = 0; step < 5; step++) await first.step(batchOf(step, 4), rates);
      const saved = first.checkpoint();
      await first.close();
      const second = await compileTraining({ ...plan(1), resume: saved });
      expect(second.steps).toBe(5);
      for (let step = 5; step < 10; step++) await second.step(batchOf(step, 4), rates);
      expect(Buffer.from(second.checkpoint()).equals(straight.checkpoint())).toBe(true);
      expect(hex(await second.parameters({ averaged: true }))).toEqual(
        hex(await straight.parameters({ averaged: true })),
      );
      expect((await second.parameters())['seen']![0]).toBe(10);
      await straight.close();
      await second.close();
    },
  );

  it('damaged bytes and those of another model are refused in one line, and change nothing', async () => {
    const session = await compileTraining(plan(1));
    await session.step(batchOf(0, 4), rates);
    const bytes = session.checkpoint();
    const wrong = (place: number) => bytes.with(place, bytes[place]! ^ 1);
    const cases: [Uint8Array, string][] = [
      [new Uint8Array(0), 'expected the start of a training checkpoint, found 0 bytes of something else'],
      [new TextEncoder().encode('PK and a lot of other text'), 'found 26 bytes of something else'],
      [bytes.slice(0, -1), 'expected bytes that fit their hash'],
      [bytes.slice(0, 60), 'expected bytes that fit their hash'],
      [bytes.slice(0, 20), 'expected bytes that fit their hash'],
      [wrong(8), 'expected format version 1, found 0'],
      [wrong(13), 'expected bytes that fit their hash'],
      [wrong(40), 'expected bytes that fit their hash'],
      [wrong(bytes.length - 100), 'expected bytes that fit their hash'],
      [wrong(bytes.length - 1), 'expected bytes that fit their hash'],
    ];
    for (const [given, message] of cases) {
      expect(() => session.restore(given)).toThrow(message);
      expect(Buffer.from(session.checkpoint()).equals(bytes)).toBe(true);
    }
    await session.close();
    const others: [Partial<TrainingPlan>, string][] = [
      [{ optimizer: lion() }, 'expected optimizer lion, found adamW'],
      [{ ema: { decay: 0.9 } }, 'with no more buffers, found seen []'],
    ];
    for (const [more, message] of others)
      await expect(compileTraining({ ...fixedSize(), ...more, resume: bytes })).rejects.toThrow(message);
    const parameters = new Parameters(new Random(1));
    const loss = sum(parameters.get('w', [2], 'ones'));
    await expect(compileTraining({ parameters, loss, optimizer: adamW(), resume: bytes })).rejects.toThrow(
      'training checkpoint: expected of this model, with w [2], found conv.weight [4, 1, 3, 3]',
    );
  });
});

describe('values that are not finite', () => {
  const failing = async (plan: TrainingPlan, feeds: Feeds | Feeds[], good?: Feeds) => {
    const session = await compileTraining(plan);
    if (good) await session.step(good, { learningRate: 0 });
    const before = session.checkpoint();
    const error: unknown = await session
      .step(feeds, { learningRate: 0.1 })
      .catch((thrown: unknown) => thrown);
    expect(Buffer.from(session.checkpoint()).equals(before)).toBe(true);
    if (good) await session.step(good, { learningRate: 0 });
    await session.close();
    return (error as Error).message;
  };
  const inLayer = () => {
    const parameters = new Parameters(new Random(1));
    const loss = parameters.layer('head', (head) =>
      head.layer('dense', (scope) => {
        const scaled = mul(input('x', [3]), scope.get('w', [3], 'ones'));
        return mean(square(log(sub(scaled, scope.get('b', [1], 'zeros')))));
      }),
    );
    return { parameters, loss, optimizer: adamW() };
  };

  it('in the forward pass: step, operator, layer and what it was given', async () => {
    expect(await failing(inLayer(), { x: Float32Array.of(1, -2, 3) }, { x: Float32Array.of(1, 2, 3) })).toBe(
      'training step 2: the loss is NaN; first at Log of layer "head.dense" (forward), whose input Sub held -2',
    );
  });

  it('in the backward pass alone', async () => {
    const parameters = new Parameters(new Random(1));
    const loss = parameters.layer('norm', (scope) =>
      sum(sqrt(mul(input('x', [2]), scope.get('w', [2], 'ones')))),
    );
    const message = await failing(
      { parameters, loss, optimizer: adamW() },
      { x: Float32Array.of(1, 0) },
      { x: Float32Array.of(1, 2) },
    );
    expect(message).toMatch(
      /^training step 2: the length of the gradient is (NaN|Infinity); first at Div of layer "norm" \(backward\), whose inputs \w+ held 0\.5 and Sqrt held 0$/u,
    );
  });

  it('in one of several batches, forward or backward', async () => {
    const [good, bad] = [{ x: Float32Array.of(1, 2, 3) }, { x: Float32Array.of(1, 2, -7) }];
    expect(await failing(inLayer(), [good, bad], good)).toContain('whose input Sub held -7');
    const parameters = new Parameters(new Random(1));
    const loss = sum(sqrt(mul(input('x', [2]), parameters.get('w', [2], 'ones'))));
    const plan = { parameters, loss, optimizer: adamW() };
    expect(
      await failing(plan, [{ x: Float32Array.of(1, 1) }, { x: Float32Array.of(4, 0) }], {
        x: Float32Array.of(1, 1),
      }),
    ).toMatch(/first at Div \(backward\), whose inputs \w+ held 0\.5 and Sqrt held 0$/u);
  });

  it('in what is fed, in a parameter, and in the length of the gradient', async () => {
    expect(await failing(inLayer(), { x: Float32Array.of(1, Infinity, 3) })).toBe(
      'training step 1: the loss is Infinity; input "x" holds Infinity',
    );
    const start = { w: Float32Array.of(NaN) };
    const parameters = new Parameters(new Random(1), start);
    const loss = sum(tanh(parameters.get('w', [1], 'ones')));
    expect(await failing({ parameters, loss, optimizer: adamW() }, {})).toBe(
      'training step 1: the loss is NaN; parameter "w" holds NaN',
    );
    const steep = new Parameters(new Random(1));
    const huge = sum(mul(steep.get('w', [2], 'ones'), 1e30));
    expect(await failing({ parameters: steep, loss: huge, optimizer: adamW() }, {})).toMatch(
      /the length of the gradient is Infinity; first at Mul \(update\), whose input \w+ held 1e\+30$/u,
    );
  });
});
