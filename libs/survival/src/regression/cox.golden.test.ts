import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { type CoxInput, fitCox } from './cox.ts';
import { coxCurves } from './cox-curve.ts';
import { coxResiduals } from './cox-diagnostics.ts';
import type { Ties } from './cox-rows.ts';
import { proportionalHazards } from './proportional-hazards.ts';
import type { TimeScale } from './time-transform.ts';

interface Golden {
  readonly coefficients: number[];
  readonly standardErrors: number[];
  readonly logLikelihood: number[];
  readonly likelihoodRatio: number;
  readonly wald: number;
  readonly score: number;
  readonly residuals?: { readonly [kind in 'martingale' | 'deviance' | 'score' | 'dfbeta']: number[] };
  readonly schoenfeldSquares?: number[];
  readonly zph?: { readonly terms: number[]; readonly global: number };
}

const file = new URL('../../../../reference/survival/cox.json', import.meta.url);
const golden = (JSON.parse(readFileSync(file, 'utf8')) as { results: { [name: string]: Golden } }).results;

function near(got: ArrayLike<number>, wanted: readonly number[], tolerance: number) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(Math.abs(got[at]! - value)).toBeLessThan(tolerance);
}

describe.skipIf(!sharedTablesPresent)('Cox regression is that of R survival', () => {
  it.each(Object.entries(golden))('%s', (name, wanted) => {
    const { input, ties } = models()[name]!;
    const got = fitCox(input, { ties });
    if (!got.ok) throw new Error(got.issues[0]!.message);
    const fit = got.value;
    near(fit.coefficients, wanted.coefficients, 1e-8);
    near(fit.standardErrors, wanted.standardErrors, 1e-8);
    near([fit.logLikelihood.null, fit.logLikelihood.fitted], wanted.logLikelihood, 1e-8);
    near([fit.tests.likelihoodRatio.chiSquare], [wanted.likelihoodRatio], 1e-6);
    near([fit.tests.wald.chiSquare], [wanted.wald], 1e-6);
    near([fit.tests.score.chiSquare], [wanted.score], 1e-6);
    if (wanted.zph) {
      const tests = proportionalHazards(input, fit, ties);
      if (!tests.ok) throw new Error(tests.issues[0]!.message);
      near(
        tests.value.terms.map(({ chiSquare }) => chiSquare),
        wanted.zph.terms,
        1e-6,
      );
      near([tests.value.global.chiSquare], [wanted.zph.global], 1e-6);
    }
    if (wanted.residuals) {
      const residuals = coxResiduals(input, fit, ties);
      const n = input.followUp.days.length;
      const p = input.names.length;
      const some = (values: Float64Array, width: number) =>
        values.filter((_, at) => Math.floor(at / width) % 7 === 0);
      expect(residuals.martingale.length).toBe(n);
      near(some(residuals.martingale, 1), wanted.residuals.martingale, 1e-8);
      near(some(residuals.deviance, 1), wanted.residuals.deviance, 1e-8);
      near(some(residuals.score, p), wanted.residuals.score, 1e-6);
      near(some(residuals.dfbeta, p), wanted.residuals.dfbeta, 1e-8);
      const squares = new Float64Array(p);
      for (const [at, value] of residuals.schoenfeld.values.entries()) squares[at % p]! += value ** 2;
      near(squares, wanted.schoenfeldSquares!, 1e-5);
    }
  });
});

interface GoldenCurves {
  readonly at: number[];
  readonly curves: { readonly [what in 'survival' | 'standardError' | 'low' | 'high']: number[] }[];
  readonly zph: { readonly [scale in TimeScale]: number[] };
  readonly scaled?: number[];
}

const curvesFile = new URL('../../../../reference/survival/cox-curves.json', import.meta.url);
const goldenCurves = (
  JSON.parse(readFileSync(curvesFile, 'utf8')) as { results: { [name: string]: GoldenCurves } }
).results;

describe.skipIf(!sharedTablesPresent)(
  'curves of patients and tests of proportional hazards are those of R',
  () => {
    it.each(Object.entries(goldenCurves))('%s', (name, wanted) => {
      const { input, ties } = models()[name]!;
      const got = fitCox(input, { ties });
      if (!got.ok) throw new Error(got.issues[0]!.message);
      const curves = coxCurves(input, got.value, ties, patients[name]!, {
        days: Float64Array.from(wanted.at),
        ...(name === 'strata' ? { strata: Int32Array.of(1, 1) } : {}),
      });
      for (const [i, curve] of curves.entries())
        for (const what of ['survival', 'standardError', 'low', 'high'] as const)
          near(curve[what], wanted.curves[i]![what], 1e-8);
      for (const [scale, statistics] of Object.entries(wanted.zph)) {
        const tests = proportionalHazards(input, got.value, ties, scale as TimeScale);
        if (!tests.ok) throw new Error(tests.issues[0]!.message);
        const { terms, global } = tests.value;
        near(
          [...terms, global].map(({ chiSquare }) => chiSquare),
          statistics,
          1e-6,
        );
      }
      if (wanted.scaled) {
        const { scaled } = coxResiduals(input, got.value, ties).schoenfeld;
        near(
          scaled.filter((_, at) => Math.floor(at / 3) % 9 === 0),
          wanted.scaled,
          1e-7,
        );
      }
    });
  },
);

const patients: { readonly [name: string]: Float64Array } = {
  efron: Float64Array.of(50, 1, 0, 70, 2, 2),
  breslow: Float64Array.of(50, 1, 0, 70, 2, 2),
  cluster: Float64Array.of(50, 1, 0, 70, 2, 2),
  entry: Float64Array.of(13, 1, 1, 9, 2, 2),
  strata: Float64Array.of(50, 0, 3, 60, 1, 4),
};

it('refuses what exact ties have no answer for', () => {
  const followUp = { days: Float64Array.of(1, 1, 2), event: Uint8Array.of(1, 1, 0) };
  const input = { names: ['x'], predictors: Float64Array.of(0, 1, 1), followUp };
  const weights = Float64Array.of(1, 2, 1);
  expect(() => fitCox({ ...input, cluster: Int32Array.of(0, 0, 1) }, { ties: 'exact' })).toThrow(/robust/);
  expect(() => fitCox({ ...input, followUp: { ...followUp, weights } }, { ties: 'exact' })).toThrow(
    /weights/,
  );
  expect(() => fitCox({ ...input, strata: Int32Array.of(1) }, { ties: 'efron' })).toThrow(
    /3 codes of strata/,
  );
});

interface Model {
  readonly input: CoxInput;
  readonly ties: Ties;
}

function models(): { readonly [name: string]: Model } {
  const pbc = sharedTable('pbc.csv');
  const lung = sharedTable('lung.csv', ['time', 'status', 'age', 'sex', 'ph.ecog', 'inst']);
  const veteran = sharedTable('veteran.csv');
  const mgus2 = sharedTable('mgus2.csv', ['hgb', 'creat', 'mspike']);
  const codes = (column: string[]) =>
    Int32Array.from(column, (cell) => [...new Set(column)].sort().indexOf(cell));
  const bilirubin = pbc.numbers('bili').map(Math.log);
  const pbcFollowUp = followUpOf(pbc.numbers('time'), pbc.numbers('status'), 2);
  const lungInput = {
    ...columns({ age: lung.numbers('age'), sex: lung.numbers('sex'), ecog: lung.numbers('ph.ecog') }),
    followUp: followUpOf(lung.numbers('time'), lung.numbers('status'), 2),
  };
  const from = mgus2.numbers('age').map((age) => age * 12);
  return {
    strata: {
      ties: 'efron',
      input: {
        ...columns({ age: pbc.numbers('age'), bilirubin, albumin: pbc.numbers('albumin') }),
        followUp: {
          ...pbcFollowUp,
          weights: Float64Array.from({ length: pbc.rows }, (_, row) => 1 + ((row + 1) % 3)),
        },
        strata: codes(pbc.text('sex')),
      },
    },
    offset: {
      ties: 'efron',
      input: {
        ...columns({ age: pbc.numbers('age'), albumin: pbc.numbers('albumin') }),
        followUp: pbcFollowUp,
        offset: bilirubin,
      },
    },
    efron: { ties: 'efron', input: lungInput },
    breslow: { ties: 'breslow', input: lungInput },
    cluster: { ties: 'efron', input: { ...lungInput, cluster: codes(lung.text('inst')) } },
    exact: {
      ties: 'exact',
      input: {
        ...columns({
          trt: veteran.numbers('trt'),
          karno: veteran.numbers('karno'),
          age: veteran.numbers('age'),
        }),
        followUp: followUpOf(veteran.numbers('time'), veteran.numbers('status'), 1),
      },
    },
    entry: {
      ties: 'efron',
      input: {
        ...columns({
          hgb: mgus2.numbers('hgb'),
          creat: mgus2.numbers('creat'),
          mspike: mgus2.numbers('mspike'),
        }),
        followUp: {
          ...followUpOf(
            mgus2.numbers('futime').map((months, row) => from[row]! + months + 0.5),
            mgus2.numbers('death'),
            1,
          ),
          entryDays: from,
        },
      },
    },
    changing: { ties: 'efron', input: changing() },
  };
}

/** The veterans' Karnofsky score with an effect that changes on day 100: a second row from there. */
function changing(): CoxInput {
  const table = sharedTable('veteran.csv');
  const [time, status, karno, age] = ['time', 'status', 'karno', 'age'].map((name) => table.numbers(name));
  const all = [...time!.keys()];
  const rows = [
    ...all.map((row) => ({ row, from: 0, to: Math.min(time![row]!, 100), late: 0 })),
    ...all.filter((row) => time![row]! > 100).map((row) => ({ row, from: 100, to: time![row]!, late: 1 })),
  ];
  const of = (value: (entry: (typeof rows)[number]) => number) => Float64Array.from(rows, value);
  return {
    ...columns({
      karno: of(({ row }) => karno![row]!),
      changed: of(({ row, late }) => karno![row]! * late),
      age: of(({ row }) => age![row]!),
    }),
    followUp: {
      ...followUpOf(
        of(({ to }) => to),
        of(({ row, late }) => (late === 0 && time![row]! > 100 ? 0 : status![row]!)),
        1,
      ),
      entryDays: of(({ from }) => from),
    },
    cluster: Int32Array.from(rows, ({ row }) => row),
  };
}

function followUpOf(days: Float64Array, status: Float64Array, dead: number) {
  return { days, event: Uint8Array.from(status, (code) => (code === dead ? 1 : 0)) };
}

function columns(values: { readonly [name: string]: Float64Array }) {
  const names = Object.keys(values);
  const all = Object.values(values);
  const n = all[0]!.length;
  const p = names.length;
  return {
    names,
    predictors: Float64Array.from({ length: n * p }, (_, at) => all[at % p]![Math.floor(at / p)]!),
  };
}
