import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { chamberRates } from './chamber-rates.ts';
import type { Beat, ChamberRates } from './ventricle-records.ts';
import { fitVolumeCurve } from './volume-curve.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../../reference/imaging/volume-curve.json', import.meta.url), 'utf8'),
) as {
  cases: {
    timesMs: number[];
    volumesMl: number[];
    periodMs: number;
    expected: Record<keyof ChamberRates, number>;
  }[];
};

const rrMs = 800;
const even = (phases: number, period = rrMs) =>
  Array.from({ length: phases }, (_, phase) => (phase * period) / phases);
const beatOf = (triggerTimesMs: readonly number[] | null, rr: number | null = rrMs): Beat => ({
  triggerTimesMs,
  rrMs: rr,
  rrSource: rr === null ? null : 'header',
});
const ratesOf = (volumes: readonly number[], beat: Beat): ChamberRates => {
  const { rates, why } = chamberRates(volumes, beat);
  if (rates === null) throw new Error(why);
  return rates;
};

/** Systole over 40 % of the beat, an E wave, a plateau, an A wave: the contraction at a share of the beat. */
function contraction(share: number): number {
  if (share <= 0.4) return Math.sin((Math.PI / 2) * (share / 0.4)) ** 2;
  const diastole = (share - 0.4) / 0.6;
  if (diastole < 0.45) return 1 - 0.78 * Math.sin((Math.PI / 2) * (diastole / 0.45)) ** 2;
  return diastole < 0.8 ? 0.22 : 0.22 * (1 - (diastole - 0.8) / 0.2);
}
const [edv, stroke] = [160, 80];
const volumesAt = (times: readonly number[]) => times.map((ms) => edv - stroke * contraction(ms / rrMs));

describe('chamberRates', () => {
  it('agrees with numpy and scipy', () => {
    expect(golden.cases.length).toBe(3);
    for (const { timesMs, volumesMl, periodMs, expected } of golden.cases) {
      const rates = ratesOf(volumesMl, { triggerTimesMs: timesMs, rrMs: periodMs, rrSource: 'given' });
      expect(rates.phasesLeftOut).toEqual([]);
      for (const [name, value] of Object.entries(expected) as [keyof ChamberRates, number][]) {
        const tolerance = name.startsWith('time') ? 1e-4 : 1e-5;
        expect(Math.abs((rates[name] as number) - value), name).toBeLessThan(tolerance);
      }
    }
  });

  it('gives one harmonic its closed form', () => {
    const times = even(20);
    const rates = ratesOf(
      times.map((ms) => 120 + 40 * Math.cos((2 * Math.PI * ms) / rrMs)),
      beatOf(times),
    );
    const peak = (40 * 2 * Math.PI) / 0.8;
    expect(rates.peakEjectionRateMlPerS).toBeCloseTo(peak, 6);
    expect(rates.peakFillingRateMlPerS).toBeCloseTo(peak, 6);
    expect(rates.peakFillingRatePerS).toBeCloseTo(peak / 160, 8);
    expect(rates.timeToPeakEjectionMs).toBeCloseTo(200, 3);
    expect(rates.timeToPeakFillingMs).toBeCloseTo(200, 3);
    // 80 % of the way back: cos = 0.6 on the rising half.
    const recovered = (Math.PI - Math.acos(0.6)) / Math.PI;
    expect(rates.diastolicVolumeRecoveryPercent).toBeCloseTo(100 * recovered, 4);
    expect(rates.residualMl).toBeLessThan(1e-9);
  });

  it('finds the rates of a beat with E and A wave within 3 %, and within 2 standard errors under scatter', () => {
    const times = even(25);
    const peakEjection = (stroke * Math.PI) / 2 / 0.4 / 0.8;
    const peakFilling = (0.78 * stroke * Math.PI) / 2 / (0.45 * 0.6) / 0.8;
    const still = ratesOf(volumesAt(times), beatOf(times));
    expect(Math.abs(still.peakEjectionRateMlPerS / peakEjection - 1)).toBeLessThan(0.03);
    expect(Math.abs(still.peakFillingRateMlPerS / peakFilling - 1)).toBeLessThan(0.03);
    const random = new Random('rates');
    let inside = 0;
    for (let trial = 0; trial < 60; trial++) {
      const noisy = ratesOf(
        volumesAt(times).map((volume) => volume + random.normal(0, 2)),
        beatOf(times),
      );
      const error = Math.abs(noisy.peakEjectionRateMlPerS - still.peakEjectionRateMlPerS);
      if (error < 2 * noisy.peakEjectionRateSeMlPerS) inside++;
      expect(Math.abs(noisy.peakFillingRateMlPerS / peakFilling - 1)).toBeLessThan(0.3);
    }
    expect(inside).toBeGreaterThan(50);
  });

  it('is not moved by phases without or with failed contours, and names them', () => {
    const times = even(25);
    const whole = volumesAt(times);
    const sound = ratesOf(whole, beatOf(times));
    const failed = whole
      .with(7, 0)
      .with(12, whole[12]! - 35)
      .with(20, whole[20]! + 50);
    const rates = ratesOf(failed, beatOf(times));
    expect(rates.phasesLeftOut).toEqual([7, 12, 20]);
    const closeTo = (a: number, b: number, share: number) => expect(Math.abs(a / b - 1)).toBeLessThan(share);
    closeTo(rates.peakEjectionRateMlPerS, sound.peakEjectionRateMlPerS, 0.03);
    closeTo(rates.peakFillingRateMlPerS, sound.peakFillingRateMlPerS, 0.03);
  });

  it('says why there are none rather than guess', () => {
    const times = even(25);
    const volumes = volumesAt(times);
    const why = (curve: readonly number[], beat: Beat) => chamberRates(curve, beat).why;
    expect(why(volumes, beatOf(null))).toBe('expected trigger times, found none');
    expect(why(volumes.slice(0, 10), beatOf(times.slice(0, 10)))).toMatch('at least 12 phases');
    expect(why(volumes, beatOf(times.with(3, Number.NaN)))).toMatch('rise from phase to phase');
    expect(why(volumes, beatOf(times.with(3, 0)))).toMatch('rise from phase to phase');
    expect(why(volumes, beatOf(times, 1200))).toMatch('over 800 ms of a beat of 1200 ms');
    expect(why(volumes, beatOf(times, 600))).toMatch('one whole beat');
    expect(why(volumes, beatOf(times.with(24, 790), null))).toBe(
      'expected RR or evenly spaced phases, found neither',
    );
    const scattered = volumes.map((volume, phase) => (phase % 2 === 0 ? 0 : volume));
    expect(why(scattered, beatOf(times))).toMatch('found 12 with contours that make none');
    expect(
      why(
        volumes.map(() => 0),
        beatOf(times),
      ),
    ).toMatch('found 0');
  });

  it('takes the beat from evenly spaced phases where RR is not known, and no A wave from a triggered cine', () => {
    const times = even(25);
    const known = ratesOf(volumesAt(times), beatOf(times));
    const derived = ratesOf(volumesAt(times), beatOf(times, null));
    expect(derived).toEqual({ ...known, periodSource: 'trigger times' });
    const triggered = even(40).slice(0, 34);
    const rates = ratesOf(volumesAt(triggered), beatOf(triggered));
    expect(rates.lateFillingRateMlPerS).toBeNull();
    expect(Math.abs(rates.peakFillingRateMlPerS / known.peakFillingRateMlPerS - 1)).toBeLessThan(0.05);
  });
});

describe('fitVolumeCurve', () => {
  it('refuses what its caller got wrong', () => {
    expect(() => fitVolumeCurve([1, 2], [0], 800)).toThrow('expected 2 times, got 1');
    expect(() => fitVolumeCurve([1], [0], 0)).toThrow(RangeError);
    expect(() => fitVolumeCurve([1], [Number.NaN], 800)).toThrow(RangeError);
  });
});
