import { describe, expect, it } from 'vitest';
import { betaQuantile, cholesky, normalCdf, normalQuantile } from './distributions.ts';
import { bssfpSignal, cineSignals, inversionRecoverySignal, lgeSignals, nullingTimeMs } from './signal.ts';
import { tissueCode } from './tissue.ts';

describe('signal equations', () => {
  it('of bSSFP tend to M0 sin α / (1 + cos α + (1 - cos α) T1/T2) for a short TR', () => {
    const alpha = Math.PI / 3;
    const exact = bssfpSignal(1, 1000, 50, { trMs: 0.01, teMs: 0, flipDegrees: 60 });
    const limit = Math.sin(alpha) / (1 + Math.cos(alpha) + (1 - Math.cos(alpha)) * 20);
    expect(exact).toBeCloseTo(limit, 4);
  });

  it('of inversion recovery vanish at the nulling time, which is T1 ln 2 for a long TR', () => {
    const tiMs = nullingTimeMs(450, 1600);
    expect(inversionRecoverySignal(1, 450, { tiMs, trMs: 1600 })).toBeCloseTo(0, 12);
    expect(nullingTimeMs(450, 1e6)).toBeCloseTo(450 * Math.LN2, 9);
  });

  it.each([1.5, 3] as const)('give at %s T the contrasts that readers know', (field) => {
    const cine = cineSignals(field);
    expect(cine[tissueCode.lvBlood]!).toBeGreaterThan(2 * cine[tissueCode.myocardium]!);
    expect(cine[tissueCode.lung]!).toBeLessThan(0.2 * cine[tissueCode.myocardium]!);
    const { signals } = lgeSignals(field, 800, 1, 0);
    expect(signals[tissueCode.myocardium]!).toBeCloseTo(0, 6);
    expect(signals[tissueCode.mvo]!).toBeLessThan(0);
    expect(signals[tissueCode.infarct]!).toBeGreaterThan(signals[tissueCode.lvBlood]!);
    expect(signals[tissueCode.lvBlood]!).toBeGreaterThan(0.1);
  });
});

describe('distributions', () => {
  it('agree with tables of the normal and with the quartiles of the infarct size', () => {
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 4);
    // DOMAIN B3: 60·Beta(1.025, 2.05) has quartiles 8.2, 17.6, 29.9.
    const quantile = betaQuantile(1.025, 2.05);
    expect(60 * quantile(0.25)).toBeCloseTo(8.2, 0);
    expect(60 * quantile(0.5)).toBeCloseTo(17.6, 0);
    expect(60 * quantile(0.75)).toBeCloseTo(29.9, 0);
    expect(betaQuantile(1, 1)(0.3)).toBeCloseTo(0.3, 6);
  });

  it('factor a matrix so that the factors multiply to it', () => {
    const lower = cholesky([
      [4, 2],
      [2, 3],
    ]);
    expect(lower[0]![0]).toBeCloseTo(2, 12);
    expect(lower[1]![0]).toBeCloseTo(1, 12);
    expect(lower[1]![1]).toBeCloseTo(Math.SQRT2, 12);
    expect(() =>
      cholesky([
        [1, 2],
        [2, 1],
      ]),
    ).toThrow(RangeError);
  });
});
