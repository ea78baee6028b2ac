import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, exportOnnx, gradient, input, loadModel, Parameters, type Tensor } from './index.ts';
import { transformerBlock, uNet } from './layers.ts';
import { diceCrossEntropy } from './losses.ts';
import { mean, square, sub } from './operators.ts';
import { adamW } from './optimizers.ts';

type Numbers = Readonly<Record<string, { shape: number[]; values: number[] }>>;
interface Golden {
  readonly inputs: Numbers;
  readonly loss: number;
  readonly parameters: Numbers;
  readonly gradients: Numbers;
  readonly adamW: { readonly losses: number[]; readonly parameters: Numbers };
}
const golden = JSON.parse(
  readFileSync(new URL('../../../reference/autodiff/gradients.json', import.meta.url), 'utf8'),
) as Record<'uNet' | 'transformer', Golden>;

const floats = (numbers: Numbers): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(numbers).map(([name, { values }]) => [name, Float32Array.from(values)]));

const losses: Record<keyof typeof golden, (parameters: Parameters) => Tensor> = {
  uNet: (parameters) => {
    const { logits } = uNet(parameters, 'net', input('x', [2, 1, 8, 8]), { base: 2, levels: 3, classes: 3 });
    return diceCrossEntropy(logits, input('targets', [2, 3, 8, 8]));
  },
  transformer: (parameters) => {
    const y = transformerBlock(parameters, 'block', input('x', [3, 4, 6]), input('mask', [3, 4]), {
      heads: 2,
      hidden: 8,
    });
    return mean(square(sub(y, input('wanted', [3, 4, 6]))));
  },
};

/** The largest difference, over all named tensors. */
function farthest(found: Readonly<Record<string, Float32Array>>, expected: Numbers): number {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  const differences = Object.entries(expected).flatMap(([name, { values }]) =>
    values.map((value, place) => Math.abs(value - found[name]![place]!)),
  );
  return Math.max(...differences);
}

describe.each(['uNet', 'transformer'] as const)('the %s against PyTorch', (name) => {
  const { inputs, loss, parameters: start, gradients, adamW: steps } = golden[name];
  const build = () => {
    const parameters = new Parameters(new Random(1), floats(start));
    return { parameters, loss: losses[name](parameters) };
  };

  it('has the same loss and the same gradient for every parameter', async () => {
    const built = build();
    const { list } = built.parameters;
    const derivatives = gradient(built.loss, list);
    const outputs = Object.fromEntries(
      list.map(({ attributes }, place) => [`d ${attributes.name}`, derivatives[place]!]),
    );
    const model = await loadModel(
      exportOnnx({ outputs: { loss: built.loss, ...outputs }, parameters: floats(start), metadata: {} }),
    );
    const feeds = Object.entries(inputs).map(([key, { shape, values }]) => [
      key,
      { data: Float32Array.from(values), shape },
    ]);
    const { loss: found, ...rest } = await model.run(Object.fromEntries(feeds));
    await model.close();
    expect(found!.data[0]).toBeCloseTo(loss, 5);
    const named = Object.entries(rest).map(([key, { data }]) => [key.slice(2), data]);
    expect(farthest(Object.fromEntries(named), gradients)).toBeLessThan(2e-6);
  });

  it('takes the same three steps of AdamW with clipping', async () => {
    const built = build();
    const session = await compileTraining({
      ...built,
      optimizer: adamW({ weightDecay: 0.1, clipNorm: 0.5, epsilon: 1e-4 }),
      threads: 1,
    });
    for (const expected of steps.losses)
      expect((await session.step(floats(inputs), { learningRate: 0.01 })).loss).toBeCloseTo(expected, 4);
    const found = await session.parameters();
    await session.close();
    expect(farthest(found, steps.parameters)).toBeLessThan(2e-5);
  });
});
