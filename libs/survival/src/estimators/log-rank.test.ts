import { describe, expect, it } from 'vitest';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { logRank } from './log-rank.ts';

describe('log-rank test', () => {
  it('has the tail areas of the chi-square distribution', () => {
    expect(chiSquareTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
    expect(chiSquareTail(10, 4)).toBeCloseTo(Math.exp(-5) * (1 + 5), 12); // closed form for even df
    expect(chiSquareTail(0, 3)).toBe(1);
  });
  it('by hand: two groups, two event days', () => {
    // day 1: 1 of 4 fails, 2 of group 0 at risk; day 2: 1 of 3, 1 of group 0 at risk
    const test = logRank([0, 0, 1, 1], followUpOf([1, 3, 2, 4], [1, 0, 1, 0]));
    const expected = 2 / 4 + 1 / 3;
    const variance = 1 / 4 + (1 / 3) * (2 / 3);
    expect(test.groups[0]!.expected).toBeCloseTo(expected, 12);
    expect(test.chiSquare).toBeCloseTo((1 - expected) ** 2 / variance, 12);
  });
});
