import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { ascendingOrder, denseRanks } from './ascending-order.ts';

describe('ascending order', () => {
  const random = new Random('order');
  it.each([
    ['few', 10, () => random.normal()],
    ['whole numbers with ties', 500, () => random.integer(40) - 20],
    ['numbers of every size', 500, () => random.normal() * 10 ** random.uniform(-300, 300)],
    ['one value', 100, () => 7],
    ['zeros of both signs', 100, () => (random.chance(0.5) ? 0 : -0)],
  ])('is that of a comparison, ties in their order: %s', (_, n, draw) => {
    const values = Float64Array.from({ length: n }, draw);
    const expected = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
    expect([...ascendingOrder(values)]).toEqual(expected);
  });
  it('ranks without gaps', () => {
    expect(denseRanks(Float64Array.of(5, -1, 5, 0, -0))).toEqual({
      rank: Int32Array.of(2, 0, 2, 1, 1),
      ranks: 3,
    });
  });
});
