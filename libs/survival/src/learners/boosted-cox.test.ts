import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { concordance } from '../performance/concordance.ts';
import { fitCox } from '../regression/cox.ts';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import {
  type BoostedCox,
  boostedCoefficients,
  boostedScore,
  boostedScores,
  boostedSurvival,
  fitBoostedCox,
} from './boosted-cox.ts';
import type { BoostingConfig } from './boosting-config.ts';
import { breslowRows, martingaleResiduals, partialLikelihood } from './breslow-likelihood.ts';
import type { LearnerInput } from './learner-input.ts';
import { newtonStep } from './newton-step.ts';

interface Cohort {
  readonly table: string;
  readonly time: string;
  readonly event: string;
  readonly columns: readonly string[];
}
const read = <Golden>(name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../reference/survival/${name}.json`, import.meta.url), 'utf8'),
  ) as Golden;
const sksurv = read<{
  trees: readonly (Cohort & {
    depth: number;
    nodeSize: number;
    stages: readonly number[];
    scores: readonly (readonly number[])[];
    days: readonly number[];
    survival: readonly (readonly number[])[];
  })[];
  linear: readonly (Cohort & { stages: number; coefficients: readonly number[] })[];
}>('boosting-sksurv');
const gbm = read<{
  fits: readonly (Cohort & {
    nodeSize: number;
    stages: readonly number[];
    scores: readonly (readonly number[])[];
    deviance: readonly number[];
    influence: readonly number[];
  })[];
}>('boosting');

function fitted(input: LearnerInput, config: Partial<BoostingConfig>): BoostedCox {
  const got = fitBoostedCox(input, config);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

function scoreOf(...args: Parameters<typeof boostedScore>): Float64Array {
  const got = boostedScore(...args);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

/** Two columns that act and one that does not; ties in the days. */
function cohort(label: string, n: number): LearnerInput {
  const random = new Random(label);
  const predictors = Float64Array.from({ length: 3 * n }, () => random.normal());
  const days = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const rate = Math.exp(predictors[3 * row]! - (predictors[3 * row + 1]! > 0 ? 1 : 0));
    const [time, censoring] = [random.exponential(rate), random.exponential(0.4)];
    days[row] = Math.ceil(60 * Math.min(time, censoring));
    event[row] = time <= censoring ? 1 : 0;
  }
  return { names: ['a', 'b', 'c'], predictors, followUp: { days, event } };
}

const centred = (values: ArrayLike<number>) => {
  const mean = Array.from(values).reduce((sum, value) => sum + value / values.length, 0);
  return Array.from(values, (value) => value - mean);
};

/** Largest difference between two lists of numbers, each about its mean. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const [x, y] = [centred(a), centred(b)];
  return x.reduce((most, value, at) => Math.max(most, Math.abs(value - y[at]!)), 0);
}

describe("Breslow's likelihood", () => {
  const followUp: FollowUp = followUpOf([3, 1, 3, 2, 5, 3], [1, 1, 0, 2, 0, 1]);
  const weights = Float64Array.of(1, 2, 1, 0.5, 1, 1);
  const score = Float64Array.of(0.2, -0.4, 1.1, 0.3, -0.7, 0);
  const rows = breslowRows(followUp);
  it('has the residuals of its gradient, subject by subject', () => {
    const residual = new Float64Array(6);
    martingaleResiduals(rows, score, weights, residual);
    for (let at = 0; at < 6; at++) {
      const moved = (step: number) => {
        const own = score.slice();
        own[at]! += step;
        return partialLikelihood(rows, own, weights).logLikelihood;
      };
      expect(weights[at]! * residual[at]!).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8);
    }
  });
  it('gives the first step of Cox regression on the indicators of nodes', () => {
    const input = cohort('newton', 60);
    const n = 60;
    const node = Int32Array.from({ length: n }, (_, row) => row % 3);
    const ones = new Float64Array(n).fill(1);
    let at = new Float64Array(n);
    const own = breslowRows(input.followUp);
    for (let step = 0; step < 8; step++) {
      const added = newtonStep(own, at, ones, node, 3);
      expect(added[0]! + added[1]! + added[2]!).toBeCloseTo(0, 8);
      at = at.map((value, row) => value + added[node[row]!]!);
    }
    const indicators = Float64Array.from({ length: 2 * n }, (_, place) =>
      node[Math.floor(place / 2)] === 1 + (place % 2) ? 1 : 0,
    );
    const cox = fitCox(
      { names: ['one', 'two'], predictors: indicators, followUp: input.followUp },
      { ties: 'breslow' },
    );
    if (!cox.ok) throw new Error('no fit');
    expect(at[1]! - at[0]!).toBeCloseTo(cox.value.coefficients[0]!, 6);
    expect(at[2]! - at[0]!).toBeCloseTo(cox.value.coefficients[1]!, 6);
  });
});

describe('a boosted Cox model', () => {
  const input = cohort('boosting', 200);
  it('is the same from one seed, and stage after stage what a shorter fit is', () => {
    const config = { stages: 20, sampleShare: 0.5, seed: 3 };
    const fit = fitted(input, config);
    expect(fitted(input, config)).toEqual(fit);
    const shorter = fitted(input, { ...config, stages: 7 });
    expect(difference(scoreOf(fit, input.predictors, 7), scoreOf(shorter, input.predictors))).toBeLessThan(
      1e-12,
    );
    const staged = boostedScores(fit, input.predictors, [7, 20]);
    expect(staged.ok && staged.value[1]).toEqual(scoreOf(fit, input.predictors));
    expect(() => boostedScores(fit, input.predictors, [21])).toThrow('up to 20');
  });
  it('climbs the partial likelihood it records, and centres its scores', () => {
    for (const config of [{ leaf: 'newton' }, { leaf: 'gradient' }, { base: 'linear' }] as const) {
      const fit = fitted(input, { ...config, stages: 30 });
      const score = scoreOf(fit, input.predictors);
      const { logLikelihood, events } = partialLikelihood(
        breslowRows(input.followUp),
        score,
        new Float64Array(200).fill(1),
      );
      expect(fit.trace.training.at(-1)).toBeCloseTo(logLikelihood / events, 10);
      expect(fit.trace.training.every((value, at) => at === 0 || value > fit.trace.training[at - 1]!)).toBe(
        true,
      );
      expect(score.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
      expect(fit.influence[2]).toBeLessThan(fit.influence[0]!);
      expect(fit.influence.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });
  it('takes a weight for as many subjects', () => {
    const weights = Float64Array.from({ length: 200 }, (_, row) => row % 3);
    const rows = [...weights.keys()].flatMap((row) => Array.from({ length: weights[row]! }, () => row));
    const repeated = {
      ...input,
      predictors: Float64Array.from(
        rows.flatMap((row) => [...input.predictors.subarray(3 * row, 3 * row + 3)]),
      ),
      followUp: takeFollowUp(input.followUp, rows),
    };
    for (const leaf of ['newton', 'gradient'] as const) {
      const config = { stages: 10, nodeSize: 1, depth: 1, leaf };
      const one = fitted({ ...input, followUp: { ...input.followUp, weights } }, config);
      const other = fitted(repeated, config);
      expect(difference(scoreOf(one, input.predictors), scoreOf(other, input.predictors))).toBeLessThan(1e-9);
      expect([...one.baseline.cumulativeHazard]).toEqual(
        [...other.baseline.cumulativeHazard].map((value): unknown => expect.closeTo(value, 10)),
      );
    }
  });
  it('comes to the Cox model with lines and many stages', () => {
    const fit = fitted(input, { base: 'linear', stages: 3000, rate: 0.3 });
    const cox = fitCox({ ...input }, { ties: 'breslow' });
    if (!cox.ok) throw new Error('no fit');
    for (const [j, value] of boostedCoefficients(fit).entries())
      expect(value).toBeCloseTo(cox.value.coefficients[j]!, 6);
    const { baseline } =
      cox.value.baselines.length === 1 ? { baseline: cox.value.baselines[0]! } : { baseline: null! };
    for (const [k, value] of fit.baseline.cumulativeHazard.entries())
      expect(value).toBeCloseTo(baseline.cumulativeHazard[k]!, 5);
  });
  it('stops where those held out are likeliest, and is then fitted to everybody', () => {
    const config = { stages: 400, rate: 0.2, depth: 3, stopping: 'held-out', patience: 30 } as const;
    const fit = fitted(input, config);
    const heldOut = [...fit.trace.heldOut!];
    expect(fit.count).toBe(heldOut.indexOf(Math.max(...heldOut)));
    expect(heldOut.length).toBe(fit.count + 31);
    expect(fit.count).toBeLessThan(100);
    const whole = fitted(input, { ...config, stages: fit.count, stopping: 'never' });
    expect(scoreOf(fit, input.predictors)).toEqual(scoreOf(whole, input.predictors));
  });
  it('stops by those out of bag', () => {
    const config = { stages: 300, rate: 0.2, depth: 3, stopping: 'out-of-bag', sampleShare: 0.5 } as const;
    const fit = fitted(input, config);
    const gains = [...fit.trace.outOfBag!];
    expect(fit.count).toBe(gains.indexOf(Math.max(...gains)));
    expect(fit.count).toBeGreaterThan(0);
    expect(fit.count).toBeLessThan(200);
    expect(() => fitBoostedCox(input, { stopping: 'out-of-bag' })).toThrow('sampleShare');
  });
  it('says nothing of others where the outcomes are shuffled', () => {
    const order = new Random('shuffle').permutation(200);
    const shuffled = { ...input, followUp: takeFollowUp(input.followUp, order) };
    const fresh = cohort('fresh', 300);
    const c = (fit: BoostedCox) => concordance(scoreOf(fit, fresh.predictors), fresh.followUp).index!;
    const config = { stages: 300, stopping: 'held-out' } as const;
    expect(c(fitted(input, config))).toBeGreaterThan(0.72);
    expect(fitted(shuffled, config).count).toBeLessThan(15);
  });
  it('leaves all alike where no column varies, and refuses what it cannot use', () => {
    const constant = { ...input, predictors: new Float64Array(600).fill(2) };
    for (const base of ['tree', 'linear'] as const) {
      const fit = fitted(constant, { stages: 3, base });
      expect([...scoreOf(fit, constant.predictors)].every((score) => Math.abs(score) < 1e-12)).toBe(true);
      expect([...fit.influence]).toEqual([0, 0, 0]);
    }
    const none = { ...input, followUp: { ...input.followUp, event: new Uint8Array(200) } };
    expect(fitBoostedCox(none).issues[0]!.kind).toBe('too-few-events');
    const missing = { ...input, predictors: input.predictors.with(4, Number.NaN) };
    expect(fitBoostedCox(missing).issues[0]).toMatchObject({ kind: 'missing-value', path: 'b' });
    const one = { names: ['x'], predictors: Float64Array.of(1), followUp: followUpOf([4], [1]) };
    expect([...scoreOf(fitted(one, { stages: 5 }), one.predictors)]).toEqual([0]);
    expect(fitBoostedCox(one, { stopping: 'held-out' }).issues[0]!.kind).toBe('too-few-events');
    const tied = { ...input, followUp: { ...input.followUp, days: new Float64Array(200).fill(7) } };
    expect([...scoreOf(fitted(tied, { stages: 5 }), input.predictors)].every(Number.isFinite)).toBe(true);
    expect(() => fitBoostedCox(input, { rate: 0 })).toThrow('rate');
    expect(() => boostedCoefficients(fitted(input, { stages: 1 }))).toThrow('linear base');
  });
});

describe.skipIf(!sharedTablesPresent)('a boosted Cox model beside other programs', () => {
  const inputOf = ({ table, time, event, columns }: Cohort, shift = 0): LearnerInput => {
    const source = sharedTable(`${table}.csv`);
    const values = columns.map((column) => source.numbers(column));
    const p = columns.length;
    return {
      names: columns,
      predictors: Float64Array.from(
        { length: source.rows * p },
        (_, at) => values[at % p]![Math.floor(at / p)]!,
      ),
      followUp: {
        days: source.numbers(time).map((day, row) => day + shift * (row + 1)),
        event: Uint8Array.from(source.numbers(event)),
      },
    };
  };
  it.each(sksurv.trees)(
    'has the scores of GradientBoostingSurvivalAnalysis: $table, depth $depth',
    (expected) => {
      const input = inputOf(expected);
      const { depth, nodeSize, stages, days } = expected;
      const fit = fitted(input, { stages: 60, rate: 0.1, depth, nodeSize, leaf: 'gradient' });
      const first = input.predictors.subarray(0, 150 * input.names.length);
      const staged = boostedScores(fit, first, stages);
      if (!staged.ok) throw new Error('no scores');
      for (const [at, theirs] of expected.scores.entries())
        expect(difference(staged.value[at]!, theirs)).toBeLessThan(1e-6);
      for (const [k, day] of days.entries()) {
        const survival = boostedSurvival(fit, staged.value[2]!, day);
        for (const [row, theirs] of expected.survival.entries())
          expect(survival[row]).toBeCloseTo(theirs[k]!, 6);
      }
    },
  );
  it.each(sksurv.linear)('has the coefficients of the componentwise model: $table', (expected) => {
    const fit = fitted(inputOf(expected), { base: 'linear', stages: expected.stages, rate: 0.1 });
    if (fit.stages.base !== 'linear') throw new Error('no lines');
    const { scales } = fit.stages.linear;
    for (const [j, value] of boostedCoefficients(fit).entries())
      expect(value * scales[j]!).toBeCloseTo(expected.coefficients[j]!, 8);
  });
  it.each(gbm.fits)('has the scores, deviance and influence of gbm: $table', (expected) => {
    const input = inputOf(expected, 1e-4);
    const { nodeSize, stages } = expected;
    const fit = fitted(input, { stages: 60, rate: 0.1, depth: 1, nodeSize, leaf: 'newton' });
    const staged = boostedScores(fit, input.predictors.subarray(0, 150 * input.names.length), stages);
    if (!staged.ok) throw new Error('no scores');
    for (const [at, theirs] of expected.scores.entries())
      expect(difference(staged.value[at]!, theirs)).toBeLessThan(1e-6);
    for (const [at, deviance] of expected.deviance.entries())
      expect(-2 * fit.trace.training[stages[at]!]!).toBeCloseTo(deviance, 6);
    for (const [j, share] of fit.influence.entries())
      expect(100 * share).toBeCloseTo(expected.influence[j]!, 4);
  });
});
