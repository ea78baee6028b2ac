import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { batchNorm, groupNorm, instanceNorm } from './layers.ts';
import { exportOnnx, loadModel } from './model.ts';
import * as op from './operators.ts';
import { Parameters } from './parameters.ts';
import { sizeOf, type Tensor } from './tensor.ts';

const indices = op.constant([2, 0, 2]);
const wide = op.constant([1, 2, 3, 4, 5, 6], [3, 2]);
const parameters = new Parameters(new Random(1));

/** From [n, 3, 4] and whole numbers [n, 3] below 3. */
const free: Readonly<Record<string, (x: Tensor, at: Tensor) => Tensor>> = {
  'elementwise operators': (x) => op.silu(op.add(op.pow(x, 3), op.minimum(op.elu(x), op.stopGradient(x)))),
  logic: (x) => op.where(op.or(op.less(x, 0), op.not(op.round(x))), x, op.floor(x)),
  min: (x) => op.min(x, { axes: [1] }),
  'logSumExp, variance and prod': (x) =>
    op.add(op.logSumExp(x, { axes: [2] }), op.add(op.variance(x, { axes: [-1] }), op.prod(x, { axes: [2] }))),
  argMax: (x) => op.concat([op.argMax(x, 2), op.argMax(op.transpose(x, [1, 0, 2]), 0)], 1),
  cumSum: (x) => op.cumSum(x, 1, { reverse: true }),
  'gather by constant indices': (x) => op.gather(x, indices, 1),
  'gather in front of the batch': (x) => op.gather(op.transpose(x, [1, 0, 2]), op.constant([1, 0]), 0),
  'rows of a table by indices of the batch': (_, at) => op.embedding(wide, at),
  takeAlong: (x, at) =>
    op.takeAlong(op.slice(x, 2, 0, 3), op.broadcastTo(op.unsqueeze(at, 1), [at.shape[0]!, 3, 3]), 2),
  oneHot: (_, at) => op.oneHot(at, 3),
  'split, stack, roll, repeat and tile': (x) =>
    op.tile(op.repeat(op.roll(op.stack(op.split(x, 2, 2), 1), 1, -1), 2, 3), [1, 1, 1, 2]),
  'a border': (x) => op.continued(op.pad(x, [0, 0, 1], [0, 0, 0], 2), [0, 1, 0], [0, 2, 1], 'reflect'),
  'einsum by one matrix': (x) => op.einsum('nij,jk->nik', x, op.constant(0.5, [4, 2])),
  'einsum by batches': (x) => op.einsum('nij,nkj->nik', x, x),
  'einsum over everything but the batch': (x) => op.einsum('nij,ij->n', x, op.constant(0.5, [3, 4])),
  instanceNorm: (x) => instanceNorm(parameters, 'instance', x),
  groupNorm: (x) => groupNorm(parameters, 'group', x, { groups: 3 }),
};

describe('a graph for any batch size', () => {
  const feeds = (n: number) => {
    const random = new Random('free batch');
    const data = Float32Array.from({ length: n * 12 }, () => random.normal());
    const at = Float32Array.from({ length: n * 3 }, (_, place) => (place * 5) % 3);
    return { x: { data, shape: [n, 3, 4] }, at: { data: at, shape: [n, 3] } };
  };
  const run = async (
    make: (x: Tensor, at: Tensor) => Tensor,
    writtenFor: number,
    n: number,
    freeBatch = true,
  ) => {
    const y = make(op.input('x', [writtenFor, 3, 4]), op.input('at', [writtenFor, 3]));
    const values = Object.fromEntries(parameters.list.map(({ attributes: a }) => [a.name, a.values]));
    const model = await loadModel(
      exportOnnx({ outputs: { y }, parameters: values, metadata: {}, freeBatch }),
    );
    const all = Object.entries(feeds(n)).filter(([name]) => model.inputs.includes(name));
    const found = await model.run(Object.fromEntries(all));
    await model.close();
    return found['y']!;
  };
  it.each(Object.entries(free))('%s', async (_, make) => {
    for (const n of [1, 2, 5]) {
      const expected = await run(make, n, n, false);
      expect(expected.data.length).toBe(sizeOf(expected.shape));
      for (const writtenFor of [2, 5]) expect(await run(make, writtenFor, n)).toEqual(expected);
    }
  });

  it.each<[string, (x: Tensor, at: Tensor) => Tensor, string]>([
    ['the statistics of a batch', (x) => batchNorm(parameters, 'batch', x).y, 'Standardize'],
    ['a running sum over the batch', (x) => op.cumSum(x, 0), 'CumSum'],
    ['images picked from the batch', (x) => op.gather(x, indices, 0), 'Gather'],
    [
      'sums that indices make',
      (x, at) => op.addAlong(op.sum(x, { axes: [2] }), at, { axis: 1, length: 3 }),
      'AddAlong',
    ],
    ['a batch repeated', (x) => op.tile(x, [2, 1, 1]), 'Tile'],
  ])('%s is refused by name', async (_, make, name) => {
    await expect(run(make, 3, 3)).rejects.toThrow(`exportOnnx: ${name} of`);
  });
});
