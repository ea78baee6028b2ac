import { describe, expect, it } from 'vitest';
import { plainTicks } from './axis-ticks.ts';
import { stepCurves } from './step-curves.ts';

describe('plainTicks', () => {
  it('has a power of ten for what is too long otherwise', () => {
    expect([0, 0.0001, 0.25, 365, -999999].map(plainTicks)).toEqual([
      '0',
      '0.0001',
      '0.25',
      '365',
      '-999999',
    ]);
    expect([1e6, 2.5e9, -4e12, 0.00002].map(plainTicks)).toEqual(['1e6', '2.5e9', '-4e12', '2e-5']);
  });
  it('is what a time axis has', () => {
    const svg = stepCurves([{ name: 'All', days: [2e9, 7e9], values: [0.8, 0.5] }], {
      quantity: 'survival',
      timeLabel: 'seconds',
      valueLabel: 'Survival',
    });
    expect(svg).toMatch(/>3e9<\/text>/);
    expect(svg).not.toMatch(/>\d{7,}<\/text>/);
  });
});
