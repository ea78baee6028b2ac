import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from './aalen-johansen.ts';
import { rocAuc } from './auc.ts';
import { bootstrapInterval, quantile } from './bootstrap.ts';
import { brierScore, ipcWeights } from './brier-score.ts';
import { chiSquareTail } from './chi-square.ts';
import { concordance, unoConcordance } from './concordance.ts';
import { coxLinearPredictor, coxSurvival, fitCox } from './cox.ts';
import { type FollowUp, takeFollowUp, takeRows } from './follow-up.ts';
import { kaplanMeier, medianFollowUp, medianSurvival, survivalAt } from './kaplan-meier.ts';
import { logRank } from './log-rank.ts';

const followUpOf = (days: number[], event: number[]): FollowUp => ({
  days: Float64Array.from(days),
  event: Uint8Array.from(event),
});

/** Few distinct days and risks, so that ties of every sort occur. */
function tiedCohort(random: Random, n: number): { risk: Float64Array; followUp: FollowUp } {
  return {
    risk: Float64Array.from({ length: n }, () => random.integer(6)),
    followUp: followUpOf(
      Array.from({ length: n }, () => random.integer(10)),
      Array.from({ length: n }, () => random.integer(3)),
    ),
  };
}

describe('Kaplan-Meier', () => {
  it('is the product of the shares that survive each day, by hand', () => {
    const curve = kaplanMeier(followUpOf([1, 2, 2, 3], [1, 1, 0, 1]));
    expect([...curve.survival]).toEqual([0.75, 0.5, 0]);
    expect([survivalAt(curve, 0.5), survivalAt(curve, 2), survivalAt(curve, 99)]).toEqual([1, 0.5, 0]);
    expect(medianSurvival(curve)).toBe(2);
    expect(curve.standardError[0]).toBeCloseTo(Math.sqrt((0.75 * 0.25) / 4), 12);
  });
  it('has no median when the curve stays above one half', () => {
    expect(medianSurvival(kaplanMeier(followUpOf([1, 2, 3], [1, 0, 0])))).toBeNull();
    expect(medianFollowUp(followUpOf([10, 20, 30], [0, 1, 0]))).toBe(30);
  });
  it('refuses a negative time and names its row', () => {
    expect(() => kaplanMeier(followUpOf([1, -2], [1, 0]))).toThrow('row 1, got -2');
  });
});

describe('Aalen-Johansen', () => {
  it('adds up to one minus the survival of any event, and without competing events is Kaplan-Meier', () => {
    const { followUp } = tiedCohort(new Random('aj'), 60);
    const any = kaplanMeier({ ...followUp, event: followUp.event.map((code) => Math.min(code, 1)) });
    for (const t of [0, 3, 7, 9]) {
      const both = incidenceAt(aalenJohansen(followUp, 1), t) + incidenceAt(aalenJohansen(followUp, 2), t);
      expect(both).toBeCloseTo(1 - survivalAt(any, t), 12);
    }
    const single = { ...followUp, event: followUp.event.map((code) => code % 2) };
    const alone = aalenJohansen(single);
    const reference = kaplanMeier(single);
    expect(incidenceAt(alone, 6)).toBeCloseTo(1 - survivalAt(reference, 6), 12);
    for (const [k, error] of alone.standardError.entries())
      expect(error).toBeCloseTo(reference.standardError[k]!, 10);
  });
});

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

describe('Cox regression', () => {
  const fit = (x: number[], days: number[], event: number[], ridge = 0) =>
    fitCox(
      { names: ['x'], predictors: Float64Array.from(x), followUp: followUpOf(days, event) },
      { ties: 'efron', ridge },
    );
  it('has the closed form of three subjects', () => {
    // x = 0, 1, 0 with events in this order: L = 1 / (2 + r) · r / (1 + r), so r² = 2
    const got = fit([0, 1, 0], [1, 2, 3], [1, 1, 1]);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    expect(got.value.coefficients[0]).toBeCloseTo(Math.log(Math.SQRT2), 10);
    expect(got.value.logLikelihood.null).toBeCloseTo(-Math.log(6), 12);
  });
  it.each([
    ['a constant predictor', [2, 2, 2, 2], 'x: expected a predictor that varies'],
    ['a predictor that separates the events', [3, 2, 1, 0], 'x: expected a finite estimate'],
  ])('names %s', (_, x, message) => {
    const got = fit(x, [1, 2, 3, 4], [1, 1, 1, 0]);
    expect(got.ok).toBe(false);
    expect(`${got.issues[0]!.path}: ${got.issues[0]!.message}`).toContain(message);
  });
  it('names the column that is a combination of others', () => {
    const random = new Random('collinear');
    const rows = Array.from({ length: 40 }, () => [random.normal(), random.normal()] as const);
    const got = fitCox(
      {
        names: ['a', 'b', 'sum'],
        predictors: Float64Array.from(rows.flatMap(([a, b]) => [a, b, a + b])),
        followUp: followUpOf(
          rows.map(([a]) => random.exponential(Math.exp(a))),
          rows.map(() => 1),
        ),
      },
      { ties: 'breslow' },
    );
    expect(got.ok ? [] : got.issues.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'not-estimable sum',
    ]);
  });
  it('says so when there is no event', () => {
    const got = fit([1, 2, 3], [1, 2, 3], [0, 0, 2]);
    expect(got.issues[0]!.kind).toBe('too-few-events');
  });
  it('gives a finite estimate with a ridge penalty where there is none without', () => {
    const separating = fit([3, 2, 1, 0], [1, 2, 3, 4], [1, 1, 1, 0], 0.5);
    expect(separating.ok && separating.value.coefficients[0]! > 0).toBe(true);
    const constant = fit([2, 2, 2, 2], [1, 2, 3, 4], [1, 1, 1, 0], 0.5);
    expect(constant.ok && constant.value.coefficients[0]).toBe(0);
  });
  it('does not depend on units or on how large the values are', () => {
    const random = new Random('scale');
    const x = Array.from({ length: 80 }, () => random.normal());
    const days = x.map((value) => random.exponential(Math.exp(0.7 * value)));
    const event = x.map(() => (random.chance(0.7) ? 1 : 0));
    const plain = fit(x, days, event);
    const moved = fit(
      x.map((value) => 1e6 + 1000 * value),
      days,
      event,
    );
    if (!plain.ok || !moved.ok) throw new Error('expected both fits');
    expect(moved.value.coefficients[0]! * 1000).toBeCloseTo(plain.value.coefficients[0]!, 8);
    const there = coxLinearPredictor(moved.value, Float64Array.of(1e6 + 1000 * x[0]!));
    const here = coxLinearPredictor(plain.value, Float64Array.of(x[0]!));
    expect(coxSurvival(moved.value, there, 0.5)[0]).toBeCloseTo(coxSurvival(plain.value, here, 0.5)[0]!, 8);
  });
  it('takes a case weight of 2 as the row twice, with Breslow ties', () => {
    const x = [-0.9, 1.2, -0.5, 0.8, 0.1];
    const days = [4, 2, 6, 3, 5];
    const event = [1, 1, 0, 0, 1];
    const weighted = fitCox(
      {
        names: ['x'],
        predictors: Float64Array.from(x),
        followUp: followUpOf(days, event),
        weights: Float64Array.of(1, 2, 1, 1, 1),
      },
      { ties: 'breslow' },
    );
    const doubled = fitCox(
      {
        names: ['x'],
        predictors: Float64Array.from([...x, 1.2]),
        followUp: followUpOf([...days, 2], [...event, 1]),
      },
      { ties: 'breslow' },
    );
    if (!weighted.ok || !doubled.ok) throw new Error('expected both fits');
    expect(weighted.value.coefficients[0]).toBeCloseTo(doubled.value.coefficients[0]!, 9);
    expect(weighted.value.standardErrors[0]).toBeCloseTo(doubled.value.standardErrors[0]!, 9);
  });
});

describe('concordance', () => {
  /** Every pair, looked at once. */
  function oracle(risk: Float64Array, { days, event }: FollowUp, weightOf: (i: number) => number) {
    const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
    for (let i = 0; i < risk.length; i++) {
      if (event[i] !== 1) continue;
      for (let j = 0; j < risk.length; j++) {
        const outlasts = days[j]! > days[i]! || (days[j] === days[i] && event[j] !== 1);
        if (!outlasts) continue;
        if (risk[i]! > risk[j]!) totals.concordant += weightOf(i);
        else if (risk[i]! < risk[j]!) totals.discordant += weightOf(i);
        else totals.tiedRisk += weightOf(i);
      }
    }
    return totals;
  }
  it('counts the pairs that a look at every pair counts', () => {
    for (let trial = 0; trial < 40; trial++) {
      const { risk, followUp } = tiedCohort(new Random(`pairs ${trial}`), 25);
      expect(concordance(risk, followUp)).toMatchObject(oracle(risk, followUp, () => 1));
    }
  });
  it('has the standard error of leaving weight off each subject', () => {
    const { risk, followUp } = tiedCohort(new Random('jackknife'), 30);
    const index = (rows: number[]) => {
      const { concordant, discordant, tiedRisk } = oracle(
        takeRows(risk, rows),
        takeFollowUp(followUp, rows),
        () => 1,
      );
      return { right: concordant + tiedRisk / 2, pairs: concordant + discordant + tiedRisk };
    };
    const rows = Array.from({ length: 30 }, (_, row) => row);
    const all = index(rows);
    let variance = 0;
    for (const row of rows) {
      const rest = index(rows.filter((other) => other !== row));
      const own = { right: all.right - rest.right, pairs: all.pairs - rest.pairs };
      variance += ((own.right - (all.right / all.pairs) * own.pairs) / all.pairs) ** 2;
    }
    expect(concordance(risk, followUp).standardError).toBeCloseTo(Math.sqrt(variance), 12);
  });
  it("is Harrell's where nobody is censored, and leaves out pairs from tau on", () => {
    const { risk, followUp } = tiedCohort(new Random('uno'), 30);
    const complete = { ...followUp, event: followUp.event.map(() => 1) };
    expect(unoConcordance(risk, complete).index).toBeCloseTo(concordance(risk, complete).index!, 12);
    const early = { ...complete, event: complete.event.map((_, row) => (complete.days[row]! < 5 ? 1 : 0)) };
    expect(unoConcordance(risk, complete, { tau: 5, censoring: complete }).concordant).toBe(
      concordance(risk, early).concordant,
    );
  });
  it('gives no index when no pair is comparable', () => {
    expect(concordance(Float64Array.of(1, 2), followUpOf([3, 4], [0, 0]))).toMatchObject({
      index: null,
      standardError: null,
    });
  });
  it('says how many risks it expected', () => {
    expect(() => concordance(Float64Array.of(1), followUpOf([3, 4], [0, 1]))).toThrow(
      'concordance: expected 1 follow-up times, got 2',
    );
  });
});

describe('Brier score', () => {
  it('without censoring is the mean squared error, competing events counting as no event', () => {
    const followUp = followUpOf([1, 2, 3, 4], [1, 2, 1, 1]);
    const { score } = brierScore(Float64Array.of(0.9, 0.4, 0.2, 0.1), followUp, 2.5);
    expect(score).toBeCloseTo((0.1 ** 2 + 0.4 ** 2 + 0.2 ** 2 + 0.1 ** 2) / 4, 12);
  });
  it('by hand with one censoring: the weight goes to those who were still there', () => {
    // censored at 2 with two others at risk: G = 2/3 after it
    const followUp = followUpOf([1, 2, 3, 5], [1, 0, 1, 0]);
    const { score } = brierScore(Float64Array.of(0.5, 0.5, 0.8, 0.3), followUp, 4);
    expect(score).toBeCloseTo((0.25 + 1.5 * 0.04 + 1.5 * 0.09) / 4, 12);
  });
  it('has weights that add up to the subjects, and the IPA of the Kaplan-Meier estimate is 0', () => {
    const { followUp } = tiedCohort(new Random('weights'), 50);
    for (const t of [0, 2, 5, 8]) {
      expect(ipcWeights(followUp, t)!.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(50, 9);
      const same = new Float64Array(50).fill(incidenceAt(aalenJohansen(followUp), t));
      expect(brierScore(same, followUp, t).ipa).toBeCloseTo(0, 12);
    }
  });
  it('knows those who are censored on the day of the horizon, and nothing beyond the last day', () => {
    const followUp = followUpOf([100, 730, 730, 730], [1, 0, 0, 0]);
    const risk = Float64Array.of(1, 0, 0, 0);
    expect(brierScore(risk, followUp, 730).score).toBe(0);
    expect(brierScore(risk, followUp, 731)).toEqual({ score: null, reference: null, ipa: null });
  });
});

describe('AUC', () => {
  it('counts ties one half, by hand, and needs both outcomes', () => {
    expect(rocAuc(Float64Array.of(3, 2, 2, 1), Uint8Array.of(1, 1, 0, 0)).area).toBe(3.5 / 4);
    expect(rocAuc(Float64Array.of(3, 2), Uint8Array.of(1, 1)).area).toBeNull();
  });
  it("has DeLong's interval, by hand", () => {
    // above = 1, 3/4 ; below = 3/4, 1: each variance is 1/32
    const { standardError } = rocAuc(Float64Array.of(3, 2, 2, 1), Uint8Array.of(1, 1, 0, 0));
    expect(standardError).toBeCloseTo(Math.sqrt(1 / 32 / 2 + 1 / 32 / 2), 12);
  });
});

describe('bootstrap', () => {
  it('covers the mean of a normal sample as wide as theory says, the same for the same seed', () => {
    const random = new Random('sample');
    const sample = Float64Array.from({ length: 200 }, () => random.normal());
    const mean = (rows: Int32Array) => rows.reduce((sum, row) => sum + sample[row]!, 0) / rows.length;
    const once = bootstrapInterval(200, mean, { resamples: 2000, random: new Random(5) });
    expect(Math.abs(once.standardError! - 1 / Math.sqrt(200))).toBeLessThan(0.01);
    expect(once.high! - once.low!).toBeCloseTo(2 * 1.96 * once.standardError!, 1);
    expect(bootstrapInterval(200, mean, { resamples: 2000, random: new Random(5) })).toEqual(once);
  });
  it('counts resamples without the statistic, and gives no interval when most lack it', () => {
    const rare = bootstrapInterval(4, (rows) => (rows.includes(0) ? 1 : null), {
      resamples: 200,
      random: new Random(1),
    });
    expect(rare.skipped).toBeGreaterThan(30);
    expect(rare).toMatchObject({ low: 1, high: 1 });
    expect(bootstrapInterval(4, () => null, { resamples: 10, random: new Random(1) })).toMatchObject({
      low: null,
      skipped: 10,
    });
  });
  it("has R's quantiles", () => {
    expect(quantile([1, 2, 4, 8], 0.25)).toBe(1.75);
  });
});
