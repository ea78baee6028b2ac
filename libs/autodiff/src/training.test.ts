import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, constant, exportOnnx, input, loadModel, Parameters, type Tensor } from './index.ts';
import { attention, dense, transformerBlock, uNet } from './layers.ts';
import { binaryCrossEntropy, crossEntropy, diceCrossEntropy } from './losses.ts';
import { add, log, mean, mul, reshape, square, sub, sum } from './operators.ts';
import { adamW } from './optimizers.ts';

type Feeds = Record<string, Float32Array>;

/** Bright discs on noise, one per image of 16 × 16, and their masks one-hot. */
function discs(random: Random, n: number): Feeds {
  const [x, targets] = [new Float32Array(n * 256), new Float32Array(n * 512)];
  for (let image = 0; image < n; image++) {
    const [row, column] = [random.uniform(5, 11), random.uniform(5, 11)];
    for (let pixel = 0; pixel < 256; pixel++) {
      const within = Math.hypot(Math.floor(pixel / 16) - row, (pixel % 16) - column) < 4;
      x[image * 256 + pixel] = Number(within) + random.normal(0, 0.3);
      targets[image * 512 + (within ? 256 : 0) + pixel] = 1;
    }
  }
  return { x, targets };
}

function segmentation(n: number, parameters = new Parameters(new Random('discs'))) {
  const net = uNet(parameters, 'net', input('x', [n, 1, 16, 16]), { base: 4, levels: 3, classes: 2 });
  return { parameters, net, loss: diceCrossEntropy(net.logits, input('targets', [n, 2, 16, 16])) };
}

/** Is token 1 larger than token 0, in their first feature? Token 2 only distracts, and may be absent. */
function comparisons(random: Random, n: number): Feeds {
  const x = Float32Array.from({ length: n * 12 }, () => random.normal());
  const mask = Float32Array.from({ length: n * 3 }, (_, place) =>
    Number(place % 3 < 2 || random.chance(0.5)),
  );
  const y = Float32Array.from({ length: n }, (_, row) => Number(x[row * 12 + 4]! > x[row * 12]!));
  return { x, mask, y };
}

function comparison(n: number, parameters = new Parameters(new Random('tokens'))) {
  const places = parameters.get('place', [1, 3, 8], { normal: 0.5 });
  const tokens = add(dense(parameters, 'embed', input('x', [n, 3, 4]), 8), places);
  const mixed = transformerBlock(parameters, 'block', tokens, input('mask', [n, 3]), {
    heads: 2,
    hidden: 16,
  });
  const logit = reshape(dense(parameters, 'out', mean(mixed, { axes: [1] }), 1), [n]);
  return { parameters, logit, loss: binaryCrossEntropy(logit, input('y', [n])) };
}

async function train(
  plan: { loss: Tensor; parameters: Parameters; metrics?: Record<string, Tensor> },
  feeds: (step: number) => Feeds,
  { steps, learningRate, threads = 1 }: { steps: number; learningRate: number; threads?: number },
) {
  const session = await compileTraining({ ...plan, optimizer: adamW({ clipNorm: 1 }), threads });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++)
    losses.push((await session.step(feeds(step), { learningRate })).loss);
  const parameters = await session.parameters();
  await session.close();
  return { losses, parameters };
}

describe('learning', () => {
  it('a U-Net learns to outline discs it has not seen', async () => {
    const random = new Random('discs');
    const batches = Array.from({ length: 8 }, (_, place) => discs(random.fork(place), 8));
    const { losses, parameters } = await train(segmentation(8), (step) => batches[step % 8]!, {
      steps: 60,
      learningRate: 0.01,
    });
    expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.25);
    const { net } = segmentation(8);
    const model = await loadModel(exportOnnx({ outputs: { logits: net.logits }, parameters, metadata: {} }));
    const unseen = discs(random.fork('unseen'), 8);
    const { logits } = await model.run({ x: { data: unseen['x']!, shape: [8, 1, 16, 16] } });
    await model.close();
    let right = 0;
    for (let pixel = 0; pixel < 8 * 256; pixel++) {
      const place = Math.floor(pixel / 256) * 512 + (pixel % 256);
      const found = logits!.data[place + 256]! > logits!.data[place]!;
      right += Number(found === (unseen['targets']![place + 256] === 1));
    }
    expect(right / (8 * 256)).toBeGreaterThan(0.95);
  });

  it('a transformer learns to compare two of its tokens', async () => {
    const random = new Random('comparisons');
    const { losses } = await train(comparison(64), (step) => comparisons(random.fork(step), 64), {
      steps: 200,
      learningRate: 0.01,
    });
    const last = losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10;
    expect(last / losses[0]!).toBeLessThan(0.35);
  });

  it('parameters that are not in the plan stay as they were and still count', async () => {
    const parameters = new Parameters(new Random(1));
    const frozen = parameters.get('frozen', [1], Float32Array.of(3));
    const trained = parameters.get('trained', [1], 'zeros');
    const loss = sum(square(sub(add(frozen, trained), 5)));
    const session = await compileTraining({ loss, parameters: [trained], optimizer: adamW() });
    for (let step = 0; step < 300; step++) await session.step({}, { learningRate: 0.05 });
    const now = await session.parameters();
    await session.close();
    expect(Object.keys(now)).toEqual(['trained']);
    expect(now['trained']![0]).toBeCloseTo(2, 2);
  });
});

describe('repeatable', () => {
  const bytes = async (threads: number) => {
    const { parameters } = await train(segmentation(8), (step) => discs(new Random(step), 8), {
      steps: 5,
      learningRate: 0.01,
      threads,
    });
    return Object.entries(parameters).map(([name, values]) => [
      name,
      Buffer.from(values.buffer).toString('hex'),
    ]);
  };

  it('the same seed gives the same bytes, with one thread and with two', async () => {
    const first = await bytes(1);
    expect(await bytes(1)).toEqual(first);
    expect(await bytes(2)).toEqual(first);
  });

  it('the first value of a parameter depends on seed and name, not on what was asked before', () => {
    const alone = new Parameters(new Random(7)).scope('b').get('w', [3, 3], 'he');
    const after = new Parameters(new Random(7));
    after.get('a.w', [3, 3], 'he');
    expect(after.get('b.w', [3, 3], 'he').attributes.values).toEqual(alone.attributes.values);
    expect(new Parameters(new Random(8)).get('b.w', [3, 3], 'he').attributes.values).not.toEqual(
      alone.attributes.values,
    );
  });
});

describe('the exported model', () => {
  it('gives what the training graph gives, for any batch size', async () => {
    const feeds = discs(new Random('export'), 7);
    const built = segmentation(7);
    const { logits, bottleneck } = built.net;
    const session = await compileTraining({ ...built, metrics: { logits, bottleneck }, optimizer: adamW() });
    const { metrics } = await session.step(feeds, { learningRate: 0 });
    const parameters = await session.parameters();
    await session.close();
    // Written for batch 1, and for batch 7: the same model.
    for (const writtenFor of [1, 7]) {
      const { net } = segmentation(writtenFor);
      const outputs = { logits: net.logits, bottleneck: net.bottleneck };
      const model = await loadModel(
        exportOnnx({ outputs, parameters, metadata: { seed: '7' }, freeBatch: true }),
      );
      expect(model.metadata).toEqual({ seed: '7' });
      for (const n of [1, 3, 7]) {
        const found = await model.run({ x: { data: feeds['x']!.slice(0, n * 256), shape: [n, 1, 16, 16] } });
        expect(found['logits']!.shape).toEqual([n, 2, 16, 16]);
        for (const name of ['logits', 'bottleneck'] as const) {
          const expected = metrics[name] as Float32Array;
          for (const [place, value] of found[name]!.data.entries())
            expect(value).toBeCloseTo(expected[place]!, 4);
        }
      }
      await model.close();
    }
  });

  it('keeps heads, masks and tokens apart for any batch size', async () => {
    const feeds = comparisons(new Random('export'), 7);
    // A row without any present token.
    feeds['mask']!.fill(0, 3, 6);
    const { parameters } = comparison(1);
    const values = Object.fromEntries(
      parameters.list.map(({ attributes }) => [attributes.name, attributes.values]),
    );
    const write = (n: number, freeBatch: boolean) =>
      exportOnnx({
        outputs: { logit: comparison(n, parameters).logit },
        parameters: values,
        metadata: {},
        freeBatch,
      });
    const run = async (bytes: Uint8Array, n: number) => {
      const model = await loadModel(bytes);
      const found = await model.run({
        x: { data: feeds['x']!.slice(0, n * 12), shape: [n, 3, 4] },
        mask: { data: feeds['mask']!.slice(0, n * 3), shape: [n, 3] },
      });
      await model.close();
      return found['logit']!;
    };
    for (const n of [1, 3, 7]) {
      const [fixed, ...free] = [
        await run(write(n, false), n),
        await run(write(1, true), n),
        await run(write(7, true), n),
      ];
      expect(fixed.data.every(Number.isFinite)).toBe(true);
      for (const { data, shape } of free) {
        expect(shape).toEqual([n]);
        for (const [place, value] of data.entries()) expect(value).toBeCloseTo(fixed.data[place]!, 5);
      }
    }
  });

  it('refuses a free batch where the graph fixes it', () => {
    const x = input('x', [4, 2]);
    const plan = { parameters: {}, metadata: {}, freeBatch: true };
    expect(() => exportOnnx({ ...plan, outputs: { y: add(x, constant(1, [4, 2])) } })).toThrow(
      'exportOnnx: Add of [4, 2] and [4, 2] works for this batch size only',
    );
    expect(() => exportOnnx({ ...plan, outputs: { y: reshape(x, [2, 4]) } })).toThrow(RangeError);
  });

  it('needs a value for every parameter', () => {
    const { net, parameters } = segmentation(1);
    expect(() => exportOnnx({ outputs: net, parameters: {}, metadata: {} })).toThrow(
      'no values for parameter "net.',
    );
    expect(parameters.list.length).toBeGreaterThan(0);
  });

  it('bytes that are no model are refused', async () => {
    await expect(loadModel(Uint8Array.of(1, 2, 3))).rejects.toThrow('cannot open the ONNX model');
  });
});

describe('wrong calls', () => {
  const line = async () => {
    const parameters = new Parameters(new Random(1));
    const x = input('x', [2]);
    const loss = mean(log(mul(x, parameters.get('w', [2], 'ones'))));
    return compileTraining({ loss, parameters, optimizer: adamW() });
  };

  it('a loss that is not finite is an error that names the step, and leaves the parameters alone', async () => {
    const session = await line();
    await session.step({ x: Float32Array.of(1, 2) }, { learningRate: 0.1 });
    const before = await session.parameters();
    await expect(session.step({ x: Float32Array.of(1, -2) }, { learningRate: 0.1 })).rejects.toThrow(
      'training step 2: the loss is NaN',
    );
    expect(await session.parameters()).toEqual(before);
    await session.close();
  });

  it('feeds are checked by name and length', async () => {
    const session = await line();
    await expect(session.step({}, { learningRate: 1 })).rejects.toThrow(
      'input "x" [2]: expected 2 values, got none',
    );
    await expect(session.step({ x: Float32Array.of(1) }, { learningRate: 1 })).rejects.toThrow('got 1');
    await expect(
      session.step({ x: Float32Array.of(1, 2), z: Float32Array.of(1) }, { learningRate: 1 }),
    ).rejects.toThrow('no input "z"');
    await session.close();
  });

  it('shapes that do not fit are refused where they meet, by name', () => {
    const parameters = new Parameters(new Random(1));
    const [x, mask] = [input('x', [2, 5, 6]), input('mask', [2, 4])];
    expect(() => attention(parameters, 'a', x, mask, { heads: 2 })).toThrow(
      'attention a: expected a mask [2, 5], got [2, 4]',
    );
    expect(() => add(x, mask)).toThrow('Add: expected shapes that broadcast, got [2, 5, 6] and [2, 4]');
    expect(() => uNet(parameters, 'u', input('x', [1, 1, 6, 8]), { base: 2, levels: 3, classes: 2 })).toThrow(
      'uNet u: expected height and width to divide by 4, got [1, 1, 6, 8]',
    );
    parameters.get('w', [2], 'ones');
    expect(() => parameters.get('w', [3], 'ones')).toThrow('known as [2], asked for as [3]');
  });
});

describe('losses by hand', () => {
  const value = async (loss: Tensor) => {
    const model = await loadModel(exportOnnx({ outputs: { loss }, parameters: {}, metadata: {} }));
    const { loss: found } = await model.run({});
    await model.close();
    return found!.data[0]!;
  };

  it('cross-entropy of even odds is ln 2, and large logits stay finite', async () => {
    expect(await value(crossEntropy(constant([0, 0], [1, 2]), constant([1, 0], [1, 2])))).toBeCloseTo(
      Math.LN2,
      6,
    );
    expect(await value(binaryCrossEntropy(constant([0, 0]), constant([1, 0])))).toBeCloseTo(Math.LN2, 6);
    expect(await value(binaryCrossEntropy(constant([200, -200]), constant([1, 1])))).toBeCloseTo(100, 4);
  });

  it('binary cross-entropy leaves out elements of weight 0', async () => {
    const loss = binaryCrossEntropy(constant([0, 200]), constant([1, 0]), constant([1, 0]));
    expect(await value(loss)).toBeCloseTo(Math.LN2, 6);
  });

  it('a sure and right mask has loss near 0', async () => {
    const targets = constant([1, 1, 0, 0, 0, 0, 1, 1], [1, 2, 2, 2]);
    expect(await value(diceCrossEntropy(mul(targets, 40), targets))).toBeCloseTo(0, 5);
  });
});
