import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { invertCholesky } from '../numerics/cholesky.ts';
import { sandwich } from '../numerics/matrix.ts';
import { fitCox } from '../regression/cox.ts';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { categoryPosterior, categoryProbabilities, modelOf } from './category-model.ts';
import { impute } from './chained-equations.ts';
import type { ImputationColumn } from './column.ts';
import { linearPosterior } from './linear-model.ts';
import { outcomePredictors } from './outcome-predictors.ts';
import { pool } from './pooling.ts';
import { poolWald } from './pooled-wald.ts';
import { nearestDonors } from './predictive-mean-matching.ts';
import type { PredictorMatrix, Standardised } from './predictor-matrix.ts';

interface Rules {
  readonly [name: string]: number[];
}
interface Cells {
  readonly [column: string]: { mean: number; meanError: number; sd: number; sdError: number };
}
interface Tables {
  readonly cells: Cells;
  readonly coefficients: number[];
  readonly between: number[];
  readonly m: number;
}
const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/imputation.json', import.meta.url), 'utf8'),
);

function near(got: ArrayLike<number>, wanted: readonly number[], tolerance: number) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries())
    expect(Math.abs(got[at]! - value), `entry ${at}: ${got[at]}, expected ${value}`).toBeLessThan(tolerance);
}

describe("Rubin's rules are those of mice", () => {
  const { estimates, errors } = golden.rubin as { estimates: number[][]; errors: number[][] };
  it.each([
    ['finite', 300],
    ['infinite', Number.POSITIVE_INFINITY],
  ])('with %s degrees of freedom of the complete data', (name, complete) => {
    const wanted = golden.rubin[name] as Rules;
    const got = estimates[0]!.map((_, j) =>
      pool(
        estimates.map((row) => row[j]!),
        errors.map((row) => row[j]!),
        complete,
      ),
    );
    const of = (key: keyof (typeof got)[0]) => got.map((one) => one[key]);
    near(of('estimate'), wanted['estimate']!, 1e-13);
    near(of('within'), wanted['within']!, 1e-13);
    near(of('between'), wanted['between']!, 1e-13);
    near(of('total'), wanted['total']!, 1e-13);
    near(of('degreesOfFreedom').map(Math.log), wanted['df']!.map(Math.log), 1e-9);
    near(of('relativeIncrease'), wanted['relativeIncrease']!, 1e-9);
    near(of('lambda'), wanted['lambda']!, 1e-9);
    near(of('fractionMissing'), wanted['fractionMissing']!, 1e-9);
    near(of('p'), wanted['p']!, 1e-9);
    near(of('low'), wanted['low']!, 1e-9);
    near(of('high'), wanted['high']!, 1e-9);
  });
  it('and the test of several coefficients has the published formula, with many and with few tables', () => {
    const covariances = (golden.rubin.covariances as number[][]).map((row) => Float64Array.from(row));
    const few = (rows: Float64Array[]) => rows.slice(0, 2);
    const corner = covariances.map((row) => Float64Array.of(row[0]!, row[1]!, row[4]!, row[5]!));
    const rows = estimates.map((row) => Float64Array.from(row));
    for (const [test, wanted] of [
      [poolWald(rows, covariances), golden.rubin.wald],
      [
        poolWald(
          few(rows).map((row) => row.slice(0, 2)),
          few(corner),
        ),
        golden.rubin.waldFew,
      ],
    ] as const) {
      if (!test.ok) throw new Error(test.issues[0]!.message);
      const { f, denominatorDegreesOfFreedom: df, relativeIncrease, p } = test.value;
      near([f / wanted.f, df / wanted.df, relativeIncrease / wanted.relativeIncrease], [1, 1, 1], 1e-8);
      near([p], [wanted.p], 1e-10);
    }
  });
});

it('the donors of a match are those that mice draws from', () => {
  const { fitted, targets, sets } = golden.donors as {
    fitted: number[];
    targets: number[];
    sets: number[][];
  };
  const order = [...fitted.keys()].sort((a, b) => fitted[a]! - fitted[b]!);
  const sorted = Float64Array.from(order, (row) => fitted[row]!);
  for (const [k, target] of targets.entries()) {
    const [from, to] = nearestDonors(sorted, target, 5);
    expect(order.slice(from, to).sort((a, b) => a - b)).toEqual(sets[k]);
  }
});

function pbc() {
  const table = sharedTable('pbc.csv');
  const status = table.numbers('status');
  const followUp = { days: table.numbers('time'), event: Uint8Array.from(status) };
  const [, h1, , h2] = outcomePredictors(followUp).map(({ values }) => values);
  const logBili = table.numbers('bili').map(Math.log);
  const matrix: PredictorMatrix = {
    names: ['age', 'log bili', 'albumin', 'edema', 'dead', 'hazard'],
    columns: [
      table.numbers('age'),
      logBili,
      table.numbers('albumin'),
      table.numbers('edema'),
      status.map((code) => (code === 2 ? 1 : 0)),
      h2!,
    ],
  };
  return { table, followUp, status, h1: h1!, h2: h2!, logBili, matrix };
}

const observedRows = (values: Float64Array) =>
  Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]!));

/** The linear map from a constant and slopes of standardised predictors to those of predictors as they are. */
function mapOf({ kept, means, scales }: Standardised): Float64Array {
  const size = kept.length + 1;
  const map = new Float64Array(size * size);
  map[0] = 1;
  for (const [j, scale] of scales.entries()) {
    map[j + 1] = -means[j]! / scale;
    map[(j + 1) * size + j + 1] = 1 / scale;
  }
  return map;
}

describe.skipIf(!sharedTablesPresent)('the regressions behind an imputation of pbc', () => {
  it('take the Nelson-Aalen hazards of survfit', () => {
    const { h1, h2 } = pbc();
    near(h1, golden.hazards.h1, 1e-12);
    near(h2, golden.hazards.h2, 1e-12);
  });
  it('have the estimate, covariance and residuals of mice estimice', () => {
    const { table, matrix } = pbc();
    const y = table.numbers('chol');
    const got = linearPosterior(y, matrix, observedRows(y));
    const { constant, slopes } = got.estimate;
    near([constant, ...slopes], golden.linear.coefficients, 1e-7);
    near([got.residualSquares / golden.linear.squares], [1], 1e-12);
    expect(got.degreesOfFreedom).toBe(golden.linear.df);
    const [size, inner] = [7, invertCholesky(got.factor)];
    const covariance = new Float64Array(size * size);
    covariance[0] = 1 / got.rows;
    for (let i = 0; i < 6; i++)
      for (let j = 0; j < 6; j++) covariance[(i + 1) * size + j + 1] = inner[i * 6 + j]!;
    near(sandwich(mapOf(got.standardised), covariance), golden.linear.covariance, 1e-9);
  });
  it.each([
    ['logistic', 1e-6],
    ['told', 1e-4],
  ])('have the estimate and covariance of glm on the rows of augment: %s', (name, tolerance) => {
    const { table, matrix } = pbc();
    const edema = table.numbers('edema');
    const y =
      name === 'logistic'
        ? table.numbers('hepato')
        : table.numbers('ascites').map((cell, row) => (Number.isNaN(cell) ? cell : Number(edema[row]! > 0)));
    const got = categoryPosterior(y, 2, false, matrix, observedRows(y))!;
    const model = modelOf(got, got.parameters);
    if (model.method !== 'nominal') throw new Error('expected scores');
    near([model.scores[0]!.constant, ...model.scores[0]!.slopes], golden[name].coefficients, tolerance);
    near(
      sandwich(mapOf(got.standardised), invertCholesky(got.factor)),
      golden[name].covariance,
      tolerance * Math.max(...golden[name].covariance.map(Math.abs)),
    );
  });
  it('have the probabilities of multinom, whose optimiser stops a little before the end', () => {
    const { table, matrix } = pbc();
    const y = table.numbers('stage').map((stage) => stage - 1);
    const got = categoryPosterior(y, 4, false, matrix, observedRows(y))!;
    const model = modelOf(got, got.parameters);
    const { probabilities, rows } = golden.multinomial as { probabilities: number[]; rows: number[] };
    const fitted = rows.flatMap((row) => [...categoryProbabilities(model, matrix.columns, row - 1)]);
    near(fitted, probabilities, 1e-5);
  });
  it('have the thresholds, slopes and covariance of lrm', () => {
    const { table, matrix } = pbc();
    const y = table.numbers('stage').map((stage) => stage - 1);
    const got = categoryPosterior(y, 4, true, matrix, observedRows(y))!;
    const model = modelOf(got, got.parameters);
    if (model.method !== 'ordinal') throw new Error('expected thresholds');
    // lrm models P(Y ≥ k): its intercepts are the thresholds with the other sign
    near([...model.thresholds.map((cut) => -cut), ...model.score.slopes], golden.ordinal.coefficients, 1e-6);
    const size = 9;
    const map = new Float64Array(size * size);
    const { means, scales } = got.standardised;
    for (let k = 0; k < 3; k++) {
      map[k * size + k] = -1;
      for (const [j, scale] of scales.entries()) map[k * size + 3 + j] = -means[j]! / scale;
    }
    for (const [j, scale] of scales.entries()) map[(3 + j) * size + 3 + j] = 1 / scale;
    near(sandwich(map, invertCholesky(got.factor)), golden.ordinal.covariance, 1e-5);
  });
});

describe.skipIf(!sharedTablesPresent)(
  'imputed tables of pbc agree with those of mice within Monte Carlo error',
  () => {
    const imputations = 40;
    const numeric = ['albumin', 'lbili', 'chol', 'copper', 'platelet'];

    /** The columns of reference/survival/imputation.R; planted hides albumin and bilirubin as it does. */
    function columnsOf(planted: boolean, method: 'pmm' | 'norm'): ImputationColumn[] {
      const { table, status, logBili } = pbc();
      const id = table.numbers('id');
      const age = table.numbers('age');
      const hide = (cells: Float64Array, hidden: (row: number) => boolean) =>
        cells.map((cell, row) => (planted && hidden(row) ? Number.NaN : cell));
      const cells: Record<string, Float64Array> = {
        age,
        female: Float64Array.from(table.text('sex'), (sex) => (sex === 'f' ? 1 : 0)),
        lbili: hide(logBili, (row) => ((id[row]! * 631) % 1013) / 1013 < (status[row] === 2 ? 0.4 : 0.1)),
        albumin: hide(
          table.numbers('albumin'),
          (row) => ((id[row]! * 137) % 1009) / 1009 < (age[row]! > 50 ? 0.5 : 0.15),
        ),
        chol: table.numbers('chol'),
        platelet: table.numbers('platelet'),
        copper: table.numbers('copper'),
        hepato: table.numbers('hepato'),
        stage: table.numbers('stage').map((stage) => stage - 1),
      };
      const kinds: Record<string, ImputationColumn['kind']> = {
        female: 'binary',
        hepato: 'binary',
        stage: 'ordered',
      };
      return Object.entries(cells).map(([name, values]) => ({
        name,
        kind: kinds[name] ?? 'numeric',
        values: values.map((value) => (Number.isNaN(value) ? 0 : value)),
        observed: Uint8Array.from(values, (value) => Number(!Number.isNaN(value))),
        ...(numeric.includes(name) ? { method } : {}),
      }));
    }

    it.each([
      ['pmm', false, 'pmm'],
      ['norm', true, 'norm'],
      ['plantedPmm', true, 'pmm'],
    ] as const)('%s', (name, planted, method) => {
      const { followUp, status } = pbc();
      const columns = columnsOf(planted, method);
      const got = impute(
        { columns, followUp },
        { imputations, iterations: 5, random: new Random(`pbc ${name}`) },
      );
      if (!got.ok) throw new Error(got.issues[0]!.message);
      const { completed, traces } = got.value;
      const wanted = golden.tables[name] as Tables;
      const check = (value: number[], mean: number, error: number, what: string) => {
        const own = value.reduce((sum, one) => sum + one, 0) / value.length;
        const spread = Math.sqrt(value.reduce((sum, one) => sum + (one - own) ** 2, 0) / (value.length - 1));
        const distance = Math.abs(own - mean) / Math.hypot(error, spread / Math.sqrt(value.length));
        expect(distance, `${what}: ${own}, mice ${mean}`).toBeLessThan(4);
      };
      expect(traces.map((trace) => trace.name).sort()).toEqual(Object.keys(wanted.cells).sort());
      for (const { name: column, means, standardDeviations } of traces) {
        const shift = column === 'stage' ? 1 : 0;
        const { mean, meanError, sd, sdError } = wanted.cells[column]!;
        check(
          means.map((trace) => trace.at(-1)! + shift),
          mean,
          meanError,
          `mean of ${column}`,
        );
        check(
          standardDeviations.map((trace) => trace.at(-1)!),
          sd,
          sdError,
          `sd of ${column}`,
        );
      }
      const used = ['age', 'lbili', 'albumin', 'chol', 'copper', 'hepato'];
      const places = used.map((one) => columns.findIndex((column) => column.name === one));
      const dead = { ...followUp, event: Uint8Array.from(status, (code) => Number(code === 2)) };
      const fits = completed.map((table) => {
        const predictors = [...dead.days.keys()].flatMap((row) => places.map((place) => table[place]![row]!));
        const fit = fitCox(
          { names: used, predictors: Float64Array.from(predictors), followUp: dead },
          { ties: 'efron' },
        );
        if (!fit.ok) throw new Error(fit.issues[0]!.message);
        return fit.value.coefficients;
      });
      for (const [j, covariate] of used.entries())
        check(
          fits.map((fit) => fit[j]!),
          wanted.coefficients[j]!,
          wanted.between[j]! / Math.sqrt(wanted.m),
          `coefficient of ${covariate}`,
        );
    });
  },
);
