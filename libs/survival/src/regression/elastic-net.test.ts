import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { followUpOf } from '../testing/tied-cohort.ts';
import { crossValidationFolds } from '../resampling/folds.ts';
import { descend } from './coordinate-descent.ts';
import { type CoxInput, fitCox } from './cox.ts';
import { elasticNetCoefficients, fitElasticNet, relaxElasticNet } from './elastic-net.ts';
import { crossValidateElasticNet } from './elastic-net-cross-validation.ts';

/** Effects of 0.8 and -0.5 on the first two predictors, none of the others. */
function cohort(seed: string, n: number, p: number): CoxInput {
  const random = new Random(seed);
  const predictors = Float64Array.from({ length: n * p }, () => random.normal());
  const days = Array.from({ length: n }, (_, row) =>
    Math.ceil(20 * random.exponential(Math.exp(0.8 * predictors[row * p]! - 0.5 * predictors[row * p + 1]!))),
  );
  return {
    names: Array.from({ length: p }, (_, j) => `x${j}`),
    predictors,
    followUp: followUpOf(
      days,
      days.map(() => (random.chance(0.7) ? 1 : 0)),
    ),
  };
}

/** ln L by its definition, Breslow's ties. */
function logLikelihood({ predictors, followUp, offset }: CoxInput, b: Float64Array): number {
  const { days, event } = followUp;
  const p = b.length;
  const weights = followUp.weights ?? days.map(() => 1);
  const entries = followUp.entryDays ?? days.map(() => -1);
  const eta = days.map((_, row) =>
    b.reduce((sum, value, j) => sum + value * predictors[row * p + j]!, offset?.[row] ?? 0),
  );
  const all = [...days.keys()];
  const term = (row: number) => {
    const atRisk = all.filter((other) => days[other]! >= days[row]! && entries[other]! < days[row]!);
    const risk = atRisk.reduce((sum, other) => sum + weights[other]! * Math.exp(eta[other]!), 0);
    return weights[row]! * (eta[row]! - Math.log(risk));
  };
  return all.filter((row) => event[row] === 1 && weights[row]! > 0).reduce((sum, row) => sum + term(row), 0);
}

function fitted(input: CoxInput, config: Parameters<typeof fitElasticNet>[1]) {
  const got = fitElasticNet(input, config);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

describe('the elastic net', () => {
  it.each([0, 0.3, 1])('is a maximum of the written likelihood less the penalty, alpha %s', (alpha) => {
    const plain = cohort(`maximum ${alpha}`, 60, 4);
    const n = plain.followUp.days.length;
    const input: CoxInput = {
      ...plain,
      offset: Float64Array.from({ length: n }, (_, row) => 0.3 * Math.sin(row)),
      followUp: {
        ...plain.followUp,
        weights: Float64Array.from({ length: n }, (_, row) => row % 3),
        entryDays: plain.followUp.days.map((day, row) => (row % 4 === 0 ? day / 2 : 0)),
      },
    };
    const lambda = 0.05;
    const b = elasticNetCoefficients(fitted(input, { alpha, lambdas: [lambda], standardise: false }), 0);
    const total = input.followUp.weights!.reduce((sum, weight) => sum + weight, 0);
    const objective = (at: Float64Array) =>
      logLikelihood(input, at) / total -
      lambda * at.reduce((sum, x) => sum + alpha * Math.abs(x) + ((1 - alpha) / 2) * x * x, 0);
    const best = objective(b);
    for (let j = 0; j < 4; j++)
      for (const step of [1e-2, 1e-4, 1e-5, -1e-5, -1e-4, -1e-2]) {
        const moved = Float64Array.from(b);
        moved[j]! += step;
        expect(objective(moved)).toBeLessThan(best + 1e-14);
        // a maximum falls off as the square of the step, or linearly at a kink
        expect(best - objective(moved)).toBeGreaterThan(0.005 * step * step);
      }
  });
  it('has the closed form of a lasso of three subjects', () => {
    // x = 0, 1, 0 with events in this order: score 1/2 - r / (2 + r) + … ; see the test of Cox regression
    const input = {
      names: ['x'],
      predictors: Float64Array.of(0, 1, 0),
      followUp: followUpOf([1, 2, 3], [1, 1, 1]),
    };
    // d/db ln [1 / (2 + r) · r / (1 + r)] = 1 - r / (2 + r) - r / (1 + r), at b = 0 1/6: lambda max is a third of it
    const path = fitted(input, { alpha: 1, standardise: false, lambdaCount: 2 });
    expect(path.lambdas[0]).toBeCloseTo(1 / 18, 12);
    expect(path.coefficients[0]).toBe(0);
    const b = fitted(input, { alpha: 1, standardise: false, lambdas: [0.02] }).coefficients[0]!;
    const r = Math.exp(b);
    expect((1 - r / (2 + r) - r / (1 + r)) / 3).toBeCloseTo(0.02, 12);
  });
  it('without a penalty is Cox regression, and so is a relaxed fit of all predictors', () => {
    const input = cohort('none', 80, 3);
    const cox = fitCox(input, { ties: 'breslow' });
    if (!cox.ok) throw new Error('expected a fit');
    const config = { alpha: 1, lambdas: [0.001, 0] };
    const path = fitted(input, config);
    const relaxed = relaxElasticNet(input, config, path);
    for (let j = 0; j < 3; j++) {
      expect(path.coefficients[3 + j]).toBeCloseTo(cox.value.coefficients[j]!, 9);
      expect(relaxed.ok && relaxed.value.coefficients[0]![j]).toBeCloseTo(cox.value.coefficients[j]!, 9);
    }
  });
  it('with alpha 0 is the ridge of Cox regression', () => {
    const input = cohort('ridge', 80, 3);
    const cox = fitCox(input, { ties: 'breslow', ridge: 80 * 0.07 });
    if (!cox.ok) throw new Error('expected a fit');
    const path = fitted(input, { alpha: 0, lambdas: [0.07] });
    for (let j = 0; j < 3; j++) expect(path.coefficients[j]).toBeCloseTo(cox.value.coefficients[j]!, 9);
  });
  it('does not depend on units or on where 0 is', () => {
    const input = cohort('units', 60, 3);
    const factors = [1e6, 1e-6, 1];
    const moved = {
      ...input,
      predictors: input.predictors.map((value, at) => factors[at % 3]! * (value + 100 * (at % 3))),
    };
    const [one, two] = [fitted(input, { alpha: 0.5 }), fitted(moved, { alpha: 0.5 })];
    expect(two.lambdas.length).toBe(one.lambdas.length);
    for (const [at, value] of one.coefficients.entries())
      expect(two.coefficients[at]! * factors[at % 3]!).toBeCloseTo(value, 6);
  });
  it('takes a case weight of 2 as the row twice and one of 0 as none', () => {
    const input = cohort('weights', 40, 3);
    const weights = Float64Array.from({ length: 40 }, (_, row) => [1, 2, 0][row % 3]!);
    const rows = [...weights.keys()].flatMap((row) => Array.from({ length: weights[row]! }, () => row));
    const repeated: CoxInput = {
      ...input,
      predictors: Float64Array.from(
        rows.flatMap((row) => [...input.predictors.subarray(row * 3, row * 3 + 3)]),
      ),
      followUp: followUpOf(
        rows.map((row) => input.followUp.days[row]!),
        rows.map((row) => input.followUp.event[row]!),
      ),
    };
    const one = fitted({ ...input, followUp: { ...input.followUp, weights } }, { alpha: 0.7 });
    const two = fitted(repeated, { alpha: 0.7 });
    for (const [at, value] of two.coefficients.entries()) expect(one.coefficients[at]).toBeCloseTo(value, 8);
  });
  it('copes with more predictors than subjects and with a predictor given twice', () => {
    const path = fitted(cohort('wide', 30, 200), { alpha: 0.9, lambdaCount: 30 });
    expect(path.nonZero[0]).toBe(0);
    expect(path.nonZero.at(-1)).toBeGreaterThan(10);
    expect(path.coefficients.every(Number.isFinite)).toBe(true);
    const input = cohort('twice', 60, 2);
    const twice = {
      ...input,
      names: ['a', 'b', 'a again'],
      predictors: Float64Array.from(
        { length: 180 },
        (_, at) => input.predictors[Math.floor(at / 3) * 2 + [0, 1, 0][at % 3]!]!,
      ),
    };
    const [a, , again] = elasticNetCoefficients(fitted(twice, { alpha: 0.5, lambdas: [0.05] }), 0);
    expect(a).toBeCloseTo(again!, 8);
    expect(a).toBeGreaterThan(0.05);
  });
  it('keeps separated events finite, ends before no penalty at all and names the predictor', () => {
    const input = {
      names: ['age', 'killip'],
      predictors: Float64Array.of(0.3, 4, -0.2, 3, 0.9, 2, 0.1, 1),
      followUp: followUpOf([1, 2, 3, 4], [1, 1, 1, 0]),
    };
    const got = fitElasticNet(input, { alpha: 1, lambdas: [0.1, 0.01, 0] });
    if (!got.ok) throw new Error(got.issues[0]!.message);
    expect(Array.from(got.value.lambdas)).toEqual([0.1, 0.01]);
    expect(got.value.coefficients.every((value) => Math.abs(value) < 20)).toBe(true);
    expect(got.issues.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['not-estimable killip']);
    const free = fitElasticNet(input, { alpha: 1, penaltyFactors: [1, 0] });
    expect(free.issues[0]?.path).toBe('killip');
    expect(free.ok).toBe(false);
  });
  it('reports constant predictors and refuses what has no answer', () => {
    const input = cohort('constant', 30, 2);
    const constant = {
      ...input,
      predictors: input.predictors.map((value, at) => (at % 2 === 0 ? value : 0.1)),
    };
    const got = fitElasticNet(constant, { alpha: 1, lambdas: [0.01] });
    expect(got.ok && got.value.coefficients[1]).toBe(0);
    expect(got.issues.map(({ path }) => path)).toEqual(['x1']);
    const all = fitElasticNet({ ...input, predictors: new Float64Array(60).fill(3) }, { alpha: 1 });
    expect(all.ok ? [] : all.issues.map(({ path }) => path)).toEqual(['x0, x1']);
    const none = { ...input, followUp: { ...input.followUp, event: new Uint8Array(30) } };
    expect(fitElasticNet(none, { alpha: 1 }).issues[0]!.kind).toBe('too-few-events');
    const weightless = { ...input, followUp: { ...input.followUp, weights: new Float64Array(30) } };
    expect(fitElasticNet(weightless, { alpha: 1 }).issues[0]!.kind).toBe('too-few-events');
    const one = { names: ['x'], predictors: Float64Array.of(2), followUp: followUpOf([5], [1]) };
    expect(fitElasticNet(one, { alpha: 1 }).ok).toBe(false);
  });
  it.each([
    [{ alpha: 1.2 }, /alpha/],
    [{ alpha: 1, lambdas: [] }, /lambdas/],
    [{ alpha: 1, lambdas: [-1] }, /lambdas/],
    [{ alpha: 1, lambdaMinRatio: 1 }, /ratio/],
    [{ alpha: 1, lambdaCount: 0 }, /lambdas/],
    [{ alpha: 1, penaltyFactors: [0, 0] }, /factors/],
    [{ alpha: 1, penaltyFactors: [1] }, /factors/],
  ])('throws on %o', (config, message) => {
    expect(() => fitElasticNet(cohort('wrong', 10, 2), config)).toThrow(message);
  });
});

describe('coordinate descent', () => {
  it('finds the least of a quadratic with nearly collinear columns', () => {
    const curvature = Float64Array.of(1, 1 - 1e-9, 0.2, 1 - 1e-9, 1, 0.2, 0.2, 0.2, 1);
    const [gradient, from] = [Float64Array.of(1, 0.9, -0.4), Float64Array.of(0.1, 0, -0.2)];
    const first = Float64Array.of(0.1, 0.1, 0.1);
    const second = new Float64Array(3);
    const b = descend({ curvature, gradient, from, first, second });
    for (let j = 0; j < 3; j++) {
      let slope = gradient[j]!;
      for (let k = 0; k < 3; k++) slope -= curvature[j * 3 + k]! * (b[k]! - from[k]!);
      if (b[j] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(0.1 + 1e-9);
      else expect(slope).toBeCloseTo(0.1 * Math.sign(b[j]!), 9);
    }
  });
});

describe('cross-validation', () => {
  const input = cohort('folds', 90, 4);
  const [folds] = crossValidationFolds(90, {
    folds: 5,
    random: new Random('folds'),
    event: input.followUp.event,
  }) as [Int32Array];
  it('is the deviance of all rows less that of the rest, by models that saw only the rest', () => {
    const config = { alpha: 1, lambdas: [0.1, 0.03, 0.01] };
    // without ties the saturated likelihoods are equal, so they are left out
    const distinct = input.followUp.days.map((day, row) => day + row / 1000);
    const untied = { ...input, followUp: { ...input.followUp, days: distinct } };
    const scores = crossValidateElasticNet(untied, config, folds);
    if (!scores.ok) throw new Error(scores.issues[0]!.message);
    let sum = 0;
    for (const fold of [0, 1, 2, 3, 4]) {
      const rows = [...folds.keys()].filter((row) => folds[row] !== fold);
      const rest: CoxInput = {
        names: input.names,
        predictors: Float64Array.from(
          rows.flatMap((row) => [...input.predictors.subarray(row * 4, row * 4 + 4)]),
        ),
        followUp: followUpOf(
          rows.map((row) => distinct[row]!),
          rows.map((row) => input.followUp.event[row]!),
        ),
      };
      const b = elasticNetCoefficients(fitted(rest, config), 1);
      sum += 2 * (logLikelihood(rest, b) - logLikelihood(untied, b));
    }
    const events = input.followUp.event.reduce((total, code) => total + code, 0);
    expect(scores.value.deviance.mean[1]).toBeCloseTo(sum / events, 9);
  });
  it('chooses no predictor where there is nothing to find', () => {
    const random = new Random('noise');
    const noise = { ...input, predictors: input.predictors.map(() => random.normal()) };
    const got = crossValidateElasticNet(noise, { alpha: 1 }, folds);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    expect(got.value.path.nonZero[got.value.deviance.oneStandardError]).toBe(0);
    const real = crossValidateElasticNet(input, { alpha: 1 }, folds);
    if (!real.ok) throw new Error(real.issues[0]!.message);
    expect(real.value.path.nonZero[real.value.deviance.best]).toBeGreaterThanOrEqual(2);
    expect(real.value.concordance!.mean[real.value.concordance!.best]).toBeGreaterThan(0.65);
  });
  it('refuses a fold without events by its number', () => {
    const event = input.followUp.event.map((code, row) => (folds[row] === 3 ? 0 : code));
    const got = crossValidateElasticNet(
      { ...input, followUp: { ...input.followUp, event } },
      { alpha: 1 },
      folds,
    );
    expect(got.ok ? '' : got.issues[0]!.path).toBe('fold 3');
  });
});
