import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { fitForest, type Forest } from './forest.ts';
import type { ForestConfig } from './forest-config.ts';
import { predictForest } from './forest-prediction.ts';
import type { LearnerInput } from './learner-input.ts';
import { readTrees, type ScoreTrees, scoreTrees, storedTrees, treeShares } from './score-trees.ts';

/** Two columns of which one hastens the event. */
function planted(n: number): LearnerInput {
  const random = new Random('score trees');
  const predictors = Float64Array.from({ length: 2 * n }, () => random.normal());
  const days = Float64Array.from({ length: n }, (_, row) =>
    Math.ceil(500 * random.exponential(Math.exp(predictors[2 * row]!))),
  );
  const event = Uint8Array.from(days, (_, row) => (row % 3 === 0 ? 0 : 1));
  return { names: ['signal', 'noise'], predictors, followUp: { days, event } };
}

function grown(input: LearnerInput, config: Partial<ForestConfig> = {}): Forest {
  const forest = fitForest(input, { trees: 30, nodeSize: 5, ...config });
  if (!forest.ok) throw new Error(forest.issues[0]!.message);
  return forest.value;
}

const input = planted(150);
const forest = grown(input);
const trees = scoreTrees(forest, input.predictors);
const all = (rows: Float64Array) => new Uint8Array(rows.length).fill(1);

describe('trees reduced to their score', () => {
  it('are, by hand, the Nelson-Aalen hazards of a terminal node times those at risk in the data', () => {
    const [days, event] = [Float64Array.of(10, 20, 30, 40), Uint8Array.of(1, 1, 1, 0)];
    const config = { trees: 1, sample: 'all', nodeSize: 2, columnsPerNode: 1 } as const;
    const own = Float64Array.of(1, 1, 0, 0);
    const others = Float64Array.of(0, 1, 0.5, 0.6);
    const four = grown({ names: ['x'], predictors: own, followUp: { days, event } }, config);
    // At risk in the data on days 10, 20, 30: 4, 3, 2. To the left (x = 0) hazard 1/2 on day 30; to the right 1/2 and 1.
    const left = (2 * (1 / 2)) / 4;
    const right = (4 * (1 / 2) + 3 * 1) / 4;
    expect([...treeShares(scoreTrees(four, own), others, all(others))]).toEqual([left, right, left, right]);
  });

  it('say what the forest says, to four digits', () => {
    const others = planted(80).predictors.map((value) => value * 1.1 + 0.01);
    const whole = predictForest(forest, others);
    if (!whole.ok) throw new Error('expected a prediction');
    const shares = treeShares(trees, others, all(others));
    expect(Math.max(...shares) / Math.min(...shares)).toBeGreaterThan(3);
    for (const [row, share] of shares.entries())
      expect(Math.abs(share / (whole.value.risk[0]![row]! / 150) - 1)).toBeLessThan(1e-4);
  });

  it('go both ways where a value is missing, by how many subjects did, and to their mean where all are', () => {
    const of = (row: readonly number[], seen: readonly number[]) =>
      treeShares(trees, Float64Array.from(row), Uint8Array.from(seen))[0]!;
    const own = treeShares(trees, input.predictors, all(input.predictors));
    const mean = own.reduce((sum, share) => sum + share, 0) / own.length;
    expect(Math.abs(of([0, 0], [0, 0]) / mean - 1)).toBeLessThan(0.02);
    expect(of([9, -9], [0, 0])).toBe(of([0, 0], [0, 0]));
    // By hand: the root of one tree, its subjects parted 1 to 3.
    const one = { ...trees, count: 1, nodeStart: Int32Array.of(0, 3), column: Int32Array.of(0, -1, -1) };
    const stump = { ...one, cut: Float64Array.of(0, 0, 0), next: Int32Array.of(1, 0, 1) };
    const small = { ...stump, left: Float64Array.of(0.25, 0, 0), share: Float64Array.of(0.2, 1) };
    expect([
      ...treeShares(small, Float64Array.of(-1, 0, 1, 0, 1, 0), Uint8Array.of(1, 1, 1, 0, 0, 1)),
    ]).toEqual([0.2, 1, 0.25 * 0.2 + 0.75 * 1]);
  });

  it('hold no day and no number that tells one', () => {
    expect(Object.keys(storedTrees(trees)).sort()).toEqual(
      ['column', 'columns', 'count', 'cut', 'format', 'left', 'next', 'nodeStart', 'share'].sort(),
    );
  });

  it('refuse competing causes, and values that make no rows', () => {
    const event = input.followUp.event.map((code, row) => (code === 1 && row % 2 ? 2 : code));
    const competing = grown({ ...input, followUp: { ...input.followUp, event } }, { competing: 'incidence' });
    expect(() => scoreTrees(competing, input.predictors)).toThrow('scoreTrees: expected one cause, got 2');
    expect(() => treeShares(trees, new Float64Array(3), new Uint8Array(3))).toThrow(
      'treeShares: expected rows of 2 values and masks, got 3 values',
    );
  });
});

describe('stored trees', () => {
  const copy = () => JSON.parse(JSON.stringify(storedTrees(trees))) as Record<string, number[]>;

  it('read back to the same bytes', () => {
    const read = readTrees(copy());
    expect(read).toEqual({ ok: true, value: trees, issues: [] });
    expect(JSON.stringify(storedTrees((read as { value: ScoreTrees }).value))).toBe(
      JSON.stringify(storedTrees(trees)),
    );
  });

  it.each<[string, (stored: Record<string, unknown>, lists: Record<string, number[]>) => void]>([
    ['format', (stored) => (stored['format'] = 'myocast survival forest 1')],
    ['trees', (stored) => (stored['count'] = 0)],
    ['columns', (stored) => (stored['columns'] = 1)],
    ['no whole numbers columns', (stored) => (stored['columns'] = 1.5)],
    ['no list of numbers cut', (stored) => (stored['cut'] = 'all')],
    ['no list of numbers share', (_, lists) => (lists['share']![3] = Number.NaN)],
    ['a share below 0', (_, lists) => (lists['share']![3] = -0.1)],
    ['above 1', (_, lists) => (lists['left']![0] = 1.5)],
    ['unequal lengths', (_, lists) => lists['left']!.pop()],
    ['leads nowhere', (_, lists) => lists['share']!.pop()],
    ['unequal lengths', (_, lists) => lists['cut']!.pop()],
    ['roots out of order', (_, lists) => (lists['nodeStart']![1] = 0)],
    ['node 0 that leads nowhere', (_, lists) => (lists['next']![0] = 0)],
    ['node 0 that leads nowhere', (_, lists) => (lists['column']![0] = 2)],
  ])('are refused where they are not whole: %s', (found, change) => {
    const stored = copy();
    change(stored, stored);
    const read = readTrees(stored);
    expect(read.ok).toBe(false);
    expect(read.issues).toMatchObject([{ kind: 'not-readable', path: 'trees' }]);
    expect(read.issues[0]!.message).toContain(found === 'columns' ? 'leads nowhere' : found);
  });

  it('are refused where they are nothing at all', () => {
    for (const nothing of [null, 7, [], 'trees', {}]) expect(readTrees(nothing).ok).toBe(false);
  });
});
