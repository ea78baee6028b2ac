import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { takeFollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { type ScoreTrees, storedTrees } from '@myocast/survival/learners';
import { describe, expect, it } from 'vitest';
import { compositeLogits } from './calibration.ts';
import { forecast } from './native-forecast.ts';
import { planted } from './planted.fixture.ts';
import type { Tokens } from './tokens.ts';
import { type ForecastConfig, trainForecast, type TrainedForecast } from './train.ts';
import { heard, treeScores } from './voice.ts';

const train = [...Array(350).keys()];
const test = Array.from({ length: 250 }, (_, index) => 350 + index);
const quick: Partial<ForecastConfig> = { members: 3, epochs: 5, keepEvery: 5 };

/** Six columns of which the first two make the log hazard. */
function study(seed: string, logHazard: (x: number, y: number) => number) {
  const random = new Random(seed);
  const n = train.length + test.length;
  const values = Float64Array.from({ length: 6 * n }, () => random.normal());
  const days = new Float64Array(n);
  const cause = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const time = random.exponential(Math.exp(logHazard(values[6 * row]!, values[6 * row + 1]!)) / 1500);
    const censored = random.uniform(500, 1500);
    days[row] = Math.ceil(Math.min(time, censored));
    cause[row] = Number(time <= censored);
  }
  const table: PredictorTable = {
    subjects: Array.from({ length: n }, (_, row) => `s${row}`),
    centres: Array.from({ length: n }, () => 'A'),
    columns: Array.from({ length: 6 }, (_, j) => {
      return { name: `x${j}`, label: `x${j}`, unit: null, kind: 'continuous', source: 'clinical' } as const;
    }),
    values,
    observed: new Uint8Array(6 * n).fill(1),
    segments: [],
    slices: Array.from({ length: n }, () => []),
  };
  const composite = { causes: ['death'], compositeCauses: ['death'], compositeName: 'death' };
  const outcome: Outcome = { days, cause, ...composite };
  return { table, outcome };
}

type Study = ReturnType<typeof study>;

const fit = ({ table, outcome }: Study, config: Partial<ForecastConfig> = {}) =>
  trainForecast({ table, outcome, rows: train, config: { ...quick, ...config }, random: new Random(3) });

async function harrell(trained: TrainedForecast, { table, outcome }: Study): Promise<number> {
  const forecasts = await forecast(trained, table, test);
  const risk = Float64Array.from(forecasts, ({ composite }) => composite.risk.at(-1)!);
  return concordance(risk, takeFollowUp({ days: outcome.days!, event: outcome.cause }, test)).index!;
}

describe('survival trees beside the networks', () => {
  it('find an interaction that networks and curves miss', async () => {
    const crossed = study('crossed', (x, y) => (x * y > 0 ? 1.2 : -1.2));
    const [without, beside] = [await fit(crossed, { trees: 0 }), await fit(crossed)];
    expect(without.plan.voice).toEqual({ weight: 0, mean: 0 });
    expect(without.trees).toEqual([]);
    expect(beside.plan.voice.weight).toBeGreaterThan(0.5);
    expect(beside.trees).toHaveLength(3);
    const [old, found] = [await harrell(without, crossed), await harrell(beside, crossed)];
    expect(old).toBeLessThan(0.56);
    expect(found).toBeGreaterThan(old + 0.08);
  });

  it('are hardly heard where the truth is linear, and take nothing from the forecast', async () => {
    for (const seed of ['linear 1', 'linear 2']) {
      const linear = study(seed, (x, y) => 0.8 * x - 0.6 * y);
      const [without, beside] = [await fit(linear, { trees: 0 }), await fit(linear)];
      expect(beside.plan.voice.weight, seed).toBeLessThanOrEqual(0.1);
      expect(await harrell(beside, linear), seed).toBeGreaterThan((await harrell(without, linear)) - 0.005);
    }
  });

  it('are not heard where outcomes have nothing to do with the columns', async () => {
    const { weight } = (await fit(study('chance', () => 0))).plan.voice;
    expect(weight).toBeLessThanOrEqual(0.1);
  });

  it('are the same to the byte from one seed, on one thread and on two', async () => {
    const crossed = study('crossed', (x, y) => (x * y > 0 ? 1.2 : -1.2));
    const [one, two] = [await fit(crossed), await fit(crossed, { threads: 2 })];
    expect(one.trees.length).toBeGreaterThan(0);
    const bytes = ({ trees }: TrainedForecast) => JSON.stringify(trees.map(storedTrees));
    expect(bytes(two)).toBe(bytes(one));
    expect(two.plan.voice).toEqual(one.plan.voice);
    const [first, second] = [
      await forecast(one, crossed.table, test),
      await forecast(two, crossed.table, test),
    ];
    expect(second).toEqual(first);
  });

  it('say nothing of a table without columns, and are grown for an outcome without times', async () => {
    const { table, outcome } = planted(120, 'slices', new Random(8));
    const images: Study = {
      table: { ...table, columns: [], values: new Float64Array(), observed: new Uint8Array() },
      outcome,
    };
    const rows = [...Array(120).keys()];
    const config = { ...quick, epochs: 2 };
    const seen = await trainForecast({ ...images, rows, config, random: new Random(1) });
    expect(seen.plan.voice.weight).toBe(0);
    expect(seen.plan.training.voiceLoss).toEqual([]);
    const crossed = study('crossed', (x, y) => (x * y > 0 ? 1.5 : -1.5));
    const yesNo = await fit({ table: crossed.table, outcome: { ...crossed.outcome, days: null } });
    expect(yesNo.plan.voice.weight).toBeGreaterThan(0.5);
    expect(yesNo.heldOut.every(Number.isFinite)).toBe(true);
  });
});

describe('a member’s logits with its trees heard', () => {
  /** One tree of one test: at most 0 in the second column a share of 0.1, above it of 0.4. */
  const trees: ScoreTrees = {
    columns: 2,
    count: 1,
    nodeStart: Int32Array.of(0, 3),
    column: Int32Array.of(1, -1, -1),
    cut: Float64Array.of(0, 0, 0),
    left: Float64Array.of(0.5, 0, 0),
    next: Int32Array.of(1, 0, 1),
    share: Float64Array.of(0.1, 0.4),
  };
  const tokens: Tokens = {
    count: 2,
    columns: Float32Array.of(5, -1, 5, 1),
    observed: new Float32Array(4).fill(1),
    segments: new Float32Array(),
    slices: [],
    present: new Float32Array(6).fill(1),
  };
  const plan = {
    causes: ['death', 'heart failure', 'cancer'],
    compositeCauses: ['death', 'heart failure'],
    voice: { weight: 0.25, mean: -2 },
    calibration: { centre: [-3, -2] },
  };
  const logits = Float32Array.of(-4, -5, -6, -3, -4, -5, -1, -2, -6, 0, -1, -3);

  it('are, of the composite, so far from the average as both say by their weights; the rest stays', () => {
    const mixed = heard(plan, trees, tokens, logits);
    expect([...treeScores(trees, tokens)]).toEqual([Math.log(0.1), Math.log(0.4)]);
    for (const index of [0, 1]) {
      const [own, found] = [logits, mixed].map((all) => all.subarray(6 * index, 6 * index + 6)) as [
        Float32Array,
        Float32Array,
      ];
      const [before, after] = [compositeLogits(own, plan), compositeLogits(found, plan)];
      const score = Math.log(index === 0 ? 0.1 : 0.4);
      for (const k of [0, 1]) {
        const centre = plan.calibration.centre[k]!;
        expect(after[k]).toBeCloseTo(centre + 0.75 * (before[k]! - centre) + 0.25 * (score + 2), 5);
        expect(found[3 * k]! - found[3 * k + 1]!).toBeCloseTo(own[3 * k]! - own[3 * k + 1]!, 5);
        expect(found[3 * k + 2]).toBe(own[3 * k + 2]);
      }
    }
  });

  it('are the network’s where there are no trees', () => {
    expect(heard(plan, undefined, tokens, logits)).toBe(logits);
  });

  it('tell no mortality below one in a thousand from that', () => {
    const none = { ...trees, share: Float64Array.of(0, 0.4) };
    expect([...treeScores(none, tokens)]).toEqual([Math.log(1e-3), Math.log(0.4)]);
  });
});
