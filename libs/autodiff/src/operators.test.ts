import { describe, expect, it } from 'vitest';
import { evaluate } from './float64-oracle.ts';
import { gradient } from './graph.ts';
import { exportOnnx, loadModel } from './model.ts';
import * as op from './operators.ts';
import type { Tensor } from './tensor.ts';

type Feeds = Readonly<Record<string, readonly number[] | Float32Array>>;

/** What onnxruntime gives for y. */
async function run(y: Tensor, feeds: Feeds = {}, threads = 1): Promise<Float32Array> {
  const model = await loadModel(exportOnnx({ outputs: { y }, parameters: {}, metadata: {} }), { threads });
  const values = Object.entries(feeds).map(([name, data]) => [
    name,
    { data: Float32Array.from(data), shape: [data.length] },
  ]);
  try {
    return (await model.run(Object.fromEntries(values)))['y']!.data;
  } finally {
    await model.close();
  }
}

describe('precision', () => {
  const logs = Array.from({ length: 200 }, (_, place) => 10 ** (-9 + place / 20));
  const relative = async (make: (x: Tensor) => Tensor, exact: (x: number) => number, at: number[]) => {
    const x = Float32Array.from(at);
    const found = await run(make(op.input('x', [x.length])), { x });
    return Math.max(...Array.from(x, (value, place) => Math.abs(found[place]! / exact(value) - 1)));
  };

  it('log1p keeps its relative precision where 1 + x rounds x away', async () => {
    const small = logs.filter((x) => x < 0.9);
    expect(await relative(op.log1p, Math.log1p, [...logs, ...small.map((x) => -x)])).toBeLessThan(3e-7);
  });

  it('expm1 keeps its relative precision near 0, and neither end is NaN', async () => {
    const within = logs.filter((x) => x < 80);
    expect(await relative(op.expm1, Math.expm1, [...within, ...within.map((x) => -x)])).toBeLessThan(6e-7);
    expect([...(await run(op.expm1(op.input('x', [2])), { x: [200, -200] }))]).toEqual([Infinity, -1]);
  });

  it('large numbers do not overflow in softmax, logSoftmax, logSumExp and their gradients', async () => {
    const x = op.input('x', [3]);
    const feeds = { x: [1000, 999, -1000] };
    const near = (found: Float32Array, expected: number[]) => {
      for (const [place, value] of expected.entries()) expect(found[place]).toBeCloseTo(value, 4);
    };
    const [first, second] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.E)];
    const top = 1000 + Math.log1p(Math.exp(-1));
    near(await run(op.softmax(x, 0), feeds), [first, second, 0]);
    near(await run(op.logSoftmax(x, 0), feeds), [1000 - top, 999 - top, -1000 - top]);
    near(await run(op.logSumExp(x), feeds), [top]);
    near(await run(gradient(op.logSumExp(x), [x])[0]!, feeds), [first, second, 0]);
    near(await run(op.softplus(x), feeds), [1000, 999, 0]);
    near(await run(op.logSigmoid(x), feeds), [0, 0, -1000]);
  });
});

describe('indices', () => {
  it('are whole numbers up to 2^24, -1 is the last, a fraction is cut off', async () => {
    const x = op.constant([10, 11, 12]);
    expect([...(await run(op.gather(x, op.input('at', [4]), 0), { at: [0, 2, -1, 1.9] }))]).toEqual([
      10, 12, 12, 11,
    ]);
    const long = op.cumSum(op.constant(1, [2 ** 24]), 0);
    expect([...(await run(op.gather(long, op.input('at', [1]), 0), { at: [2 ** 24 - 1] }))]).toEqual([
      2 ** 24,
    ]);
  });

  it('outside the axis are refused when constant, and else stop the run', async () => {
    const x = op.constant([10, 11, 12]);
    expect(() => op.gather(x, op.constant([0, 3]), 0)).toThrow(
      'gather: expected indices from -3 to 2, got 3',
    );
    expect(() => op.takeAlong(x, op.constant([NaN]), 0)).toThrow('takeAlong: expected indices');
    await expect(run(op.gather(x, op.input('at', [1]), 0), { at: [3] })).rejects.toThrow(/idx=3/);
    await expect(run(op.takeAlong(x, op.input('at', [1]), 0), { at: [-4] })).rejects.toThrow(
      /Out of range value in index tensor/,
    );
    await expect(
      run(op.addAlong(x, op.input('at', [3]), { axis: 0, length: 2 }), { at: [0, 1, 2] }),
    ).rejects.toThrow(/ScatterElements/);
  });

  it('that repeat add up, to the same bytes with one thread and with two', async () => {
    const count = 4000;
    const at = Float32Array.from({ length: count }, (_, place) => (place * 7919) % 5);
    const table = op.input('table', [5 * 32]);
    const rows = op.embedding(op.reshape(table, [5, 32]), op.input('at', [count]));
    const weights = Float32Array.from({ length: count * 32 }, (_, place) => Math.sin(place * 1.37));
    const [slope] = gradient(op.sum(op.mul(rows, op.constant(weights, [count, 32]))), [table]);
    const feeds = { at, table: new Float32Array(5 * 32) };
    const first = await run(slope!, feeds);
    expect(Math.max(...first.map(Math.abs))).toBeGreaterThan(1);
    for (const threads of [1, 2, 2, 2]) expect(await run(slope!, feeds, threads)).toEqual(first);
  });

  it('oneHot marks the index', async () => {
    const found = await run(op.oneHot(op.input('at', [3]), 3), { at: [2, 0, 5] });
    expect([...found]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  it('argMax and argMin give the first of equals, as an index', async () => {
    const x = op.input('x', [4]);
    const feeds = { x: [1, 3, 3, 1] };
    expect([...(await run(op.argMax(x, 0), feeds))]).toEqual([1]);
    expect([...(await run(op.argMin(x, 0), feeds))]).toEqual([0]);
    expect([...(await run(op.gather(x, op.argMax(x, 0), 0), feeds))]).toEqual([3]);
  });
});

describe('comparisons', () => {
  it('are 1 or 0, and combine', async () => {
    const [a, b] = [op.input('a', [3]), op.input('b', [3])];
    const feeds = { a: [1, 2, 3], b: [2, 2, 2] };
    const pairs: [Tensor, number[]][] = [
      [op.greater(a, b), [0, 0, 1]],
      [op.greaterEqual(a, b), [0, 1, 1]],
      [op.less(a, b), [1, 0, 0]],
      [op.lessEqual(a, b), [1, 1, 0]],
      [op.equal(a, b), [0, 1, 0]],
      [op.notEqual(a, b), [1, 0, 1]],
      [op.and(op.greaterEqual(a, b), op.lessEqual(a, b)), [0, 1, 0]],
      [op.or(op.less(a, b), op.greater(a, b)), [1, 0, 1]],
      // Other numbers than 0 count as true.
      [op.mul(op.and(a, op.sub(b, 2)), 5), [0, 0, 0]],
      [op.add(op.not(op.sub(a, b)), op.equal(a, b)), [0, 2, 0]],
    ];
    // Each uses a and b, so that both are fed.
    for (const [y, expected] of pairs)
      expect([...(await run(op.add(y, op.mul(op.add(a, b), 0)), feeds))]).toEqual(expected);
  });
});

describe('einsum', () => {
  const [a, b] = [op.input('a', [2, 3, 4]), op.input('b', [2, 4, 5])];

  it.each([
    ['nij,njk', [a, b], 'expected letters and commas, "->" and letters'],
    ['...j,njk->nk', [a, b], 'expected letters and commas'],
    ['nij->n', [a, b], 'expected 1 operands, got 2'],
    ['ni,njk->n', [a, b], 'expected 2 axes for "ni", got [2, 3, 4]'],
    ['nij,nik->jk', [a, b], 'expected one length for i, got 3 and 4'],
    ['nii,nik->k', [op.input('c', [2, 4, 4]), b], 'a letter stands twice in "nii"'],
    ['nij,njk->nkx', [a, b], 'no operand has the letter x'],
  ] as const)('refuses %s', (expression, operands, message) => {
    expect(() => op.einsum(expression, ...operands)).toThrow(`einsum "${expression}": ${message}`);
  });

  it('makes one matrix product of a batched one, and nothing else', () => {
    const y = op.einsum('nij,njk->nik', a, b);
    expect([y.op, y.inputs[0], y.inputs[1]]).toEqual(['MatMul', a, b]);
  });

  it('multiplies elementwise where no letter is summed over', () => {
    const x = op.einsum('nij,ni->nij', a, op.input('c', [2, 3]));
    expect(x.op).toBe('Mul');
  });
});

describe('arrangement', () => {
  const x = op.constant([1, 2, 3, 4, 5, 6], [2, 3]);
  const values = (y: Tensor) => [...evaluate(y, new Map())];

  it('split and stack undo one another', () => {
    const rows = op.split(x, 2, 0).map((row) => op.squeeze(row, [0]));
    expect(rows.map(values)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(values(op.stack(rows))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(op.stack(rows, -1).shape).toEqual([3, 2]);
    expect(op.split(x, [1, 2], 1).map(values)).toEqual([
      [1, 4],
      [2, 3, 5, 6],
    ]);
  });

  it('squeeze, unsqueeze, flatten, broadcastTo, roll, repeat and tile give the shapes they say', () => {
    expect(op.unsqueeze(x, -1).shape).toEqual([2, 3, 1]);
    expect(op.squeeze(op.unsqueeze(op.unsqueeze(x, 0), 2)).shape).toEqual([2, 3]);
    expect(op.flatten(op.unsqueeze(x, 0), 1).shape).toEqual([1, 6]);
    expect(values(op.broadcastTo(op.constant([1, 2], [2, 1]), [2, 2, 2]))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    expect(values(op.roll(x, 1, 1))).toEqual([3, 1, 2, 6, 4, 5]);
    expect(values(op.repeat(x, 2, 0))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    expect(values(op.tile(x, [1, 2]))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    expect(values(op.continued(op.constant([1, 2, 3]), [2], [1], 'reflect'))).toEqual([3, 2, 1, 2, 3, 2]);
  });

  it('wrong calls are refused by name', () => {
    expect(() => op.squeeze(x, [0])).toThrow('squeeze 0: expected axes of length 1, got [2, 3]');
    expect(() => op.split(x, 2, 1)).toThrow('split axis 1 into 1.5 + 1.5: expected whole parts');
    expect(() => op.stack([x, op.constant([1])])).toThrow('stack: expected tensors of one shape');
    expect(() => op.stack([])).toThrow(RangeError);
    expect(() => op.tile(x, [2])).toThrow('tile: expected a positive whole number for each axis');
    expect(() => op.continued(x, [0, 3], [0, 0], 'reflect')).toThrow('expected at most 2 on axis 1');
    expect(() => op.takeAlong(x, op.constant([0]), 1)).toThrow('takeAlong: expected equal shapes');
    expect(() => op.scatterAdd(x, op.constant([0]), { axis: 1, length: 2 })).toThrow('scatterAdd: expected');
    expect(() => op.variance(op.constant([1]), { correction: 1 })).toThrow('more than 1 elements');
  });
});
