import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { kaplanMeier, survivalAt } from '../estimators/kaplan-meier.ts';
import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { fitForest, type Forest, forestOf, growTrees } from './forest.ts';
import type { ForestConfig } from './forest-config.ts';
import { predictForest } from './forest-prediction.ts';
import type { LearnerInput } from './learner-input.ts';
import { outOfBag } from './out-of-bag.ts';
import { permutationImportance } from './permutation-importance.ts';
import { readForest, storedForest } from './stored-forest.ts';
import { terminalNode } from './trees.ts';

/** Four columns: one that hastens the event, one that is constant, and two of noise; exponential times. */
function planted(label: string, n: number, effect: number): LearnerInput {
  const random = new Random(label);
  const predictors = new Float64Array(4 * n);
  const days = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    predictors.set([random.normal(), 3, random.normal(), random.integer(2)], 4 * row);
    const time = random.exponential(Math.exp(effect * predictors[4 * row]!));
    const censoring = random.exponential(0.5);
    days[row] = Math.ceil(500 * Math.min(time, censoring));
    event[row] = time <= censoring ? 1 : 0;
  }
  return { names: ['signal', 'constant', 'noise', 'coin'], predictors, followUp: { days, event } };
}

function competingCohort(n: number): LearnerInput {
  const random = new Random('competing');
  const { followUp } = tiedCohort(random, n);
  return {
    names: ['a', 'b'],
    predictors: Float64Array.from({ length: 2 * n }, () => random.integer(8)),
    followUp,
  };
}

function fitted(input: LearnerInput, config: Partial<ForestConfig> = {}): Forest {
  const got = fitForest(input, config);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

function predicted(...args: Parameters<typeof predictForest>) {
  const got = predictForest(...args);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

const everybody = { trees: 1, sample: 'all' } as const;

describe('a survival tree on everybody', () => {
  const input = planted('tree', 200, 1);
  const tree = fitted(input, { ...everybody, columnsPerNode: 4, nodeSize: 20 });
  const groups = new Map<number, number[]>();
  for (let row = 0; row < 200; row++) {
    const node = terminalNode(tree.trees, 0, input.predictors, 4 * row);
    groups.set(node, [...(groups.get(node) ?? []), row]);
  }
  it('has terminal nodes of the least size and with an event', () => {
    expect(groups.size).toBeGreaterThan(3);
    for (const rows of groups.values()) {
      expect(rows.length).toBeGreaterThanOrEqual(20);
      expect(rows.some((row) => input.followUp.event[row] === 1)).toBe(true);
    }
  });
  it('gives the Kaplan-Meier estimate and the expected events of each terminal node', () => {
    const { survival, cumulativeHazard, risk } = predicted(tree, input.predictors, Float64Array.of(50, 300));
    for (const rows of groups.values()) {
      const own = takeFollowUp(input.followUp, rows);
      const curve = kaplanMeier(own);
      const hazard = (day: number) =>
        curve.days.reduce((sum, t, k) => sum + (t <= day ? curve.events[k]! / curve.atRisk[k]! : 0), 0);
      const mortality = input.followUp.days.reduce((sum, day) => sum + hazard(day), 0);
      for (const row of rows) {
        expect(survival[2 * row]).toBeCloseTo(survivalAt(curve, 50), 12);
        expect(survival[2 * row + 1]).toBeCloseTo(survivalAt(curve, 300), 12);
        expect(cumulativeHazard[0]![2 * row + 1]).toBeCloseTo(hazard(300), 12);
        expect(risk[0]![row]).toBeCloseTo(mortality, 9);
      }
    }
  });
  it('stops at a depth', () => {
    expect(fitted(input, { ...everybody, depth: 0 }).trees.column).toEqual(Int32Array.of(-1));
    expect(fitted(input, { ...everybody, depth: 2, nodeSize: 5 }).trees.column.length).toBe(7);
  });
  it('takes a weight for as many subjects', () => {
    const weights = Float64Array.from({ length: 200 }, (_, row) => row % 4);
    const rows = [...weights.keys()].flatMap((row) => Array.from({ length: weights[row]! }, () => row));
    const config = { ...everybody, columnsPerNode: 4 };
    const weighted = fitted({ ...input, followUp: { ...input.followUp, weights } }, config);
    const repeated = fitted(
      {
        ...input,
        predictors: Float64Array.from(
          rows.flatMap((row) => [...input.predictors.subarray(4 * row, 4 * row + 4)]),
        ),
        followUp: takeFollowUp(input.followUp, rows),
      },
      { ...config, nodeEvents: 1 },
    );
    expect(weighted.trees.cut).toEqual(repeated.trees.cut);
    expect(weighted.trees.hazard).toEqual(repeated.trees.hazard);
    expect(predicted(weighted, input.predictors).risk).toEqual(predicted(repeated, input.predictors).risk);
  });
  it('cuts halfway between two values, and leaves a value at the cut on the left', () => {
    const followUp = followUpOf([1, 2, 3, 10, 11, 12], [1, 1, 1, 1, 1, 1]);
    const names = ['x'];
    const stump = fitted(
      { names, predictors: Float64Array.of(9, 9, 9, 2, 2, 2), followUp },
      { ...everybody, nodeSize: 3 },
    );
    expect([...stump.trees.cut]).toEqual([5.5, 0, 0]);
    const [low, middle, high] = predicted(stump, Float64Array.of(2, 5.5, 5.6)).risk[0]!;
    expect(middle).toBe(low);
    expect(high).toBeGreaterThan(low!);
  });
});

describe('a forest of competing causes', () => {
  const input = competingCohort(150);
  for (const splitRule of ['log-rank', 'gray'] as const)
    it(`holds the Aalen-Johansen estimate of its terminal nodes: ${splitRule}`, () => {
      const config = { ...everybody, competing: 'incidence', splitRule, columnsPerNode: 2 } as const;
      const tree = fitted(input, config);
      expect(tree.trees.column.length).toBeGreaterThan(3);
      const { incidence, survival, risk } = predicted(tree, input.predictors, Float64Array.of(4));
      const terminal = [...input.followUp.days.keys()].map((row) =>
        terminalNode(tree.trees, 0, input.predictors, 2 * row),
      );
      for (const [row, node] of terminal.entries()) {
        const own = takeFollowUp(
          input.followUp,
          [...terminal.keys()].filter((other) => terminal[other] === node),
        );
        const curves = [1, 2].map((cause) => aalenJohansen(own, cause));
        const lastDay = tree.days.at(-1)!;
        for (const [at, curve] of curves.entries()) {
          expect(incidence[at]![row]).toBeCloseTo(incidenceAt(curve, 4), 12);
          let lost = 0;
          for (let day = 0; day < lastDay; day++) lost += incidenceAt(curve, day); // whole days: F is constant between
          expect(risk[at]![row]).toBeCloseTo(lost, 9);
        }
        expect(survival[row]).toBeCloseTo(1 - incidence[0]![row]! - incidence[1]![row]!, 12);
      }
    });
  it('parts by the cause that is asked for', () => {
    const cuts = ([1, 2, 'all'] as const).map((splitCause) =>
      fitted(input, { competing: 'incidence', splitCause, ...everybody, depth: 1 }).trees.cut.join(),
    );
    expect(new Set(cuts).size).toBeGreaterThan(1);
    expect(() => fitForest(input, { competing: 'incidence', splitCause: 3 })).toThrow('from 1 to 2');
  });
});

describe('a survival forest', () => {
  const input = planted('forest', 250, 1);
  const config = { trees: 30, seed: 7 };
  it('is the same to the byte from one seed, by whichever ranges its trees are grown', () => {
    const whole = fitted(input, config);
    const parts = [
      [0, 1],
      [1, 19],
      [19, 30],
    ].map(([from, to]) => growTrees(input, config, from!, to!));
    const joined = forestOf(
      input,
      config,
      parts.map((part) => (part.ok ? part.value : null!)),
    );
    expect(joined).toEqual(whole);
    expect(fitted(input, { ...config, seed: 8 }).trees).not.toEqual(whole.trees);
  });
  it('is read back from JSON as it was', () => {
    for (const own of [
      fitted(input, config),
      fitted(competingCohort(60), { ...config, competing: 'incidence' }),
    ]) {
      const read = readForest(JSON.parse(JSON.stringify(storedForest(own))));
      expect(read).toEqual({ ok: true, value: own, issues: [] });
    }
  });
  it('refuses a stored forest that is damaged', () => {
    const stored = JSON.parse(JSON.stringify(storedForest(fitted(input, config))));
    const damages = [
      { format: 'another' },
      { days: [1, null] },
      { atRisk: [] },
      { names: [] },
      { trees: null },
      { trees: { ...stored.trees, count: 29 } },
      { trees: { ...stored.trees, next: stored.trees.next.map(() => 0) } },
      { trees: { ...stored.trees, column: stored.trees.column.map((column: number) => column + 9) } },
      { trees: { ...stored.trees, day: stored.trees.day.map(() => 5000) } },
      { trees: { ...stored.trees, hazard: [] } },
    ];
    for (const damage of damages) {
      const read = readForest({ ...stored, ...damage });
      expect(read.issues[0]?.kind, JSON.stringify(Object.keys(damage))).toBe('not-readable');
    }
    expect(readForest(null).issues[0]!.kind).toBe('not-readable');
  });
  it('gives the mean over its trees, and out of bag over those grown without the subject', () => {
    const forest = fitted(input, { ...config, trees: 5 });
    const out = outOfBag(forest, input);
    const single = Array.from({ length: 5 }, (_, tree) => {
      const part = growTrees(input, { ...config, trees: 5 }, tree, tree + 1);
      return predicted(
        forestOf(input, { ...config, trees: 1 }, [part.ok ? part.value : null!]),
        input.predictors,
      );
    });
    const all = predicted(forest, input.predictors);
    expect(all.risk[0]![0]).toBeCloseTo(single.reduce((sum, own) => sum + own.risk[0]![0]!, 0) / 5, 10);
    expect(out.trees.reduce((sum, count) => sum + count, 0) / 250 / 5).toBeCloseTo(Math.exp(-1), 1);
    expect(out.leftOut).toBe(out.trees.filter((count) => count === 0).length);
    for (let row = 0; row < 250; row++) {
      if (out.trees[row] !== 1) continue;
      const risks = single.map((own) => own.risk[0]![row]!);
      expect(risks.some((risk) => Math.abs(risk - out.risk[0]![row]!) < 1e-12)).toBe(true);
    }
  });
  it('finds the planted signal out of bag, and nothing in noise and a constant', () => {
    const forest = fitted(input, { ...config, trees: 150 });
    expect(outOfBag(forest, input).concordance[0]!.index).toBeGreaterThan(0.65);
    const { columns, trees } = permutationImportance(forest, input, { repeats: 2 });
    expect(trees).toBe(150);
    const [signal, constant, noise, coin] = columns;
    expect(signal!.loss).toBeGreaterThan(0.1);
    expect(constant).toEqual({ name: 'constant', loss: 0, standardError: 0 });
    expect(Math.abs(noise!.loss)).toBeLessThan(0.02);
    expect(Math.abs(coin!.loss)).toBeLessThan(0.02);
    expect(permutationImportance(forest, input, { repeats: 2 }).columns).toEqual(columns);
  });
  it('falls to chance where the outcomes are shuffled', () => {
    const indices = Array.from({ length: 6 }, (_, seed) => {
      const order = new Random('shuffled').fork(seed).permutation(250);
      const shuffled = { ...input, followUp: takeFollowUp(input.followUp, order) };
      return outOfBag(fitted(shuffled, { trees: 60, seed }), shuffled).concordance[0]!.index!;
    });
    const mean = indices.reduce((sum, index) => sum + index, 0) / 6;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04);
  });
  it('draws a subject by its weight', () => {
    const weights = Float64Array.from({ length: 250 }, (_, row) => (row < 125 ? 0 : 3));
    const forest = fitted({ ...input, followUp: { ...input.followUp, weights } }, config);
    const out = outOfBag(forest, { ...input, followUp: { ...input.followUp, weights } });
    expect(out.trees.subarray(0, 125).every((count) => count === 30)).toBe(true);
    expect(out.trees.subarray(125).reduce((sum, count) => sum + count, 0) / 125 / 30).toBeCloseTo(0.37, 1);
  });
});

describe('awkward input of a forest', () => {
  const forestOn = (predictors: number[], days: number[], event: number[], more: Partial<FollowUp> = {}) =>
    fitForest(
      {
        names: ['x'],
        predictors: Float64Array.from(predictors),
        followUp: { ...followUpOf(days, event), ...more },
      },
      { trees: 5, nodeSize: 1 },
    );
  it('refuses missing and infinite values by column and row, and a table without an event', () => {
    expect(forestOn([1, Number.NaN, Number.NaN], [1, 2, 3], [1, 1, 1]).issues).toEqual([
      {
        kind: 'missing-value',
        path: 'x',
        message: 'expected a number, found none in row 1, and 1 more such rows',
      },
    ]);
    expect(forestOn([1, Number.POSITIVE_INFINITY], [1, 2], [1, 1]).issues[0]).toMatchObject({
      kind: 'bad-value',
      path: 'x',
    });
    expect(forestOn([1, 2], [1, 2], [0, 2]).issues[0]!.kind).toBe('too-few-events');
    const forest = forestOn([1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1]);
    expect(
      predictForest(forest.ok ? forest.value : null!, Float64Array.of(Number.NaN)).issues[0],
    ).toMatchObject({ kind: 'missing-value', path: 'x' });
  });
  it('refuses late entry, weights for subsamples, and settings out of range', () => {
    expect(() => forestOn([1, 2], [2, 3], [1, 1], { entryDays: Float64Array.of(1, 0) })).toThrow(
      'entry days',
    );
    const input = planted('limits', 20, 0);
    const weights = new Float64Array(20).fill(1);
    const weighted = { ...input, followUp: { ...input.followUp, weights } };
    expect(() => fitForest(weighted, { sample: 'subsample' })).toThrow('no case weights');
    expect(() => fitForest(input, { columnsPerNode: 5 })).toThrow('columnsPerNode');
    expect(() => fitForest(input, { trees: 0 })).toThrow('trees');
    expect(() => fitForest(input, { sampleShare: 0 })).toThrow('sampleShare');
  });
  it.each([
    ['one subject', [1], [5], [1]],
    ['a constant column', [2, 2, 2, 2, 2, 2], [1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 0]],
    ['all on one day', [1, 2, 3, 4, 5, 6], [3, 3, 3, 3, 3, 3], [1, 1, 0, 1, 1, 0]],
    ['one event, on day 0', [1, 2, 3, 4, 5, 6], [0, 2, 3, 4, 5, 6], [1, 0, 0, 0, 0, 0]],
    ['neighbouring numbers', [1, 1 + 2 ** -52, 1, 1 + 2 ** -52], [1, 5, 2, 6], [1, 1, 1, 1]],
    ['huge numbers', [-1e308, 1.7e308, 1e308, -1.7e308], [1, 5, 2, 6], [1, 1, 1, 1]],
  ])('grows on %s', (_, x, days, event) => {
    const forest = forestOn(x, days, event);
    if (!forest.ok) throw new Error(forest.issues[0]!.message);
    const { survival, risk } = predicted(forest.value, Float64Array.from(x));
    expect([...survival, ...risk[0]!].every(Number.isFinite)).toBe(true);
    expect(forest.value.trees.cut.every(Number.isFinite)).toBe(true);
    const input = { names: ['x'], predictors: Float64Array.from(x), followUp: followUpOf(days, event) };
    const out = outOfBag(forest.value, input);
    expect([...out.survival].every(Number.isFinite)).toBe(true);
    expect(permutationImportance(forest.value, input).columns[0]!.loss).toBeTypeOf('number');
  });
});
