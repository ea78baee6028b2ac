import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { contributions } from './contributions.ts';
import {
  compareOrders,
  curvesByScores,
  faithfulness,
  type FaithfulnessConfig,
  faithfulnessLines,
  type Scores,
} from './faithfulness.ts';
import { playersBy, variableName } from './players.ts';
import type { RiskModel } from './risk-model.ts';
import { syntheticRisk } from './synthetic-risk.fixture.ts';

const coefficients = [2, -1.5, 1, 0.5, -0.2, 0.1, 0.05, 0, 0, 0];

/** Logistic risk of ten columns, with an interaction; a tenth of the cells missing. */
function logisticModel(subjects: number, seed: string) {
  const random = new Random(seed);
  const values = Array.from({ length: subjects }, () =>
    coefficients.map(() => {
      const value = random.normal();
      return random.chance(0.1) ? null : value;
    }),
  );
  return syntheticRisk(values, (x) => {
    const eta = coefficients.reduce((sum, b, j) => sum + b * (x[j] ?? 0), -1 + (x[0] ?? 0) * (x[3] ?? 0));
    return 1 / (1 + Math.exp(-eta));
  });
}

async function faithfulnessOf(
  model: RiskModel,
  subjects: readonly number[],
  scores: Scores,
  random: Random,
  config: Partial<FaithfulnessConfig>,
) {
  const found = await curvesByScores(model, subjects, scores, random, config);
  return compareOrders(found, subjects.length - found.length, random, config);
}

const all = (count: number) => [...Array(count).keys()];

describe('contributions of known models', () => {
  it('of a linear risk are coefficient times value, of a missing value nothing, of an ignored one exactly 0', async () => {
    const model = syntheticRisk(
      [[2, -1, null, 3]],
      (x) => 0.3 + 0.05 * (x[0] ?? 0) - 0.1 * (x[1] ?? 0) + 0.2 * (x[2] ?? 0),
    );
    const players = playersBy(model.inputsOf(0), variableName);
    const { scales } = await contributions(
      model,
      0,
      players,
      { pairs: 4, background: 'missing' },
      new Random(1),
    );
    const [risk] = scales;
    expect(risk!.base).toBeCloseTo(0.3, 12);
    expect(risk!.total).toBeCloseTo(0.5, 12);
    expect(risk!.contributions.map(({ player }) => player)).toEqual(['x0', 'x1', 'x3']);
    expect(risk!.contributions[0]!.value).toBeCloseTo(0.1, 12);
    expect(risk!.contributions[1]!.value).toBeCloseTo(0.1, 12);
    expect(scales.map(({ contributions: parts }) => parts[2]!.value)).toEqual([0, 0, 0]);
  });

  it('of a logistic risk are linear on the log odds, of a proportional hazard on the log cumulative hazard', async () => {
    const eta = (x: readonly (number | null)[]) => 0.7 * (x[0] ?? 0) - 1.1 * (x[1] ?? 0) - 1;
    const config = { pairs: 4, background: 'references' as const };
    const references = [
      [0, 1],
      [2, 0],
    ];
    for (const [place, risk] of [
      [1, (x: readonly (number | null)[]) => 1 / (1 + Math.exp(-eta(x)))],
      [2, (x: readonly (number | null)[]) => 1 - Math.exp(-Math.exp(eta(x)))],
    ] as const) {
      const model = syntheticRisk([[3, 2]], risk, references);
      const players = playersBy(model.inputsOf(0), variableName);
      const { scales } = await contributions(model, 0, players, config, new Random(1));
      const { base, contributions: parts } = scales[place]!;
      expect(base).toBeCloseTo(0.7 * 1 - 1.1 * 0.5 - 1, 9);
      expect(parts[0]!.value).toBeCloseTo(0.7 * (3 - 1), 9);
      expect(parts[1]!.value).toBeCloseTo(-1.1 * (2 - 0.5), 9);
    }
  });
});

describe('faithfulness', () => {
  it('of Shapley values is beyond random orders, by deletion and by insertion', async () => {
    const model = logisticModel(40, 'true');
    const found = await faithfulness(model, all(40), new Random(1), { draws: 999 });
    for (const curve of [found.deletion, found.insertion]) {
      expect(curve.low).toBeGreaterThan(0);
      expect(curve.pValue).toBe(1 / 1000);
      expect(curve.better).toBeGreaterThan(28);
      // Both end where everything is hidden, or shown.
      expect(curve.curves.explained.at(-1)).toBeCloseTo(curve.curves.random.at(-1)!, 12);
      expect(curve.curves.explained[0]).toBe(0);
    }
    expect(await faithfulness(model, all(40), new Random(1), { draws: 999 })).toEqual(found);
    expect(faithfulnessLines(found)[1]).toMatch(/deletion: [\d.]+ against .* p 0.001, \d+ of 40 subjects/);
  });

  it('of scores that know nothing of the model is as often beyond a level as the level says', async () => {
    const pValues: number[] = [];
    let covered = 0;
    for (let study = 0; study < 120; study++) {
      const model = logisticModel(12, `study ${study}`);
      const noise = new Random(`noise ${study}`);
      const { deletion } = await faithfulnessOf(
        model,
        all(12),
        async (_, players) => players.map(() => noise.normal()),
        new Random(study),
        { draws: 99, randomOrders: 5, steps: 10 },
      );
      pValues.push(deletion.pValue);
      covered += deletion.low! <= 0 && deletion.high! >= 0 ? 1 : 0;
    }
    const below = (level: number) => pValues.filter((p) => p <= level).length / 120;
    expect(below(0.05)).toBeLessThan(0.12);
    expect(Math.abs(below(0.5) - 0.5)).toBeLessThan(0.14);
    // Percentile intervals of twelve subjects are somewhat short.
    expect(covered / 120).toBeGreaterThan(0.83);
  });

  it('of the reverse of the right order is worse than chance', async () => {
    const model = logisticModel(30, 'reverse');
    const reverse = await faithfulnessOf(
      model,
      all(30),
      async (_, players) =>
        players.map(({ name }) => 1 / (0.01 + Math.abs(coefficients[Number(name.slice(1))]!))),
      new Random(1),
      { draws: 199 },
    );
    expect(reverse.deletion.high).toBeLessThan(0);
    expect(reverse.deletion.pValue).toBeGreaterThan(0.95);
  });

  it('of several models together is that of their subjects', async () => {
    const models = [logisticModel(8, 'first'), logisticModel(8, 'second')];
    const curves = await Promise.all(
      models.map((model) =>
        curvesByScores(model, all(8), async (_, players) => players.map((__, at) => -at), new Random(2)),
      ),
    );
    const [first, second] = curves.map((own) => compareOrders(own, 0, new Random(3), { draws: 99 }));
    const both = compareOrders(curves.flat(), 0, new Random(3), { draws: 99 });
    expect(both.subjects).toBe(16);
    expect(both.deletion.difference).toBeCloseTo(
      (first!.deletion.difference + second!.deletion.difference) / 2,
      12,
    );
    expect(both.insertion.better).toBe(first!.insertion.better + second!.insertion.better);
  });

  it('has areas that are right by hand', async () => {
    // Two columns of 0.1 and 0.3: the larger first.
    const model = syntheticRisk(
      [
        [1, 1],
        [1, null],
      ],
      (x) => 0.1 + 0.1 * (x[0] ?? 0) + 0.3 * (x[1] ?? 0),
    );
    const found = await faithfulness(model, [0, 1], new Random(1), { steps: 2, draws: 19, randomOrders: 4 });
    expect(found).toMatchObject({ subjects: 1, leftOut: 1 });
    // Curve 0, 0.3, 0.4 at shares 0, 1/2, 1.
    expect(found.deletion.explained).toBeCloseTo((0.3 + 0.4 / 2) / 2, 12);
    expect(found.insertion.curves.explained.map((value) => Math.round(10 * value))).toEqual([0, 3, 4]);
    await expect(faithfulness(model, [1], new Random(1))).rejects.toThrow(RangeError);
  });
});
