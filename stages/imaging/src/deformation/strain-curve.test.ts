import { describe, expect, it } from 'vitest';
import { strainCurve, strainPercent } from './strain-curve.ts';

const all = [true, true, true, true];
const timing = { edPhase: 0, esPhase: 2, timesMs: [0, 200, 400, 600] };

describe('strain', () => {
  it('is the change of the summed length against end-diastole', () => {
    const parts = [
      { lengths: [10, 9, 8, 9], followed: all },
      { lengths: [30, 27, 27, 30], followed: all },
    ];
    for (const [phase, value] of [0, -10, -12.5, -2.5].entries())
      expect(strainPercent(parts, 0)[phase]).toBeCloseTo(value, 12);
    expect(strainPercent(parts, 2)[0]).toBeCloseTo((100 * 5) / 35, 12);
  });

  it('of a phase rests on the parts that could be followed in it, and is null with less than half', () => {
    const parts = [
      { lengths: [10, 9, 8, 9], followed: [true, true, false, true] },
      { lengths: [30, 27, 27, 30], followed: [true, false, true, true] },
    ];
    const percent = strainPercent(parts, 0);
    // A quarter of the length is too little, three quarters are enough.
    expect(percent[1]).toBeNull();
    for (const [phase, value] of [
      [0, 0],
      [2, -10],
      [3, -2.5],
    ] as const)
      expect(percent[phase]).toBeCloseTo(value, 12);
    expect(strainPercent([], 0)).toEqual([]);
  });

  it('has its peak in the direction of systole, with the time from end-diastole', () => {
    const curve = strainCurve([0, -10, -12.5, -2.5], -1, timing)!;
    expect(curve).toMatchObject({
      peakPercent: -12.5,
      peakPhase: 2,
      timeToPeakMs: 400,
      endSystolicPercent: -12.5,
    });
    expect(strainCurve([0, 4, 2, 1], 1, timing)).toMatchObject({ peakPercent: 4, peakPhase: 1 });
    expect(strainCurve([0, 4, 2, 1], 1, { ...timing, timesMs: null })!.timeToPeakMs).toBeNull();
    // A beat that begins in the middle of the images goes round.
    const late = { edPhase: 3, esPhase: 1, timesMs: [0, 200, 400, 600] };
    expect(strainCurve([-5, -8, -2, 0], -1, late)).toMatchObject({ peakPhase: 1, timeToPeakMs: 400 });
  });

  it('is no curve where no phase was followed', () => {
    expect(strainCurve([0, null, null, null], -1, timing)).toBeNull();
    expect(strainCurve([0, null, -3, null], -1, { ...timing, esPhase: 1 })!.endSystolicPercent).toBeNull();
  });

  it('of a cosine has the rates of its derivative, and none at few phases', () => {
    const phases = 40;
    const percent = Array.from(
      { length: phases },
      (_, t) => -10 * (1 - Math.cos((2 * Math.PI * t) / phases)),
    );
    const timesMs = percent.map((_, t) => 20 * t);
    const curve = strainCurve(percent, -1, { edPhase: 0, esPhase: 20, timesMs })!;
    // Fastest at a quarter of 0.8 s: 0.1 · 2π / 0.8 a second.
    expect(curve.systolicRatePerS).toBeCloseTo((-0.1 * 2 * Math.PI) / 0.8, 1);
    expect(curve.earlyDiastolicRatePerS).toBeCloseTo((0.1 * 2 * Math.PI) / 0.8, 1);
    expect(strainCurve([0, -10, -12.5, -2.5], -1, timing)!.systolicRatePerS).toBeNull();
  });
});
