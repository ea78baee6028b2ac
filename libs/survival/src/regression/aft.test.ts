import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { type AftDistribution, aftLocation, aftQuantile, aftSurvival, fitAft } from './aft.ts';

interface Golden {
  readonly table: string;
  readonly time: string;
  readonly event: string;
  readonly covariates: readonly string[];
  readonly distribution: AftDistribution;
  readonly weighted: boolean;
  readonly coefficients: readonly number[];
  readonly logScale: number;
  readonly standardErrors: readonly number[];
  readonly logLikelihood: readonly [number, number];
  readonly days: readonly number[];
  readonly survival: readonly (readonly number[])[];
  readonly median: readonly number[];
  readonly tenth: readonly number[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/aft.json', import.meta.url), 'utf8'),
) as {
  fits: readonly Golden[];
  truncated: {
    covariates: readonly string[];
    fits: readonly (Pick<Golden, 'distribution' | 'coefficients' | 'logScale'> & { logLikelihood: number })[];
  };
};

function fitted(...args: Parameters<typeof fitAft>) {
  const got = fitAft(...args);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

/** Largest difference between two lists of numbers of one length. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, at) => Math.abs(value - b[at]!)).reduce((x, y) => Math.max(x, y), 0);
}

function columns(file: string, covariates: readonly string[], rows?: (row: number) => boolean) {
  const table = sharedTable(file, covariates);
  const kept = Array.from({ length: table.rows }, (_, row) => row).filter(rows ?? (() => true));
  const take = (name: string) => Float64Array.from(kept, (row) => table.numbers(name)[row]!);
  const all = covariates.map(take);
  return { take, predictors: Float64Array.from(kept.flatMap((_, row) => all.map((values) => values[row]!))) };
}

const closedForm = (event: number[], days = [1, 2, 3, 4]) =>
  fitAft({ names: [], predictors: new Float64Array(0), followUp: followUpOf(days, event) }, 'exponential');

describe('accelerated failure time regression', () => {
  it('has the closed form of the exponential: the mean is the days over the events', () => {
    const got = fitted(
      { names: [], predictors: new Float64Array(0), followUp: followUpOf([1, 2, 3, 4], [1, 0, 1, 0]) },
      'exponential',
    );
    expect(got.intercept).toBeCloseTo(Math.log(5), 10);
    expect(got.standardErrors[0]).toBeCloseTo(Math.SQRT1_2, 10); // 1 / √events
    expect(got.logLikelihood.fitted).toBeCloseTo(-2 * Math.log(5) - 2, 10);
  });
  it('forgets the time before entry in the exponential', () => {
    const followUp = { ...followUpOf([3, 5, 9], [1, 1, 0]), entryDays: Float64Array.of(1, 0, 4) };
    const got = fitted({ names: [], predictors: new Float64Array(0), followUp }, 'exponential');
    expect(got.intercept).toBeCloseTo(Math.log(12 / 2), 10);
  });
  it('counts a row of weight 2 twice, and of weight 0 never', () => {
    const x = Float64Array.of(0.3, 1.2, 2.2, 1.1, 5);
    const weights = Float64Array.of(2, 1, 1, 1, 0);
    const days = [3, 5, 2, 8, 100];
    const weighted = fitted(
      { names: ['x'], predictors: x, followUp: { ...followUpOf(days, [1, 0, 1, 1, 1]), weights } },
      'log-normal',
    );
    const repeated = fitted(
      {
        names: ['x'],
        predictors: Float64Array.of(0.3, 0.3, 1.2, 2.2, 1.1),
        followUp: followUpOf([3, 3, 5, 2, 8], [1, 1, 0, 1, 1]),
      },
      'log-normal',
    );
    expect(difference(weighted.covariance, repeated.covariance)).toBeLessThan(1e-8);
    expect(weighted.coefficients[0]).toBeCloseTo(repeated.coefficients[0]!, 8);
  });
  it('gives nothing for a censoring on day 0 and refuses an event there by its row', () => {
    const more = fitAft(
      { names: [], predictors: new Float64Array(0), followUp: followUpOf([1, 2, 0], [1, 0, 0]) },
      'weibull',
    );
    expect(more.ok).toBe(true);
    const early = closedForm([1, 0, 1, 0], [1, 2, 0, 4]);
    expect(early.issues[0]).toMatchObject({ kind: 'bad-value', path: 'row 2' });
  });
  it('refuses a table without events', () => {
    expect(closedForm([0, 0, 2, 0]).issues[0]!.kind).toBe('too-few-events');
  });
  it.each([
    ['a constant column', () => 2],
    ['a combination of others', (a: number) => 1 + 2 * a],
    ['a category without events', (_: number, row: number) => (row % 2 === 0 ? 0 : 1)],
  ])('names %s', (_, b) => {
    const days = [4, 9, 2, 7, 5, 1, 12, 3, 6, 6, 8, 11];
    const predictors = Float64Array.from(days.flatMap((__, row) => [(row * 5) % 7, b((row * 5) % 7, row)]));
    const event = days.map((__, row) => (row % 2 === 0 ? 1 : 0));
    const got = fitAft({ names: ['a', 'b'], predictors, followUp: followUpOf(days, event) }, 'weibull');
    expect(got.issues[0]).toMatchObject({ kind: 'not-estimable', path: 'b' });
  });
});

describe.skipIf(!sharedTablesPresent)('accelerated failure time regression on cohorts', () => {
  it.each(golden.fits)('agrees with survreg: $table $distribution, weighted $weighted', (expected) => {
    const { take, predictors } = columns(`${expected.table}.csv`, expected.covariates);
    const days = take(expected.time);
    const offset = expected.table === 'lung' ? 1 : 0; // lung codes the censored 1 and the dead 2
    const followUp = {
      days,
      event: Uint8Array.from(take(expected.event), (code) => code - offset),
      ...(expected.weighted ? { weights: days.map((_, row) => 1 + (row % 3)) } : {}),
    };
    const fit = fitted({ names: expected.covariates, predictors, followUp }, expected.distribution);
    expect(difference([fit.intercept, ...fit.coefficients], expected.coefficients)).toBeLessThan(1e-6);
    expect(fit.logScale).toBeCloseTo(expected.logScale, 6);
    expect(difference(fit.standardErrors, expected.standardErrors)).toBeLessThan(1e-6);
    expect(fit.logLikelihood.null).toBeCloseTo(expected.logLikelihood[0], 6);
    expect(fit.logLikelihood.fitted).toBeCloseTo(expected.logLikelihood[1], 6);
    const location = aftLocation(fit, predictors).slice(0, 5);
    for (const [k, day] of expected.days.entries())
      expect(difference(aftSurvival(fit, location, day), expected.survival[k]!)).toBeLessThan(1e-6);
    for (const [probability, quantiles] of [
      [0.5, expected.median],
      [0.1, expected.tenth],
    ] as const) {
      const got = aftQuantile(fit, location, probability).map((day, row) => day / quantiles[row]!);
      expect(difference(got, new Float64Array(5).fill(1))).toBeLessThan(1e-6);
    }
  });
  it.each(golden.truncated.fits)('agrees with optim under late entry: $distribution', (expected) => {
    const whas = sharedTable('whas500.csv');
    const [los, lenfol] = [whas.numbers('los'), whas.numbers('lenfol')];
    const { covariates } = golden.truncated;
    const { take, predictors } = columns('whas500.csv', covariates, (row) => lenfol[row]! > los[row]!);
    const followUp = {
      days: take('lenfol'),
      event: Uint8Array.from(take('fstat')),
      entryDays: take('los'),
    };
    const fit = fitted({ names: covariates, predictors, followUp }, expected.distribution);
    expect(difference([fit.intercept, ...fit.coefficients], expected.coefficients)).toBeLessThan(1e-6);
    expect(fit.logScale).toBeCloseTo(expected.logScale, 6);
    expect(fit.logLikelihood.fitted).toBeCloseTo(expected.logLikelihood, 6);
  });
});
