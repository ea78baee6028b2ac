import { describe, expect, it } from 'vitest';
import type { EnhancementQuantities } from '../../tissue-records.ts';
import { compareMethods } from './method-agreement.ts';

const exam = (infarctPercent: number, fwhm: number | null, dice: number | null) => ({
  infarctPercent,
  enhancement: {
    methods: [{ method: 'fwhm', infarctPercent: fwhm, agreement: { dice } }],
  } as unknown as EnhancementQuantities,
});

describe('compareMethods', () => {
  it('gives bias, limits and Dice over the exams that allow a number, and counts the others', () => {
    const rows = compareMethods([
      exam(10, 13, 0.8),
      exam(20, 21, 0.9),
      exam(0, 2, null),
      exam(5, null, null),
    ]);
    const fwhm = rows.find(({ method }) => method === 'fwhm')!;
    expect(fwhm).toMatchObject({ notEstimable: 1, limits: { count: 3, bias: 2, sd: null, high: null } });
    expect(fwhm.dice).toBeCloseTo(0.85, 12);
    expect(rows.find(({ method }) => method === '5-sd')).toEqual({
      method: '5-sd',
      notEstimable: 4,
      dice: null,
      limits: null,
    });
  });
});
