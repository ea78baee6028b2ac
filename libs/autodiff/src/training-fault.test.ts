import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, input, Parameters, type TrainingPlan } from './index.ts';
import { exp, greater, log, matMul, mean, mul, sqrt, square, sub, sum, tanh, where } from './operators.ts';
import { adamW, sgd } from './optimizers.ts';
import type { Feeds } from './training-samples.ts';

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

  it('is not what an infinity leads to that was written on purpose', async () => {
    const parameters = new Parameters(new Random(1));
    const x = mul(input('x', [3]), parameters.get('w', [3], 'ones'));
    const masked = where(greater(x, 0), log(x), -Infinity);
    const loss = sub(sum(square(exp(masked))), log(sum(x)));
    const message = await failing(
      { parameters, loss, optimizer: sgd() },
      { x: Float32Array.of(1, 2, -3) },
      { x: Float32Array.of(1, 2, 3) },
    );
    expect(message).toBe(
      'training step 2: the loss is Infinity; first at Log (forward), whose input ReduceSum held 0',
    );
  });

  it('in a product: between what its inputs lay', async () => {
    const parameters = new Parameters(new Random(1));
    const w = parameters.get('w', [2, 1], Float32Array.of(1e30, -2));
    const loss = parameters.layer('out', () => sum(matMul(input('x', [1, 2]), w)));
    expect(await failing({ parameters, loss, optimizer: sgd() }, { x: Float32Array.of(1e30, 1) })).toBe(
      'training step 1: the loss is Infinity; first at MatMul of layer "out" (forward), whose inputs "x" held 1 to 1e+30 and parameter "w" held -2 to 1e+30',
    );
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
