import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../follow-up.ts';
import { sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { mgus2, riskBy, whas500 } from '../testing/whas-and-mgus.ts';
import { pseudoCalibrationCurve, weightedQuantile } from './calibration-curve.ts';
import { calibrationIntercept, calibrationSlope } from './calibration-slope.ts';
import { dCalibration } from './d-calibration.ts';
import { groupedCalibration } from './grouped-calibration.ts';
import { hazardCalibrationCurve, hazardCalibrationSlope } from './hazard-calibration.ts';
import { localRegression } from './local-regression.ts';
import { observedExpected } from './observed-expected.ts';
import { splineCalibrationCurve } from './spline-calibration.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/calibration.json', import.meta.url), 'utf8'),
);

function near(got: number | null | undefined, expected: number, tolerance: number): void {
  expect(Math.abs(got! - expected), `${got} for ${expected}`).toBeLessThan(tolerance);
}

function valueOf<Value>(
  checked: { ok: true; value: Value } | { ok: false; issues: readonly { message: string }[] },
): Value {
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  return checked.value;
}

describe.skipIf(!sharedTablesPresent)('calibration on cohorts, as R has it', () => {
  const whas = whas500();
  const mgus = mgus2();
  const cases: [string, FollowUp, Float64Array, number][] = [
    ['whas500', whas.followUp, riskBy(whas.one, golden.whas500.at, 2500), 10],
    ['mgus2', mgus.followUp, riskBy(mgus.one, golden.mgus2.at, 1200), 5],
  ];
  it.each(cases)('%s: observed over expected, intercept and slope', (name, followUp, risk) => {
    const expected = golden[name];
    const large = observedExpected(risk, followUp, expected.at);
    near(large.observed, expected.observed, 1e-12);
    near(large.ratio, expected.ratio, 1e-12);
    if (expected.se !== undefined) near(large.standardError, expected.se, 1e-12);
    const intercept = valueOf(calibrationIntercept(risk, followUp, expected.at));
    near(intercept.estimate, expected.weak.intercept, 1e-7);
    near(intercept.standardError, expected.weak.interceptSe, 1e-6);
    const slope = valueOf(calibrationSlope(risk, followUp, expected.at));
    near(slope.estimate, expected.weak.slope, 1e-7);
    near(slope.standardError, expected.weak.slopeSe, 1e-6);
  });
  it.each(cases)('%s: the smoothed curve and its distances', (name, followUp, risk) => {
    const { loess, at } = golden[name];
    const curve = valueOf(pseudoCalibrationCurve(risk, followUp, at));
    for (const [k, observed] of (loess.observed as number[]).entries())
      near(curve.observed[k], observed, 1e-6);
    for (const key of ['ici', 'e50', 'e90', 'eMax'] as const) near(curve[key], loess[key], 1e-6);
  });
  it.each(cases)('%s: the curve by a spline of the pseudo-values', (name, followUp, risk) => {
    const { spline, at } = golden[name];
    const curve = valueOf(splineCalibrationCurve(risk, followUp, at));
    for (const [k, observed] of (spline.observed as number[]).entries())
      near(curve.observed[k], observed, 1e-6);
    for (const key of ['ici', 'e50', 'e90', 'eMax'] as const) near(curve[key], spline[key], 1e-6);
  });
  it('whas500: the curve and the slope by hazard regression', () => {
    const { hazard, at } = golden.whas500;
    const risk = riskBy(whas.one, at, 2500);
    const curve = valueOf(hazardCalibrationCurve(risk, whas.followUp, at));
    for (const [k, observed] of (hazard.observed as number[]).entries())
      near(curve.observed[k], observed, 1e-6);
    for (const key of ['ici', 'e50', 'e90', 'eMax'] as const) near(curve[key], hazard[key], 1e-6);
    const slope = valueOf(hazardCalibrationSlope(risk, whas.followUp, at));
    near(slope.estimate, hazard.slope, 1e-8);
    near(slope.standardError, hazard.slopeSe, 1e-8);
  });
  it.each(cases)('%s: groups and their tests', (name, followUp, risk, groups) => {
    const { grouped, at } = golden[name];
    const got = groupedCalibration(risk, followUp, at, { groups });
    expect(got.groups.map(({ subjects }) => subjects)).toEqual(grouped.n);
    for (const [g, group] of got.groups.entries()) {
      near(group.predicted, grouped.predicted[g], 1e-12);
      near(group.observed, grouped.observed[g], 1e-12);
      if (grouped.se) near(group.standardError, grouped.se[g], 1e-12);
    }
    if (!grouped.gnd) return;
    near(got.greenwoodNamDAgostino!.chiSquare, grouped.gnd, 1e-9);
    near(got.greenwoodNamDAgostino!.p, grouped.gndP, 1e-12);
    near(got.namDAgostino!.chiSquare, grouped.nd, 1e-9);
  });
  it('D-calibration', () => {
    const { followUp, one } = whas;
    const survival = one.map((value, row) => Math.exp((-followUp.days[row]! / 2500) * Math.exp(value)));
    const got = dCalibration(survival, followUp);
    for (const [bin, count] of got.counts.entries())
      near(count, golden.whas500.dCalibration.counts[bin], 1e-9);
    near(got.chiSquare, golden.whas500.dCalibration.chiSquare, 1e-9);
    near(got.p, golden.whas500.dCalibration.p, 1e-12);
  });
});

describe('calibration', () => {
  const tied = tiedCohort(new Random('calibration'), 60);
  const risk = tied.risk.map((value) => (value + 1) / 8);
  const doubled = {
    days: Float64Array.from([...tied.followUp.days, ...tied.followUp.days.subarray(0, 20)]),
    event: Uint8Array.from([...tied.followUp.event, ...tied.followUp.event.subarray(0, 20)]),
  };
  const twice = Float64Array.from([...risk, ...risk.subarray(0, 20)]);

  it('finds a prediction of the observed outcome perfect', () => {
    const followUp = followUpOf([1, 2, 3, 4, 5, 6], [1, 2, 1, 1, 2, 1]);
    const got = observedExpected(Float64Array.of(1, 0, 1, 0, 0, 0), followUp, 3);
    expect(got.ratio).toBeCloseTo(1, 12);
  });
  it('has one group and no test when all risks are the same', () => {
    const same = new Float64Array(60).fill(0.3);
    const got = groupedCalibration(same, tied.followUp, 5);
    expect(got.groups).toHaveLength(1);
    expect(got.greenwoodNamDAgostino).toBeNull();
    const curve = valueOf(pseudoCalibrationCurve(same, tied.followUp, 5));
    expect([...curve.predicted]).toEqual([0.3]);
    expect(curve.ici).toBeCloseTo(Math.abs(curve.observed[0]! - 0.3), 12);
    expect(calibrationSlope(same, tied.followUp, 5).ok).toBe(false);
    expect(calibrationIntercept(same, tied.followUp, 5).ok).toBe(true);
  });
  it.each([
    [
      'a risk of 0',
      (r: Float64Array) => r.with(3, 0),
      tied.followUp,
      5,
      'risk of subject 4: expected a risk above 0',
    ],
    [
      'no event by the day',
      (r: Float64Array) => r,
      followUpOf(Array(60).fill(7), Array(60).fill(1)),
      5,
      'day 5: expected an event',
    ],
    [
      'only events by the day',
      (r: Float64Array) => r,
      followUpOf(Array(60).fill(4), Array(60).fill(1)),
      5,
      'day 5: expected a subject without',
    ],
    [
      'nobody followed so long',
      (r: Float64Array) => r,
      followUpOf(Array(60).fill(4), Array(60).fill(0)),
      5,
      'day 5: expected follow-up so long',
    ],
  ])('refuses a slope with %s, by name', (_, change, followUp, t, message) => {
    const got = calibrationSlope(change(risk), followUp, t);
    expect(got.ok ? '' : `${got.issues[0]!.path}: ${got.issues[0]!.message}`).toContain(message);
  });
  it('gives a curve for risks of 0 and 1', () => {
    expect(pseudoCalibrationCurve(risk.with(3, 0).with(4, 1), tied.followUp, 5).ok).toBe(true);
  });
  it('shares a censored subject out over the bins below', () => {
    const got = dCalibration(Float64Array.of(0.75, 0.5, 1), followUpOf([1, 2, 3], [0, 1, 1]), { bins: 2 });
    expect([...got.counts]).toEqual([2 / 3, 1 / 3 + 2]);
  });
  it('counts distances by weight as if the rows were repeated', () => {
    const values = Float64Array.of(3, 1, 2);
    const whole = Float64Array.of(1, 1, 2, 3, 3, 3);
    for (const q of [0.1, 0.5, 0.9])
      expect(weightedQuantile(values, Float64Array.of(3, 2, 1), q)).toBeCloseTo(
        weightedQuantile(whole, new Float64Array(6).fill(1), q),
        12,
      );
  });
  it('local regression recovers a straight line, and the mean where all points are one', () => {
    const x = Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    const got = localRegression(
      x,
      x.map((value) => 2 * value + 1),
      new Float64Array(8).fill(1),
      x,
      0.5,
    );
    for (const [at, value] of got.entries()) expect(value).toBeCloseTo(2 * at + 1, 10);
    const flat = localRegression(
      new Float64Array(4).fill(2),
      Float64Array.of(0, 1, 1, 0),
      new Float64Array(4).fill(1),
      Float64Array.of(2),
      0.9,
    );
    expect(flat[0]).toBeCloseTo(2 / 3, 12);
  });
  it('takes a case weight of 2 as the row twice', () => {
    const weights = Float64Array.from({ length: 60 }, (_, row) => (row < 20 ? 2 : 1));
    const weighted = { ...tied.followUp, weights };
    near(observedExpected(risk, weighted, 5).ratio, observedExpected(twice, doubled, 5).ratio!, 1e-10);
    for (const estimate of [calibrationIntercept, calibrationSlope]) {
      const [one, two] = [valueOf(estimate(risk, weighted, 5)), valueOf(estimate(twice, doubled, 5))];
      near(one.estimate, two.estimate, 1e-8);
      near(one.standardError, two.standardError, 1e-8);
    }
  });
});
