import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, exportOnnx, gradient, input, loadModel, Parameters, type Tensor } from './index.ts';
import { conv, dense, transformerBlock, uNet } from './layers.ts';
import { crossEntropy, diceCrossEntropy } from './losses.ts';
import { add, conv2d, mean, relu, reshape, square, sub } from './operators.ts';
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
) as Record<'uNet' | 'transformer' | 'cnn' | 'depthwiseCnn', Golden>;

const floats = (numbers: Numbers): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(numbers).map(([name, { values }]) => [name, Float32Array.from(values)]));

/** Mean over the image and a dense layer, against the targets. */
function classified(parameters: Parameters, x: Tensor): Tensor {
  const logits = dense(parameters, 'head', mean(x, { axes: [2, 3] }), 3);
  return crossEntropy(logits, input('targets', [3, 3]));
}

/** A 3 × 3 kernel for every channel, then a bias and ReLU. */
function depthwise(parameters: Parameters, name: string, x: Tensor, stride: number): Tensor {
  return parameters.layer(name, (scope) => {
    const channels = x.shape[1]!;
    const y = conv2d(x, scope.get('weight', [channels, 1, 3, 3], 'he'), { stride, groups: channels });
    return relu(add(y, reshape(scope.get('bias', [channels], 'zeros'), [1, channels, 1, 1])));
  });
}

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
  cnn: (parameters) => {
    let x: Tensor = input('x', [3, 1, 12, 12]);
    for (const [place, width] of [3, 4, 6, 8].entries())
      x = relu(conv(parameters, `conv${place}`, x, width, { stride: place === 0 ? 1 : 2 }));
    return classified(parameters, x);
  },
  depthwiseCnn: (parameters) => {
    let x = relu(conv(parameters, 'stem', input('x', [3, 1, 12, 12]), 4, { stride: 2 }));
    for (const [place, width] of [6, 6, 8, 8].entries()) {
      x = depthwise(parameters, `depthwise${place}`, x, 1 + (place % 2));
      x = relu(conv(parameters, `pointwise${place}`, x, width, { kernel: 1 }));
    }
    return classified(parameters, x);
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

describe.each(['uNet', 'transformer', 'cnn', 'depthwiseCnn'] as const)('the %s against PyTorch', (name) => {
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
