import { Random } from '@myocast/base';
import type { FollowUp } from '@myocast/survival';
import { describe, expect, it } from 'vitest';
import { horizonCalibration } from './horizon-calibration.ts';

const horizon = 730;

/** Exponential times with the true risk by the horizon, some censored before it. */
function truth(n: number, seed: string): { risk: Float64Array; followUp: FollowUp } {
  const random = new Random(seed);
  const risk = Float64Array.from({ length: n }, () => 1 - Math.exp(-Math.exp(random.normal(-1.5, 0.8))));
  const event = new Uint8Array(n);
  const days = risk.map((value, row) => {
    const rate = -Math.log1p(-value) / horizon;
    const [time, censored] = [random.exponential(rate), random.uniform(400, 1500)];
    event[row] = time <= censored ? 1 : 0;
    return Math.min(time, censored);
  });
  return { risk, followUp: { days, event } };
}

/** Predictions whose complementary log-log is moved and stretched. */
const distorted = (risk: Float64Array, move: number, stretch: number) =>
  risk.map((value) => 1 - Math.exp(-Math.exp(move + stretch * Math.log(-Math.log1p(-value)))));

describe('calibration at the horizon', () => {
  const { risk, followUp } = truth(1500, 'calibrated');

  it('holds the true values within the intervals', () => {
    const { calibrationIntercept, calibrationSlope, ici } = horizonCalibration(risk, followUp, horizon);
    expect(calibrationIntercept.low!).toBeLessThan(0);
    expect(calibrationIntercept.high!).toBeGreaterThan(0);
    expect(calibrationSlope.low!).toBeLessThan(1);
    expect(calibrationSlope.high!).toBeGreaterThan(1);
    expect(ici.value!).toBeLessThan(0.04);
  });
  it('halves the slope of predictions twice as extreme, and moves the intercept by what they were moved', () => {
    const plain = horizonCalibration(risk, followUp, horizon);
    const extreme = horizonCalibration(distorted(risk, 0, 2), followUp, horizon);
    for (const key of ['value', 'low', 'high'] as const)
      expect(extreme.calibrationSlope[key]).toBeCloseTo(plain.calibrationSlope[key]! / 2, 6);
    const high = horizonCalibration(distorted(risk, 0.5, 1), followUp, horizon);
    expect(high.calibrationIntercept.value).toBeCloseTo(plain.calibrationIntercept.value! - 0.5, 6);
    expect(high.ici.value!).toBeGreaterThan(3 * plain.ici.value!);
  });
  it('says why there is none', () => {
    expect(horizonCalibration(null, followUp, horizon).calibrationSlope.reason).toBe(
      'the model predicts no risk at the horizon',
    );
    const few = truth(40, 'few');
    expect(horizonCalibration(few.risk, few.followUp, horizon).ici.reason).toBe(
      'expected at least 100 subjects for a curve, found 40',
    );
    few.risk[0] = 0;
    expect(horizonCalibration(few.risk, few.followUp, horizon).calibrationSlope.reason).toContain(
      'expected a risk above 0 and below 1, found 0',
    );
  });
});
