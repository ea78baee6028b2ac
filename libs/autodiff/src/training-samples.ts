import { Random } from '@myocast/base';
import { input, Parameters } from './index.ts';
import { conv, dense, instanceNorm } from './layers.ts';
import { mean, mul, relu, reshape, square, sub } from './operators.ts';
import { adamW, type Optimizer } from './optimizers.ts';

// A small problem that the tests of the training session share.

export type Feeds = Record<string, Float32Array>;
const normals = (random: Random, length: number) => Float32Array.from({ length }, () => random.normal());

/** A small convolutional regression, for any batch size. */
export function regression(parameters: Parameters) {
  return (batch: number) => {
    const x = input('x', [batch, 1, 6, 6]);
    const y = relu(instanceNorm(parameters, 'norm', conv(parameters, 'conv', x, 4)));
    const found = dense(parameters, 'head', reshape(y, [batch, 144]), 2);
    const errors = mean(square(sub(found, input('y', [batch, 2]))), { axes: [1] });
    return { loss: mean(errors), metrics: { errors, half: mul(mean(errors), 0.5) } };
  };
}
export const batchOf = (seed: number, rows: number): Feeds => ({
  x: normals(new Random(seed), rows * 36),
  y: normals(new Random(seed).fork('y'), rows * 2),
});
export const rowsOf = (feeds: Feeds, from: number, to: number): Feeds => ({
  x: feeds['x']!.slice(from * 36, to * 36),
  y: feeds['y']!.slice(from * 2, to * 2),
});
export const anySize = (optimizer: Optimizer = adamW({ clipNorm: 1 })) => {
  const parameters = new Parameters(new Random('regression'));
  return { parameters, model: regression(parameters), optimizer };
};
export const fixedSize = () => {
  const parameters = new Parameters(new Random('regression'));
  return { parameters, ...regression(parameters)(4), optimizer: adamW({ clipNorm: 1 }) };
};
/** For equality of bytes, with a message a person can read. */
export const hex = (values: Record<string, Float32Array>) =>
  Object.entries(values).map(([name, { buffer }]) => `${name} ${Buffer.from(buffer).toString('hex')}`);
