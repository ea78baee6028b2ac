import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, input, Parameters } from './index.ts';
import { add, matMul, mean, square, sub, sum, tanh } from './operators.ts';
import {
  adamW,
  constantSchedule,
  cosineSchedule,
  lion,
  type Optimizer,
  oneCycleSchedule,
  polynomialSchedule,
  type Schedule,
  sgd,
  stepSchedule,
} from './optimizers.ts';

interface Descent {
  readonly losses: number[];
  readonly norms: number[];
  readonly weight: number[];
  readonly bias: number[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../reference/autodiff/optimizers.json', import.meta.url), 'utf8'),
) as Record<'x' | 'wanted' | 'weight' | 'bias', number[]> & {
  readonly sgd: Record<'plain' | 'momentum' | 'nesterov' | 'decay', Descent>;
  readonly schedules: Record<'cosine' | 'polynomial' | 'oneCycle' | 'step', number[]>;
};

const farthest = (found: ArrayLike<number>, expected: readonly number[]): number =>
  Math.max(...expected.map((value, place) => Math.abs(value - found[place]!)));

describe('SGD against PyTorch', () => {
  const optimizers: Record<keyof typeof golden.sgd, Optimizer> = {
    plain: sgd(),
    momentum: sgd({ momentum: 0.9 }),
    nesterov: sgd({ momentum: 0.9, nesterov: true }),
    decay: sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1, clipNorm: 0.3 }),
  };

  it.each(['plain', 'momentum', 'nesterov', 'decay'] as const)(
    'takes the same twelve steps: %s',
    async (name) => {
      const expected = golden.sgd[name];
      const parameters = new Parameters(new Random(1));
      const weight = parameters.get('weight', [3, 2], Float32Array.from(golden.weight));
      const bias = parameters.get('bias', [2], Float32Array.from(golden.bias));
      const y = tanh(add(matMul(input('x', [8, 3]), weight), bias));
      const loss = mean(square(sub(y, input('wanted', [8, 2]))));
      const session = await compileTraining({ loss, parameters, optimizer: optimizers[name] });
      const feeds = { x: Float32Array.from(golden.x), wanted: Float32Array.from(golden.wanted) };
      // PyTorch divides by the length plus 1e-6 when it clips.
      const digits = name === 'decay' ? 5 : 6;
      for (const [step, wanted] of expected.losses.entries()) {
        const found = await session.step(feeds, { learningRate: 0.05 });
        expect(found.loss).toBeCloseTo(wanted, digits);
        expect(found.gradientNorm).toBeCloseTo(expected.norms[step]!, digits);
      }
      const found = await session.parameters();
      await session.close();
      expect(farthest(found['weight']!, expected.weight)).toBeLessThan(2e-6);
      expect(farthest(found['bias']!, expected.bias)).toBeLessThan(2e-6);
    },
  );
});

describe('Lion', () => {
  it('takes the steps of its formula', async () => {
    const start = [0.8, -1.2, 0.05, 2];
    const target = [0.1, 0.3, 0, -1];
    const [rate, decay, beta1, beta2] = [0.03, 0.2, 0.9, 0.99];
    const parameters = new Parameters(new Random(1));
    const w = parameters.get('w', [2, 2], Float32Array.from(start));
    const loss = sum(square(sub(w, input('target', [2, 2]))));
    const session = await compileTraining({ loss, parameters, optimizer: lion({ weightDecay: decay }) });
    const theta = start.map(Math.fround);
    const momentum = [0, 0, 0, 0];
    for (let step = 0; step < 25; step++) {
      await session.step({ target: Float32Array.from(target) }, { learningRate: rate });
      for (const [place, value] of theta.entries()) {
        const gradient = 2 * (value - target[place]!);
        const direction = Math.sign(beta1 * momentum[place]! + (1 - beta1) * gradient);
        theta[place] = value - rate * (direction + decay * value);
        momentum[place] = beta2 * momentum[place]! + (1 - beta2) * gradient;
      }
    }
    const found = await session.parameters();
    await session.close();
    expect(farthest(found['w']!, theta)).toBeLessThan(1e-5);
  });
});

describe('settings', () => {
  it('outside their range are refused by name', () => {
    expect(() => adamW({ beta1: 1 })).toThrow('adamW: expected beta1 in [0, 1), got 1');
    expect(() => lion({ weightDecay: -1 })).toThrow('lion: expected weightDecay of 0 or more, got -1');
    expect(() => sgd({ clipNorm: 0 })).toThrow('sgd: expected clipNorm above 0, got 0');
    expect(() => sgd({ nesterov: true })).toThrow('sgd: expected momentum above 0 for nesterov, got 0');
  });
});

describe('learning rates against PyTorch', () => {
  const options = { learningRate: 0.2, steps: 30 };
  const schedules: Record<keyof typeof golden.schedules, Schedule> = {
    cosine: cosineSchedule({ ...options, floor: 0.01 }),
    polynomial: polynomialSchedule(options),
    oneCycle: oneCycleSchedule({ learningRate: 0.2, steps: 31 }),
    step: stepSchedule({ learningRate: 0.2, every: 7, factor: 0.5 }),
  };

  it.each(['cosine', 'polynomial', 'oneCycle', 'step'] as const)('are the same: %s', (name) => {
    const found = golden.schedules[name].map((_, place) => schedules[name](place + 1));
    expect(farthest(found, golden.schedules[name])).toBeLessThan(1e-12);
  });

  it('warm up in equal parts, and stay at the end', () => {
    const schedule = cosineSchedule({ learningRate: 1, steps: 10, warmUp: 3, floor: 0.25 });
    expect([1, 2, 3, 4].map(schedule)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(schedule(11)).toBe(0.25);
    expect(schedule(500)).toBe(0.25);
    expect(polynomialSchedule({ learningRate: 1, steps: 10 })(12)).toBe(0);
    expect(constantSchedule(0.3)(9)).toBe(0.3);
    expect(() => cosineSchedule({ learningRate: 1, steps: 3, warmUp: 3 })).toThrow(
      'cosineSchedule: expected more than 3 steps, got 3',
    );
    expect(() => oneCycleSchedule({ learningRate: 1, steps: 3 })).toThrow('a rise of more than one step');
  });
});
