import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../follow-up.ts';
import { calibrationBand } from './calibration-band.ts';
import { pseudoCalibrationCurve } from './calibration-curve.ts';
import { localRegression } from './local-regression.ts';
import { pseudoValues } from './pseudo-values.ts';

function cohort(seed: string, n: number) {
  const random = new Random(seed);
  const risk = Float64Array.from({ length: n }, () => 0.05 + 0.6 * random.uniform());
  const days = risk.map((value) => Math.min(3, random.exponential(-Math.log1p(-value))));
  const cut = days.map(() => random.uniform(0.5, 4));
  return {
    risk,
    followUp: {
      days: days.map((day, row) => Math.min(day, cut[row]!)),
      event: Uint8Array.from(days, (day, row) => (day < 3 && day <= cut[row]! ? 1 : 0)),
    },
  };
}

describe('the band of a calibration curve', () => {
  it('has the variance that the regression of each single row gives', () => {
    const { risk, followUp } = cohort('band', 80);
    const got = calibrationBand(risk, followUp, 1, { span: 0.5 });
    if (!got.ok) throw new Error('expected a band');
    const order = [...risk.keys()].sort((a, b) => risk[a]! - risk[b]!);
    const x = Float64Array.from(order, (row) => risk[row]!);
    const pseudo = pseudoValues(followUp, 1)!;
    const y = Float64Array.from(order, (row) => pseudo[row]!);
    const ones = x.map(() => 1);
    const fitted = localRegression(x, y, ones, x, 0.5);
    const smooth = localRegression(x, y, ones, got.value.predicted, 0.5);
    const variance = new Float64Array(smooth.length);
    for (let row = 0; row < x.length; row++) {
      const unit = new Float64Array(x.length);
      unit[row] = 1;
      const share = localRegression(x, unit, ones, got.value.predicted, 0.5);
      for (const [k, value] of share.entries()) variance[k]! += value ** 2 * (y[row]! - fitted[row]!) ** 2;
    }
    for (const [k, value] of smooth.entries()) {
      const half = normalQuantile * Math.sqrt(variance[k]!);
      expect(Math.abs(got.value.low[k]! - Math.max(0, value - half))).toBeLessThan(1e-12);
      expect(Math.abs(got.value.high[k]! - Math.min(1, value + half))).toBeLessThan(1e-12);
    }
    const curve = pseudoCalibrationCurve(risk, followUp, 1, { span: 0.5 });
    expect(curve.ok && got.value.observed).toEqual(curve.ok && curve.value.observed);
  });
  it('covers the truth of a calibrated risk in the middle about 95 times of 100', () => {
    let covered = 0;
    for (let run = 0; run < 200; run++) {
      const { risk, followUp } = cohort(`cover ${run}`, 250);
      const got = calibrationBand(risk, followUp, 1);
      if (!got.ok) throw new Error('expected a band');
      const { predicted, low, high } = got.value;
      covered += low[50]! <= predicted[50]! && predicted[50]! <= high[50]! ? 1 : 0;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
    expect(covered / 200).toBeLessThan(0.99);
  });
});
