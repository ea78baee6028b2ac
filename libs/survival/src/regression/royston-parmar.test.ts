import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { aftLocation, aftSurvival, fitAft } from './aft.ts';
import {
  fitRoystonParmar,
  roystonParmarRisk,
  type RoystonParmarScale,
  roystonParmarSurvival,
} from './royston-parmar.ts';

interface Golden {
  readonly table: string;
  readonly time: string;
  readonly event: string;
  readonly entry?: string;
  readonly covariates: readonly string[];
  readonly innerKnots: number;
  readonly scale: RoystonParmarScale;
  readonly knots: readonly number[];
  readonly spline: readonly number[];
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly logLikelihood: number;
  readonly days: readonly number[];
  readonly survival: readonly (readonly number[])[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/royston-parmar.json', import.meta.url), 'utf8'),
) as { fits: readonly Golden[] };

function fitted(...args: Parameters<typeof fitRoystonParmar>) {
  const got = fitRoystonParmar(...args);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

function near(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (let at = 0; at < got.length; at++)
    expect(Math.abs(got[at]! - expected[at]!), `place ${at}`).toBeLessThan(tolerance);
}

const days = [4, 9, 2, 7, 5, 1, 12, 3, 6, 6, 8, 11];
const x = Float64Array.from(days, (_, row) => (row * 5) % 7);

describe('the flexible parametric model', () => {
  const followUp = {
    ...followUpOf(
      days,
      days.map((_, row) => (row % 3 === 0 ? 0 : 1)),
    ),
    entryDays: x.map((v) => v / 8),
  };
  it.each([
    ['hazard', 'weibull'],
    ['odds', 'log-logistic'],
    ['normal', 'log-normal'],
  ] as const)('is on the %s scale without inner knots the %s model', (scale, distribution) => {
    const input = { names: ['x'], predictors: x, followUp };
    const flexible = fitted(input, { innerKnots: 0, scale });
    const straight = fitAft(input, distribution);
    if (!straight.ok) throw new Error(straight.issues[0]!.message);
    expect(flexible.logLikelihood.fitted).toBeCloseTo(straight.value.logLikelihood.fitted, 9);
    near(
      roystonParmarSurvival(flexible, roystonParmarRisk(flexible, x), 5),
      aftSurvival(straight.value, aftLocation(straight.value, x), 5),
      1e-8,
    );
  });
  it('counts a row of weight 2 twice', () => {
    const twice = [...days.keys(), 0, 1];
    const weights = Float64Array.from(days, (_, row) => (row < 2 ? 2 : 1));
    const event = days.map((_, row) => (row % 3 === 2 ? 0 : 1));
    const predictors = x;
    const one = fitted(
      { names: ['x'], predictors, followUp: { ...followUpOf(days, event), weights } },
      { innerKnots: 0, scale: 'hazard' },
    );
    const two = fitted(
      {
        names: ['x'],
        predictors: Float64Array.from(twice, (row) => x[row]!),
        followUp: followUpOf(
          twice.map((row) => days[row]!),
          twice.map((row) => event[row]!),
        ),
      },
      { innerKnots: 0, scale: 'hazard' },
    );
    near(one.coefficients, two.coefficients, 1e-8);
    near(one.standardErrors, two.standardErrors, 1e-8);
  });
  it.each([
    ['a constant column', new Float64Array(12).fill(3), days.map(() => 1), 'x', 2],
    ['no events', x, days.map(() => 0), 'fitRoystonParmar', 2],
    ['too few event days for the knots', x, days.map((day) => (day === 6 ? 1 : 0)), 'fitRoystonParmar', 2],
  ])('refuses %s', (_, predictors, event, path, innerKnots) => {
    const got = fitRoystonParmar(
      { names: ['x'], predictors, followUp: followUpOf(days, event) },
      { innerKnots, scale: 'hazard' },
    );
    expect(got.issues[0]!.path).toBe(path);
  });
});

describe.skipIf(!sharedTablesPresent)('the flexible parametric model on cohorts', () => {
  it.each(golden.fits)('agrees with optim: $table, $innerKnots knots, $scale, entry $entry', (expected) => {
    const table = sharedTable(`${expected.table}.csv`);
    const ends = table.numbers(expected.time);
    const entries = expected.entry ? table.numbers(expected.entry) : ends.map(() => -1);
    const kept = [...ends.keys()].filter((row) => entries[row]! < ends[row]!);
    const take = (values: Float64Array) => Float64Array.from(kept, (row) => values[row]!);
    const covariates = expected.covariates.map((name) => take(table.numbers(name)));
    const predictors = Float64Array.from(kept.flatMap((_, row) => covariates.map((values) => values[row]!)));
    const offset = expected.table === 'lung' ? 1 : 0; // lung codes the censored 1 and the dead 2
    const followUp = {
      days: take(ends),
      event: Uint8Array.from(take(table.numbers(expected.event)), (code) => code - offset),
      ...(expected.entry ? { entryDays: take(entries) } : {}),
    };
    const { innerKnots, scale } = expected;
    const fit = fitted({ names: expected.covariates, predictors, followUp }, { innerKnots, scale });
    near(fit.knots, expected.knots, 1e-9);
    near(fit.coefficients, expected.coefficients, 1e-6);
    near(fit.spline, expected.spline, 1e-5);
    near(fit.standardErrors, expected.standardErrors, 1e-5);
    expect(fit.logLikelihood.fitted).toBeCloseTo(expected.logLikelihood, 6);
    const risk = roystonParmarRisk(fit, predictors).slice(0, 5);
    for (const [k, day] of expected.days.entries())
      near(roystonParmarSurvival(fit, risk, day), expected.survival[k]!, 1e-6);
  });
});
