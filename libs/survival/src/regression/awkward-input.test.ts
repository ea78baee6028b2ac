import { type Checked, Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { followUpOf } from '../testing/tied-cohort.ts';
import { fitAft } from './aft.ts';
import { fitCauseSpecific } from './cause-specific.ts';
import { type CoxInput, fitCox } from './cox.ts';
import { fitElasticNet } from './elastic-net.ts';
import { fitFineGray } from './fine-gray.ts';
import { fitRoystonParmar } from './royston-parmar.ts';

/** Every regression, as the list of its coefficients on the scale of the predictors. */
const regressions: { readonly [name: string]: (input: CoxInput) => Checked<ArrayLike<number>> } = {
  'cox, efron': (input) => coefficients(fitCox(input, { ties: 'efron' })),
  'cox, breslow': (input) => coefficients(fitCox(input, { ties: 'breslow' })),
  'cox, exact': (input) => coefficients(fitCox(input, { ties: 'exact' })),
  'fine-gray': (input) => coefficients(fitFineGray(input)),
  'cause-specific': (input) => {
    const got = fitCauseSpecific(input, { ties: 'efron' });
    return got.ok ? { ...got, value: got.value.causes.flatMap(({ fit }) => [...fit.coefficients]) } : got;
  },
  'elastic net': (input) => coefficients(fitElasticNet(input, { alpha: 0.5, lambdas: [0.05] })),
  weibull: (input) => coefficients(fitAft(input, 'weibull')),
  'log-normal': (input) => coefficients(fitAft(input, 'log-normal')),
  'royston-parmar': (input) => coefficients(fitRoystonParmar(input, { innerKnots: 1, scale: 'hazard' })),
};
const unpenalised = Object.keys(regressions).filter((name) => name !== 'elastic net');

function coefficients(
  got: Checked<{ readonly coefficients: ArrayLike<number> }>,
): Checked<ArrayLike<number>> {
  return got.ok ? { ...got, value: got.value.coefficients } : got;
}

function cohort(n: number, p: number, event: (row: number) => number): CoxInput {
  const random = new Random(`awkward ${n} ${p}`);
  const predictors = Float64Array.from({ length: n * p }, () => random.normal());
  return {
    names: Array.from({ length: p }, (_, j) => `x${j}`),
    predictors,
    followUp: followUpOf(
      Array.from({ length: n }, (_, row) =>
        Math.ceil(50 * random.exponential(Math.exp(0.5 * predictors[row * p]!))),
      ),
      Array.from({ length: n }, (_, row) => event(row)),
    ),
  };
}

const withColumn = (input: CoxInput, j: number, value: (row: number) => number): CoxInput => ({
  ...input,
  predictors: input.predictors.map((old, at) =>
    at % input.names.length === j ? value(Math.floor(at / input.names.length)) : old,
  ),
});

function refusal(got: Checked<unknown>): string {
  expect(got.ok).toBe(false);
  const { kind, path, message } = got.issues[0]!;
  expect(message).not.toMatch(/NaN|undefined/);
  return `${kind} ${path.replace(/^cause \d: /, '')}`;
}

function finite(got: Checked<ArrayLike<number>>): number[] {
  if (!got.ok) throw new Error(`${got.issues[0]!.path}: ${got.issues[0]!.message}`);
  const values = Array.from(got.value);
  expect(values.every((value) => Number.isFinite(value))).toBe(true);
  return values;
}

describe('awkward input', () => {
  it.each(Object.keys(regressions))('%s refuses a table without events', (name) => {
    expect(refusal(regressions[name]!(cohort(20, 2, () => 0)))).toMatch(/^too-few-events/);
    const input = cohort(20, 2, (row) => row % 2);
    if (name === 'fine-gray' || name === 'cox, exact') return;
    const weights = Float64Array.from(input.followUp.event, (code) => 1 - code);
    const weightless = { ...input, followUp: { ...input.followUp, weights } };
    expect(refusal(regressions[name]!(weightless))).toMatch(/^too-few-events/);
  });
  it.each(Object.keys(regressions))('%s fits a table of events only', (name) => {
    for (const value of finite(regressions[name]!(cohort(40, 2, () => 1))))
      expect(Math.abs(value)).toBeLessThan(5);
  });
  it.each(unpenalised)('%s names a constant predictor, and the last of those that are collinear', (name) => {
    const input = cohort(40, 3, (row) => row % 2);
    expect(refusal(regressions[name]!(withColumn(input, 1, () => 0.1)))).toBe('not-estimable x1');
    const sum = withColumn(
      input,
      2,
      (row) => 3 * input.predictors[row * 3]! - input.predictors[row * 3 + 1]! + 7,
    );
    expect(refusal(regressions[name]!(sum))).toBe('not-estimable x2');
  });
  it.each(unpenalised)('%s refuses one subject', (name) => {
    const input = { names: ['x'], predictors: Float64Array.of(3), followUp: followUpOf([5], [1]) };
    expect(refusal(regressions[name]!(input))).toBe('not-estimable x');
  });
  it.each(unpenalised)('%s names a predictor where there are more of them than events', (name) => {
    expect(refusal(regressions[name]!(cohort(30, 8, (row) => (row < 4 ? 1 : 0))))).toMatch(
      /^not-estimable (x\d|shape|scale)/,
    );
  });
  it.each(unpenalised.filter((name) => !/weibull|log-normal/.test(name)))(
    '%s names the predictor that none of those with the event has',
    (name) => {
      const input = cohort(60, 3, (row) => row % 2);
      const never = withColumn(input, 1, (row) => (input.followUp.event[row] === 0 && row % 4 === 0 ? 1 : 0));
      expect(refusal(regressions[name]!(never))).toBe('not-estimable x1');
    },
  );
  it.each(Object.keys(regressions))('%s does not depend on the units of its predictors', (name) => {
    const input = cohort(80, 3, (row) => (row % 3 === 0 ? 0 : 1));
    const factors = [1e6, 1e-6, 1];
    const moved = {
      ...input,
      predictors: input.predictors.map((value, at) => factors[at % 3]! * (value + 5 * (at % 3))),
    };
    const [plain, other] = [finite(regressions[name]!(input)), finite(regressions[name]!(moved))];
    for (const [at, value] of plain.entries()) expect(other[at]! * factors[at % 3]!).toBeCloseTo(value, 6);
  });
  it.each(Object.keys(regressions))('%s takes a censoring on day 0 as nothing said', (name) => {
    const input = cohort(40, 2, (row) => row % 2);
    const more = {
      ...input,
      predictors: Float64Array.of(...input.predictors, 0.3, 0.4),
      followUp: followUpOf([...input.followUp.days, 0], [...input.followUp.event, 0]),
    };
    const [plain, other] = [finite(regressions[name]!(input)), finite(regressions[name]!(more))];
    // the penalty is relative to the number of rows and to the standard deviations, which the row is part of
    for (const [at, value] of plain.entries())
      expect(other[at]).toBeCloseTo(value, name === 'elastic net' ? 1 : 6);
  });
  it.each(unpenalised.filter((name) => name !== 'fine-gray' && name !== 'cox, exact'))(
    '%s takes a row of weight 0 as not there, whatever it says',
    (name) => {
      const input = cohort(40, 2, (row) => row % 2);
      const more = {
        ...input,
        predictors: Float64Array.of(...input.predictors, 1e4, -1e4, 2, 2),
        followUp: {
          ...followUpOf([...input.followUp.days, 3, 60], [...input.followUp.event, 1, 0]),
          weights: Float64Array.from({ length: 42 }, (_, row) => (row < 40 ? 1 : 0)),
        },
      };
      const [plain, other] = [finite(regressions[name]!(input)), finite(regressions[name]!(more))];
      for (const [at, value] of plain.entries()) expect(other[at]).toBeCloseTo(value, 6);
    },
  );
});
