import { describe, expect, it } from 'vitest';
import { betaQuantile, cholesky, normalCdf, normalQuantile } from './distributions.ts';
import {
  cineSignals,
  cineTiming,
  lgeSignals,
  molliSignals,
  stirSignals,
  t2PreparationsMs,
  t2PreparedSignals,
} from './contrast.ts';
import { nativeT1, nativeT2 } from './relaxation.ts';
import { decayTimeMs, recoveryTimeMs } from './relaxation-fit.ts';
import {
  bandingShare,
  bssfpSignal,
  inversionRecoverySignal,
  molliSignal,
  nullingTimeMs,
  stirSignal,
} from './signal.ts';
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

  it('of bSSFP repeat every 1/TR of off-resonance and are darkest half way', () => {
    const timing = { trMs: 4, teMs: 2, flipDegrees: 60 };
    const share = (hz: number) => bandingShare(hz, 1000, 50, timing);
    expect(share(0)).toBe(1);
    expect(share(250)).toBeCloseTo(1, 9);
    expect(share(-60)).toBeCloseTo(share(60), 12);
    expect(share(125)).toBeLessThan(0.35);
    const sampled = Array.from({ length: 250 }, (_, hz) => share(hz));
    expect(sampled.indexOf(Math.min(...sampled))).toBe(125);
    const [e1, e2, c] = [Math.exp(-4 / 1000), Math.exp(-4 / 50), Math.cos(Math.PI / 3)];
    const at = (cosine: number) =>
      Math.sqrt(1 + e2 * e2 + 2 * e2 * cosine) /
      (1 - e1 * c - e2 * e2 * (e1 - c) + e2 * (1 - e1) * (1 + c) * cosine);
    expect(share(125)).toBeCloseTo(at(-1) / at(1), 12);
  });

  it('of STIR leave no fat, and of MOLLI start at minus the magnetisation and end in the steady state', () => {
    const tiMs = nullingTimeMs(260, 2000);
    expect(stirSignal(1, 260, 70, { tiMs, trMs: 2000, teMs: 70 })).toBeCloseTo(0, 12);
    expect(stirSignal(1, 1e9, 70, { tiMs: 1e12, trMs: 2e12, teMs: 70 })).toBeCloseTo(Math.exp(-1), 9);
    const timing = { trMs: 2.6, teMs: 1.1, flipDegrees: 35 };
    const first = molliSignal(1, 1000, 50, 0, timing);
    expect(first).toBeCloseTo(-Math.sin((17.5 * Math.PI) / 180) * Math.exp(-1.1 / 50), 9);
    expect(molliSignal(1, 1000, 50, 1e6, timing)).toBeCloseTo(bssfpSignal(1, 1000, 50, timing), 12);
  });

  it.each([1.5, 3] as const)('give at %s T back the times they were made of', (field) => {
    for (const tissue of ['myocardium', 'oedema', 'infarct', 'lvBlood'] as const) {
      const t2 = decayTimeMs(
        t2PreparedSignals(field).map((signals) => signals[tissueCode[tissue]]!),
        t2PreparationsMs,
        300,
      );
      expect(t2).toBeCloseTo(nativeT2[field][tissue], 2);
      const { timesMs, signals } = molliSignals(field, 900);
      const t1 = recoveryTimeMs(
        signals.map((signal) => signal[tissueCode[tissue]]!),
        timesMs,
      );
      // The correction of MOLLI is that of a spoiled read-out, so that a balanced one is read some per cent off.
      expect(t1 / nativeT1[field][tissue]).toBeGreaterThan(0.95);
      expect(t1 / nativeT1[field][tissue]).toBeLessThan(1.05);
    }
  });

  it.each([1.5, 3] as const)('give at %s T the contrasts that readers know', (field) => {
    const cine = cineSignals(field);
    expect(cine[tissueCode.lvBlood]!).toBeGreaterThan(2 * cine[tissueCode.myocardium]!);
    expect(cine[tissueCode.lung]!).toBeLessThan(0.25 * cine[tissueCode.myocardium]!);
    expect(cine[tissueCode.fat]!).toBeLessThan(0);
    expect(cineTiming[field].teMs).toBeLessThan(cineTiming[field].trMs);
    const stir = stirSignals(field, 800, 0.05).signals;
    expect(stir[tissueCode.oedema]!).toBeGreaterThan(1.25 * stir[tissueCode.myocardium]!);
    expect(stir[tissueCode.lvBlood]!).toBeLessThan(0.3 * stir[tissueCode.myocardium]!);
    expect(stir[tissueCode.fat]!).toBeCloseTo(0, 6);
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
