import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fQuantile } from '../numerics/f-distribution.ts';
import { blandAltman, type Bounded } from './bland-altman.ts';
import { intraclassCorrelation } from './intraclass.ts';

// reference/survival/agreement.R: base R (t.test, aov, qf).
const golden = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../reference/survival/agreement.json'), 'utf8'),
) as {
  readonly shrout: number[][];
  readonly volumes: [number, number][];
} & { readonly [name: string]: number[] };

// reference/survival/agreement.py
const pingouin = JSON.parse(
  readFileSync(
    resolve(import.meta.dirname, '../../../../reference/survival/agreement-pingouin.json'),
    'utf8',
  ),
) as { readonly shrout: number[]; readonly volumes: number[] };

const numbers = ({ estimate, low, high }: Bounded) => [estimate, low, high];
function expectClose(found: readonly number[], expected: readonly number[]) {
  for (const [at, value] of expected.entries()) expect(Math.abs(found[at]! - value)).toBeLessThan(1e-9);
}

describe('blandAltman', () => {
  it('gives bias and limits with their intervals as R does', () => {
    const found = blandAltman(golden.volumes);
    expectClose(numbers(found.bias), golden.bias!);
    expectClose([found.sd], golden.sd!);
    expectClose(numbers(found.lowerLimit), golden.lowerLimit!);
    expectClose(numbers(found.upperLimit), golden.upperLimit!);
  });

  it('of two readings by hand, with the sign of second less first', () => {
    // Differences 1 and 3: mean 2, SD √2, standard error 1, t(1) = 12.706.
    const { bias, sd } = blandAltman([
      [10, 11],
      [20, 23],
    ]);
    expect(sd).toBeCloseTo(Math.SQRT2, 12);
    expectClose(numbers(bias), [2, 2 - 12.706204736432095, 2 + 12.706204736432095]);
  });

  it('refuses one pair, and values or levels that are none', () => {
    expect(() => blandAltman([[1, 2]])).toThrow('at least 2 pairs');
    expect(() =>
      blandAltman([
        [1, 2],
        [1, Number.NaN],
      ]),
    ).toThrow('finite');
    expect(() => blandAltman(golden.volumes, 1)).toThrow('level');
  });
});

describe('intraclassCorrelation', () => {
  it('is 0.29 for the judges of Shrout and Fleiss, with the interval that R gives', () => {
    const found = intraclassCorrelation(golden.shrout)!;
    // As printed in the paper.
    expect(found.estimate).toBeCloseTo(0.29, 2);
    expectClose(numbers(found), golden.iccShrout!);
    expectClose(numbers(intraclassCorrelation(golden.volumes)!), golden.iccVolumes!);
    expectClose(numbers(intraclassCorrelation(golden.volumes, 0.9)!), golden.iccVolumes90!);
  });

  it('is that of pingouin, whose interval has two decimals', () => {
    for (const table of ['shrout', 'volumes'] as const) {
      const [estimate, ...interval] = pingouin[table];
      const found = intraclassCorrelation(golden[table])!;
      expect(Math.abs(found.estimate - estimate!)).toBeLessThan(1e-9);
      for (const [at, bound] of [found.low, found.high].entries())
        expect(Math.abs(bound - interval[at]!)).toBeLessThan(0.005);
    }
  });

  it('falls where one rater always reads more, and is the same in another unit', () => {
    const shifted = golden.volumes.map(([a, b]) => [a, b + 40]);
    const own = intraclassCorrelation(golden.volumes)!.estimate;
    expect(intraclassCorrelation(shifted)!.estimate).toBeLessThan(own - 0.2);
    const inLitres = golden.volumes.map((row) => row.map((ml) => ml / 1000));
    expect(intraclassCorrelation(inLitres)!.estimate).toBeCloseTo(own, 12);
  });

  it('is 1 where all agree, nothing where all is one value, and refuses what is no table', () => {
    const alike = intraclassCorrelation([
      [1, 1],
      [5, 5],
      [9, 9],
    ])!;
    expect(numbers(alike)).toEqual([1, 1, 1]);
    expect(
      intraclassCorrelation([
        [0, 0],
        [0, 0],
      ]),
    ).toBeNull();
    expect(() => intraclassCorrelation([[1, 2]])).toThrow('2 subjects');
    expect(() => intraclassCorrelation([[1], [2]])).toThrow('2 raters');
    expect(() => intraclassCorrelation([[1, 2], [3]])).toThrow('2 finite values');
  });
});

it('fQuantile gives what R gives', () => {
  const found = [fQuantile(0.975, 5, 4.3), fQuantile(0.95, 1, 23), fQuantile(0.025, 8, 120)];
  for (const [at, value] of golden.qf!.entries())
    expect(Math.abs(found[at]! / value - 1)).toBeLessThan(1e-10);
  expect(() => fQuantile(1, 2, 3)).toThrow(RangeError);
});
