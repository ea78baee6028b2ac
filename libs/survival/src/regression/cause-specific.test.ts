import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { causeSpecificRisk, fitCauseSpecific } from './cause-specific.ts';
import { type CoxInput, fitCox } from './cox.ts';

interface Golden {
  readonly coefficients: { readonly [cause: string]: number[] };
  readonly standardErrors: { readonly [cause: string]: number[] };
  readonly at: number[];
  readonly rows: number[];
  readonly productLimit: number[][][];
  readonly exponential: number[][][];
  readonly eventFree: number[][];
}

const file = new URL('../../../../reference/survival/cause-specific.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as { readonly [name: string]: Golden };

function cohort(seed: string, n: number): CoxInput {
  const random = new Random(seed);
  const predictors = Float64Array.from({ length: 2 * n }, () => random.normal());
  return {
    names: ['age', 'hr'],
    predictors,
    followUp: followUpOf(
      Array.from({ length: n }, (_, row) =>
        Math.ceil(30 * random.exponential(Math.exp(0.6 * predictors[2 * row]!))),
      ),
      Array.from({ length: n }, () => random.integer(3)),
    ),
  };
}

function fitted(input: CoxInput, ties: 'efron' | 'breslow' = 'efron') {
  const got = fitCauseSpecific(input, { ties });
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

describe('cause-specific regression', () => {
  it('has risks of all causes and event-free survival that add up to 1, on the product limit', () => {
    const input = cohort('sum', 120);
    const days = Float64Array.of(0, 5, 20, 60, 1000);
    const { incidence, eventFree } = causeSpecificRisk(fitted(input), input.predictors, days);
    for (const [at, free] of eventFree.entries())
      expect(free + incidence[0]![at]! + incidence[1]![at]!).toBeCloseTo(1, 12);
    expect(incidence[0]!.filter((_, at) => at % 5 === 0).every((value) => value === 0)).toBe(true);
  });
  it('is the Aalen-Johansen estimate where the predictor says nothing, with Breslow ties', () => {
    // every subject twice, with x = -1 and 1: the coefficient is exactly 0
    const { followUp } = cohort('twice', 60);
    const twice = {
      days: Float64Array.of(...followUp.days, ...followUp.days),
      event: Uint8Array.of(...followUp.event, ...followUp.event),
    };
    const predictors = Float64Array.from({ length: 120 }, (_, row) => (row < 60 ? -1 : 1));
    const fit = fitted({ names: ['x'], predictors, followUp: twice }, 'breslow');
    const days = Float64Array.of(3, 10, 30, 80);
    const { incidence } = causeSpecificRisk(fit, Float64Array.of(0), days);
    for (const cause of [1, 2]) {
      const estimate = aalenJohansen(followUp, cause);
      for (const [k, day] of days.entries())
        expect(incidence[cause - 1]![k]).toBeCloseTo(incidenceAt(estimate, day), 9);
    }
  });
  it('has the models of fitCox with the other causes censored', () => {
    const input = cohort('cox', 80);
    const event = input.followUp.event.map((code) => (code === 2 ? 1 : 0));
    const cox = fitCox({ ...input, followUp: { ...input.followUp, event } }, { ties: 'efron' });
    const second = fitted(input).causes[1]!;
    expect(second.cause).toBe(2);
    expect(cox.ok && cox.value.coefficients).toEqual(second.fit.coefficients);
  });
  it('leaves nobody rather than fewer than none', () => {
    const input = cohort('extreme', 60);
    const fit = fitted(input);
    const { incidence, eventFree } = causeSpecificRisk(fit, Float64Array.of(12, 3), Float64Array.of(10, 1e4));
    for (const [at, free] of eventFree.entries()) {
      expect(free).toBeGreaterThanOrEqual(0);
      expect(free + incidence[0]![at]! + incidence[1]![at]!).toBeCloseTo(1, 12);
    }
  });
  it('names the cause and the predictor that has no estimate, and refuses a table without events', () => {
    const input = cohort('names', 40);
    const killip = Float64Array.from(input.followUp.event, (code) => (code === 2 ? 1 : 0));
    const separated = {
      ...input,
      predictors: input.predictors.map((value, at) => (at % 2 === 0 ? value : killip[(at - 1) / 2]!)),
    };
    const got = fitCauseSpecific(separated, { ties: 'efron' });
    expect(got.ok ? '' : got.issues[0]!.path).toBe('cause 1: hr');
    const none = { ...input, followUp: { ...input.followUp, event: new Uint8Array(40) } };
    expect(fitCauseSpecific(none, { ties: 'efron' }).issues[0]!.kind).toBe('too-few-events');
  });
});

describe.skipIf(!sharedTablesPresent)('cause-specific regression is that of R riskRegression', () => {
  it.each(['mgus2', 'pbc', 'strata'])('%s', (name) => {
    const wanted = golden[name]!;
    const input = inputs(name);
    const fit = fitted(input, name === 'pbc' ? 'breslow' : 'efron');
    for (const { cause, fit: model } of fit.causes) {
      near(model.coefficients, wanted.coefficients[`Cause ${cause}`]!, 1e-7);
      near(model.standardErrors, wanted.standardErrors[`Cause ${cause}`]!, 1e-7);
    }
    const p = input.names.length;
    for (const [i, row] of wanted.rows.entries()) {
      const x = input.predictors.subarray(row * p, (row + 1) * p);
      const at = (eventFree: 'product-limit' | 'exponential') =>
        causeSpecificRisk(fit, x, Float64Array.from(wanted.at), {
          eventFree,
          strata: Int32Array.of(input.strata?.[row] ?? 0),
        });
      const [product, exponential] = [at('product-limit'), at('exponential')];
      for (const c of [0, 1]) {
        near(product.incidence[c]!, wanted.productLimit[c]![i]!, 1e-6);
        near(exponential.incidence[c]!, wanted.exponential[c]![i]!, 1e-6);
      }
      near(product.eventFree, wanted.eventFree[i]!, 1e-6);
    }
  });
});

function near(got: ArrayLike<number>, wanted: readonly number[], tolerance: number) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(Math.abs(got[at]! - value)).toBeLessThan(tolerance);
}

function inputs(name: string): CoxInput {
  if (name === 'pbc') {
    const table = sharedTable('pbc.csv');
    const columns = [table.numbers('age'), table.numbers('bili').map(Math.log), table.numbers('albumin')];
    return {
      names: ['age', 'log', 'albumin'],
      predictors: Float64Array.from(
        { length: table.rows * 3 },
        (_, at) => columns[at % 3]![Math.floor(at / 3)]!,
      ),
      followUp: {
        days: table.numbers('time'),
        event: Uint8Array.from(table.numbers('status'), (code) => [0, 2, 1][code]!),
      },
    };
  }
  const table = sharedTable('mgus2.csv', ['hgb', 'creat', 'mspike']);
  const names = name === 'mgus2' ? ['age', 'hgb', 'mspike'] : ['age', 'hgb'];
  const columns = names.map((column) => table.numbers(column));
  const [progressed, death] = [table.numbers('pstat'), table.numbers('death')];
  const [toProgression, toEnd] = [table.numbers('ptime'), table.numbers('futime')];
  const p = names.length;
  return {
    names,
    predictors: Float64Array.from(
      { length: table.rows * p },
      (_, at) => columns[at % p]![Math.floor(at / p)]!,
    ),
    followUp: {
      days: toEnd.map((end, row) => (progressed[row] === 1 ? toProgression[row]! : end)),
      event: Uint8Array.from(progressed, (yes, row) => (yes === 1 ? 1 : 2 * death[row]!)),
    },
    ...(name === 'strata'
      ? { strata: Int32Array.from(table.text('sex'), (sex) => (sex === 'F' ? 0 : 1)) }
      : {}),
  };
}
