import { describe, expect, it } from 'vitest';
import { golden } from './golden.fixture.ts';
import { agreementOf, limitsOfAgreement } from './mask-agreement.ts';

const bits = (text: string) => Uint8Array.from(text, Number);

describe('agreementOf', () => {
  it('gives Dice, kappa and the difference of a table counted by hand', () => {
    // Both 3, image alone 2, mask alone 1, neither 4: observed 0.7, chance (5·4 + 5·6)/100 = 0.5.
    const { dice, kappa, differencePercent } = agreementOf(bits('1111100000'), bits('1110010000'));
    expect(dice).toBeCloseTo(6 / 9, 12);
    expect(kappa).toBeCloseTo(0.4, 12);
    expect(differencePercent).toBeCloseTo(10, 12);
  });

  it('is silent where there is nothing to agree on', () => {
    expect(agreementOf(bits('0000'), bits('0000'))).toEqual({
      dice: null,
      kappa: null,
      differencePercent: 0,
    });
    expect(agreementOf(bits('1111'), bits('1111'))).toEqual({ dice: 1, kappa: null, differencePercent: 0 });
  });
});

describe('limitsOfAgreement', () => {
  it('gives bias, limits and trend as numpy does', () => {
    const { pairs, ...numbers } = golden.agreement;
    const limits = limitsOfAgreement(pairs, 2);
    for (const name of ['bias', 'sd', 'low', 'high', 'trend'] as const)
      expect(Math.abs(limits[name]! - numbers[name]), name).toBeLessThan(1e-9);
  });

  it('gives limits of ten exams, and of nine the bias alone', () => {
    const ten = Array.from({ length: 10 }, (_, at) => [at + (at % 2), at] as const);
    // Differences 0 and 1 by turns: mean 0.5, SD √(10 · 0.25 / 9).
    expect(limitsOfAgreement(ten).high).toBeCloseTo(0.5 + 1.96 * Math.sqrt(2.5 / 9), 12);
    const nine = limitsOfAgreement(ten.slice(0, 9));
    expect(nine).toEqual({ count: 9, bias: 4 / 9, sd: null, low: null, high: null, trend: null });
  });

  it('gives no limits for one exam, and refuses none', () => {
    expect(limitsOfAgreement([[3, 1]])).toEqual({
      count: 1,
      bias: 2,
      sd: null,
      low: null,
      high: null,
      trend: null,
    });
    expect(() => limitsOfAgreement([])).toThrow(RangeError);
  });
});
