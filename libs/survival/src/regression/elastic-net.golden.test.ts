import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { type CoxInput, coxLinearPredictor, coxSurvival } from './cox.ts';
import { elasticNetCoefficients, elasticNetModel, fitElasticNet, relaxElasticNet } from './elastic-net.ts';
import { crossValidateElasticNet } from './elastic-net-cross-validation.ts';
import type { ElasticNetConfig } from './elastic-net-config.ts';

interface GoldenPath {
  readonly lambda: number[];
  readonly places: number[];
  readonly coefficients: number[][];
  readonly devianceRatio: number[];
  readonly nonZero: number[];
}

interface GoldenScore {
  readonly mean: number[];
  readonly error: number[];
  readonly lambdaMin: number;
  readonly lambda1se: number;
}

interface Golden {
  readonly paths: { readonly [name: string]: GoldenPath };
  readonly unpenalised: number[];
  readonly crossValidation: { folds: number[]; deviance: GoldenScore; concordance: GoldenScore };
  readonly relaxed: { lambda: number[]; coefficients: number[][]; devianceRatio: number[] };
  readonly survival: { place: number; rows: number[]; at: number[]; survival: number[][] };
}

const file = new URL('../../../../reference/survival/elastic-net.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

function near(got: ArrayLike<number>, wanted: readonly number[], tolerance: number) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(Math.abs(got[at]! - value)).toBeLessThan(tolerance);
}

describe.skipIf(!sharedTablesPresent)('the elastic net is that of R glmnet', () => {
  it.each(Object.entries(sharedTablesPresent ? cases() : {}))('%s', (name, { input, config, skip = 0 }) => {
    const wanted = golden.paths[name]!;
    const got = fitElasticNet(input, config);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    const path = got.value;
    near(path.lambdas, wanted.lambda, 2e-8 * (1 + wanted.lambda[0]!));
    for (const [at, k] of wanted.places.entries())
      if (k >= skip) near(elasticNetCoefficients(path, k), wanted.coefficients[at]!, 2e-7);
    near(path.devianceRatio.slice(skip), wanted.devianceRatio.slice(skip), 1e-7);
    expect(Array.from(path.nonZero.slice(skip))).toEqual(wanted.nonZero.slice(skip));
  });
  it('cross-validation by given folds', () => {
    const { folds, deviance, concordance } = golden.crossValidation;
    const { input } = cases()['lasso']!;
    const config = { alpha: 1, lambdas: golden.paths['lasso']!.lambda };
    const got = crossValidateElasticNet(input, config, Int32Array.from(folds));
    if (!got.ok) throw new Error(got.issues[0]!.message);
    const { path } = got.value;
    for (const [ours, wanted] of [
      [got.value.deviance, deviance],
      [got.value.concordance!, concordance],
    ] as const) {
      near(ours.mean, wanted.mean, 1e-6);
      near(ours.standardError, wanted.error, 1e-6);
      expect(path.lambdas[ours.best]).toBeCloseTo(wanted.lambdaMin, 8);
      expect(path.lambdas[ours.oneStandardError]).toBeCloseTo(wanted.lambda1se, 8);
    }
  });
  it('relaxed', () => {
    const { lambda, coefficients, devianceRatio } = golden.relaxed;
    const { input } = cases()['lasso']!;
    const config = { alpha: 1, lambdas: lambda };
    const path = fitElasticNet(input, config);
    if (!path.ok) throw new Error(path.issues[0]!.message);
    const got = relaxElasticNet(input, config, path.value);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    for (const [k, wanted] of coefficients.entries()) near(got.value.coefficients[k]!, wanted, 1e-6);
    near(got.value.devianceRatio as number[], devianceRatio, 1e-8);
  });
  it('predicts survival with Breslow hazard', () => {
    const { input, config } = cases()['lasso']!;
    const got = fitElasticNet(input, config);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    const { place, rows, at, survival } = golden.survival;
    const model = elasticNetModel(input, got.value, place);
    const risk = coxLinearPredictor(model, input.predictors);
    for (const [i, row] of rows.entries())
      near(
        at.map((t) => coxSurvival(model, risk.slice(row, row + 1), t)[0]!),
        survival[i]!,
        1e-6,
      );
  });
});

interface Case {
  readonly input: CoxInput;
  readonly config: ElasticNetConfig;
  /** The first coefficients of a ridge are 0 in glmnet. */
  readonly skip?: number;
}

function cases(): { readonly [name: string]: Case } {
  const whas = columnsOf(
    'whas500.csv',
    'age,gender,hr,sysbp,diasbp,bmi,cvd,afb,sho,chf,av3,miord,mitype',
    'lenfol',
    'fstat',
  );
  const heart = columnsOf(
    'hf299.csv',
    'age,anaemia,creatinine_phosphokinase,diabetes,ejection_fraction,high_blood_pressure,platelets,serum_creatinine,serum_sodium,sex,smoking',
    'time',
    'DEATH_EVENT',
  );
  const n = heart.followUp.days.length;
  const weights = Float64Array.from({ length: n }, (_, row) => 1 + (row % 3));
  const offset = Float64Array.from({ length: n }, (_, row) => 0.02 * (heart.predictors[row * 11]! - 60));
  return {
    lasso: { input: whas, config: { alpha: 1 } },
    half: { input: whas, config: { alpha: 0.5, lambdaCount: 40, lambdaMinRatio: 0.01 } },
    ridge: { input: whas, config: { alpha: 0, lambdaCount: 30 }, skip: 1 },
    design: {
      input: { ...heart, followUp: { ...heart.followUp, weights }, offset },
      config: { alpha: 0.7, penaltyFactors: [0, 1, 1, 2, 1, 1, 1, 0.5, 1, 1, 3] },
    },
    asGiven: { input: heart, config: { alpha: 0.5, standardise: false, lambdaCount: 20 } },
    strata: { input: stratified(), config: { alpha: 0.5, lambdas: [0.08, 0.03, 0.01, 0.003, 0.001] } },
    wide: {
      input: wide(whas),
      config: { alpha: 0.9, lambdas: Array.from({ length: 41 }, (_, k) => 0.18 * 0.9 ** k) },
    },
    wideRidge: { input: wide(whas), config: { alpha: 0.05, lambdas: [2, 1, 0.5, 0.2] } },
    zero: { input: heart, config: { alpha: 1, lambdas: [0.1, 0.01, 0] } },
  };
}

function columnsOf(table: string, covariates: string, days: string, event: string): CoxInput {
  const from = sharedTable(table);
  const names = covariates.split(',');
  const columns = names.map((name) => from.numbers(name));
  return {
    names,
    predictors: Float64Array.from(
      { length: from.rows * names.length },
      (_, at) => columns[at % names.length]![Math.floor(at / names.length)]!,
    ),
    followUp: { days: from.numbers(days), event: Uint8Array.from(from.numbers(event)) },
  };
}

function stratified(): CoxInput {
  const table = sharedTable('mgus2.csv', ['hgb', 'creat', 'mspike']);
  const columns = ['hgb', 'creat', 'mspike', 'dxyr'].map((name) => table.numbers(name));
  const entryDays = table.numbers('age').map((age) => age * 12);
  const months = table.numbers('futime');
  return {
    names: ['hgb', 'creat', 'mspike', 'year'],
    predictors: Float64Array.from({ length: table.rows * 4 }, (_, at) => columns[at % 4]![at >> 2]!),
    followUp: {
      days: entryDays.map((from, row) => from + months[row]! + 0.5),
      event: Uint8Array.from(table.numbers('death')),
      entryDays,
    },
    strata: Int32Array.from(table.text('sex'), (sex) => (sex === 'F' ? 0 : 1)),
  };
}

/** More predictors than subjects. */
function wide({ predictors, followUp }: CoxInput): CoxInput {
  const [n, p] = [60, 90];
  return {
    names: Array.from({ length: p }, (_, j) => `x${j + 1}`),
    predictors: Float64Array.from({ length: n * p }, (_, at) => {
      const [i, j] = [Math.floor(at / p), at % p];
      if (j < 2) return predictors[i * 13 + (j === 0 ? 0 : 9)]!;
      return Math.sin(0.37 * (i + 1) * (j + 1) + j + 1);
    }),
    followUp: { days: followUp.days.slice(0, n), event: followUp.event.slice(0, n) },
  };
}
