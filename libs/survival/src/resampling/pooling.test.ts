import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { betweenVariance, type StudyEstimates, weightedStudies } from './between-variance.ts';
import { type Pooled, type PoolingConfig, poolEstimates } from './pooling.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/pooling.json', import.meta.url), 'utf8'),
);
const methods = { DL: 'dersimonian-laird', REML: 'reml', PM: 'paule-mandel' } as const;
const intervals = { z: 'normal', knha: 'hartung-knapp', adhoc: 'hartung-knapp-wider' } as const;

function pool(estimates: readonly number[], errors: readonly number[], config: PoolingConfig): Pooled {
  const names = estimates.map((_, at) => `centre ${at + 1}`);
  const given = estimates.map((estimate, at) => ({ estimate, standardError: errors[at]! }));
  const checked = poolEstimates(names, given, config);
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  return checked.value;
}

describe("poolEstimates has metafor's averages", () => {
  for (const [name, set] of Object.entries<(typeof golden.sets)[string]>(golden.sets))
    for (const there of set.results)
      it(`of ${name} by ${there.method}, ${there.test}`, () => {
        const got = pool(set.estimate, set.standardError, {
          scale: set.scale,
          method: methods[there.method as keyof typeof methods],
          interval: intervals[there.test as keyof typeof intervals],
        });
        const near = (value: number | undefined, expected: number) =>
          expect(Math.abs(value! - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
        near(got.estimate, there.estimate);
        near(got.low, there.low);
        near(got.high, there.high);
        near(got.transformed.standardError, there.se);
        near(got.betweenVariance?.estimate, there.tau2);
        near(got.betweenVariance?.low, there.tau2Low);
        near(got.betweenVariance?.high, there.tau2High);
        near(got.inconsistency!, there.i2);
        near(got.heterogeneity?.q, there.q);
        near(got.heterogeneity?.p, there.p);
        for (const [at, weight] of there.weights.entries()) near(got.weights[at], weight);
        if (there.prediction.length === 2) {
          near(got.prediction?.low, there.prediction[0]);
          near(got.prediction?.high, there.prediction[1]);
        } else expect(got.prediction).toBeNull();
      });
});

describe('betweenVariance', () => {
  const random = new Random('studies');
  const studies: StudyEstimates = {
    values: Float64Array.from({ length: 8 }, () => random.normal(0, 0.7)),
    variances: Float64Array.from({ length: 8 }, () => 0.02 + random.uniform() / 4),
  };
  it('by Paule and Mandel makes Q its expectation', () => {
    expect(weightedStudies(studies, betweenVariance(studies, 'paule-mandel')).q).toBeCloseTo(7, 9);
  });
  it('by REML is the highest restricted likelihood of a fine grid', () => {
    const logLikelihood = (between: number) => {
      const { weights, sum, q } = weightedStudies(studies, between);
      return weights.reduce((total, weight) => total + Math.log(weight), 0) - Math.log(sum) - q;
    };
    const found = betweenVariance(studies, 'reml');
    for (let between = 0; between < 4; between += 0.001)
      expect(logLikelihood(between)).toBeLessThanOrEqual(logLikelihood(found) + 1e-12);
    expect(found).toBeGreaterThan(0);
  });
  it('is 0 where the studies agree better than by chance', () => {
    const alike = { values: Float64Array.of(1, 1.01, 0.99), variances: Float64Array.of(1, 1, 1) };
    for (const method of Object.values(methods)) expect(betweenVariance(alike, method)).toBe(0);
  });
});

describe('poolEstimates by hand', () => {
  it('is the plain inverse-variance mean when centres agree, and adds their spread when not', () => {
    const config = { method: 'dersimonian-laird', interval: 'normal' } as const;
    const same = pool([1, 1], [Math.sqrt(0.1), Math.sqrt(0.4)], config);
    expect(same.estimate).toBeCloseTo(1, 12);
    expect(same.betweenVariance?.estimate).toBe(0);
    expect(same.transformed.standardError).toBeCloseTo(Math.sqrt(1 / 12.5), 12);
    // equal variances v: Q = d²/(2v), between = d²/2 - v
    const apart = pool([0, 2], [Math.sqrt(0.1), Math.sqrt(0.1)], config);
    expect(apart.estimate).toBeCloseTo(1, 12);
    expect(apart.betweenVariance?.estimate).toBeCloseTo(1.9, 12);
  });
});

describe('poolEstimates of what is hard', () => {
  it('gives one centre itself, with no heterogeneity and a normal interval', () => {
    const got = pool([0.7], [0.05], { scale: 'logit' });
    expect(got.estimate).toBeCloseTo(0.7, 12);
    expect(got).toMatchObject({
      studies: 1,
      betweenVariance: null,
      inconsistency: null,
      heterogeneity: null,
      prediction: null,
      interval: 'normal',
    });
    expect(Math.log(got.high / (1 - got.high))).toBeCloseTo(
      Math.log(0.7 / 0.3) + (1.959964 * 0.05) / 0.21,
      5,
    );
  });
  it('refuses by name a centre without an error, a logit of 1 and an interval that reaches 0', () => {
    const refusal = (given: Parameters<typeof poolEstimates>[1], scale: PoolingConfig['scale']) => {
      const checked = poolEstimates(
        given.map((_, at) => `V${at + 1}`),
        given,
        { scale: scale! },
      );
      return checked.ok ? [] : checked.issues.map(({ path, message }) => `${path}: ${message}`);
    };
    expect(
      refusal(
        [
          { estimate: 1, standardError: 0.1 },
          { estimate: 2, standardError: 0 },
        ],
        'identity',
      ),
    ).toEqual(['V2: expected a positive, finite error on the identity scale, found a standard error of 0']);
    expect(refusal([{ estimate: 1, standardError: 0.1 }], 'logit')[0]).toMatch(
      'V1: expected an estimate with a logit',
    );
    expect(refusal([{ estimate: 0.9, low: 0, high: 0.99 }], 'log')[0]).toMatch(
      'found an interval of 0 to 0.99',
    );
    expect(refusal([{ estimate: 0.9, low: 0.99, high: 0.8 }], 'log')[0]).toMatch(
      'found an interval of 0.99 to 0.8',
    );
    expect(() => poolEstimates([], [])).toThrow('expected a name for each study, got 0 and 0');
  });
  it('reads an interval as the error that made it', () => {
    const half = 1.959963984540054 * 0.2;
    const checked = poolEstimates(
      ['a', 'b'],
      [
        { estimate: 1, low: Math.exp(-half), high: Math.exp(half) },
        { estimate: 0.9, standardError: 0.18 },
      ],
      { scale: 'log', interval: 'normal' },
    );
    expect(checked.ok && checked.value.transformed.standardError).toBeCloseTo(0.2 / Math.sqrt(2), 12);
  });
  it('Hartung and Knapp have no error where all centres say the same; the wider one has', () => {
    const alike = (interval: PoolingConfig['interval']) =>
      pool([1, 1, 1], [0.1, 0.2, 0.3], { interval: interval! });
    expect(alike('hartung-knapp').transformed.standardError).toBe(0);
    expect(alike('hartung-knapp-wider').transformed.standardError).toBeCloseTo(
      Math.sqrt(1 / (100 + 25 + 100 / 9)),
      12,
    );
  });
});
