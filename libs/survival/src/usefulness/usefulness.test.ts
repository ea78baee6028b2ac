import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { mgus2, riskBy, whas500 } from '../testing/whas-and-mgus.ts';
import { decisionCurve } from './decision-curve.ts';
import { integratedDiscrimination } from './integrated-discrimination.ts';
import { netReclassification, reclassificationTable } from './reclassification.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../reference/survival/${name}`, import.meta.url), 'utf8'));
const dcurves = read('decision-curve.json');
const golden = read('reclassification.json');

function near(got: number | null | undefined, expected: number, tolerance: number): void {
  expect(Math.abs(got! - expected), `${got} for ${expected}`).toBeLessThan(tolerance);
}

describe.skipIf(!sharedTablesPresent)('on cohorts', () => {
  const whas = whas500();
  const mgus = mgus2();

  it('decision curves are those of dcurves', () => {
    const models = [whas.one, whas.two].map((predictor, m) => ({
      name: ['one', 'two'][m]!,
      risk: riskBy(predictor, dcurves.at, 2500),
    }));
    const got = decisionCurve(models, whas.followUp, dcurves.at, dcurves.thresholds);
    near(got.observed, dcurves.prevalence, 1e-12);
    for (const [k, all] of got.treatAll.entries()) near(all.netBenefit, dcurves.all[k], 1e-12);
    for (const { name, points } of got.models)
      for (const [k, point] of points.entries()) {
        near(point.netBenefit, dcurves.models[name].netBenefit[k], 1e-12);
        near(point.treated, dcurves.models[name].treated[k], 1e-12);
        near(point.truePositives, dcurves.models[name].truePositives[k], 1e-12);
        near(point.interventionsAvoided, dcurves.models[name].avoided[k], 1e-9);
        near(point.standardised, dcurves.models[name].netBenefit[k] / dcurves.prevalence, 1e-12);
      }
  });
  it('without censoring reclassification and discrimination are those of Hmisc, with their errors', () => {
    const { at, subjects, withEvent, without, ...expected } = golden.uncensored;
    const [newRisk, oldRisk] = [riskBy(whas.one, 730.5, 2500), riskBy(whas.two, 730.5, 2500)];
    const { days, event } = whas.followUp;
    const rows = Int32Array.from(days.keys()).filter((row) => days[row]! > 370 || event[row] === 1);
    expect(rows.length).toBe(subjects);
    const take = (risk: Float64Array) => Float64Array.from(rows, (row) => risk[row]!);
    const followUp = takeFollowUp(whas.followUp, rows);
    const nri = netReclassification(take(oldRisk), take(newRisk), followUp, at);
    near(nri.total.estimate, expected.nri, 1e-12);
    near(nri.events.estimate, expected.events, 1e-12);
    near(nri.nonEvents.estimate, expected.nonEvents, 1e-12);
    near(nri.total.standardError, expected.se, 1e-12);
    near(nri.events.standardError, expected.eventsSe, 1e-12);
    near(nri.nonEvents.standardError, expected.nonEventsSe, 1e-12);
    const idi = integratedDiscrimination(take(oldRisk), take(newRisk), followUp, at);
    near(idi.total.estimate, expected.idi, 1e-12);
    near(idi.events.estimate, expected.sensitivity, 1e-12);
    near(idi.nonEvents.estimate, expected.specificity, 1e-12);
    // improveProb divides by n - 1 in each group
    near(idi.events.standardError, Math.sqrt((expected.varEvents * (withEvent - 1)) / withEvent ** 2), 1e-12);
    near(idi.nonEvents.standardError, Math.sqrt((expected.varOthers * (without - 1)) / without ** 2), 1e-12);
    near(idi.total.standardError, expected.idiSe, 1e-4);
  });
  it.each([
    ['whas500', whas.followUp, whas.two, whas.one, [2500, 2500]],
    ['mgus2', mgus.followUp, mgus.two, mgus.one, [713, 700]],
  ] as [string, FollowUp, Float64Array, Float64Array, [number, number]][])(
    '%s: with censoring they are the written formulas',
    (name, followUp, older, newer, [oldScale, newScale]) => {
      const { at, continuous, categorical, idi, bootstrapSe } = golden[name];
      const [oldRisk, newRisk] = [riskBy(older, at, oldScale), riskBy(newer, at, newScale)];
      const free = netReclassification(oldRisk, newRisk, followUp, at);
      const bounded = netReclassification(oldRisk, newRisk, followUp, at, { categories: [0.2, 0.4] });
      const gain = integratedDiscrimination(oldRisk, newRisk, followUp, at);
      for (const part of ['events', 'nonEvents', 'total'] as const) {
        near(free[part].estimate, continuous[part], 1e-10);
        near(bounded[part].estimate, categorical[part], 1e-10);
        near(gain[part].estimate, idi[part], 1e-10);
        // 400 resamples: the error of a standard error is about 4 %
        if (bootstrapSe) near(free[part].standardError! / bootstrapSe[part], 1, 0.12);
      }
    },
  );
  it('the reclassification table has the observed risk of each cell', () => {
    const { at, cells, risks } = golden.whas500;
    const table = reclassificationTable(
      riskBy(whas.two, at, 2500),
      riskBy(whas.one, at, 2500),
      whas.followUp,
      at,
      [0.2, 0.4],
    );
    for (const [i, line] of table.entries())
      for (const [j, cell] of line.entries()) {
        expect(cell.subjects).toBe(cells[i][j]);
        near(cell.observed, risks[i][j], 1e-12);
      }
  });
});

describe('decision curves', () => {
  const { risk: rank, followUp } = tiedCohort(new Random('decision'), 80);
  const risk = rank.map((value) => value / 6);

  it('treat those at the threshold, by the incidence among them, death competing', () => {
    const { models } = decisionCurve([{ name: 'a', risk }], followUp, 5, [0.5]);
    const treated = [...risk.keys()].filter((row) => risk[row]! >= 0.5);
    const among = incidenceAt(aalenJohansen(takeFollowUp(followUp, treated)), 5);
    expect(models[0]!.points[0]!.netBenefit).toBeCloseTo((treated.length / 80) * (2 * among - 1), 12);
  });
  it('have the benefit of treating all at threshold 0 and none where nobody is treated', () => {
    const { observed, treatAll, models } = decisionCurve([{ name: 'a', risk }], followUp, 5, [0, 0.99]);
    expect(treatAll[0]!.netBenefit).toBeCloseTo(observed!, 12);
    expect(models[0]!.points[0]!.netBenefit).toBeCloseTo(observed!, 12);
    expect(models[0]!.points[0]!.interventionsAvoided).toBeNull();
    expect(models[0]!.points[1]!.netBenefit).toBe(0);
  });
  it('are null where the treated are not followed to the day', () => {
    const short = followUpOf([1, 2, 9, 9], [0, 0, 1, 0]);
    const { models } = decisionCurve(
      [{ name: 'a', risk: Float64Array.of(0.9, 0.9, 0.1, 0.1) }],
      short,
      5,
      [0.5],
    );
    expect(models[0]!.points[0]!.netBenefit).toBeNull();
  });
  it('have the same interval for the same seed, around the estimate', () => {
    const run = () =>
      decisionCurve([{ name: 'a', risk }], followUp, 5, [0.2], {
        bootstrap: { resamples: 100, random: new Random(3) },
      }).models[0]!.points[0]!;
    expect(run()).toEqual(run());
    expect(run().low).toBeLessThan(run().netBenefit!);
    expect(run().high).toBeGreaterThan(run().netBenefit!);
  });
  it('refuse a threshold of 1', () => {
    expect(() => decisionCurve([{ name: 'a', risk }], followUp, 5, [1])).toThrow(
      'thresholds of 0 or more and below 1',
    );
  });
});

describe('reclassification', () => {
  const { risk: rank, followUp } = tiedCohort(new Random('moves'), 80);
  const risk = rank.map((value) => (value + 1) / 8);

  it('is zero when nothing moves, and puts a risk on a border above it', () => {
    const same = netReclassification(risk, risk, followUp, 5);
    expect([same.events.estimate, same.nonEvents.estimate, same.total.standardError]).toEqual([0, 0, 0]);
    const table = reclassificationTable(
      Float64Array.of(0.1, 0.2),
      Float64Array.of(0.3, 0.1),
      followUpOf([1, 2], [1, 0]),
      1,
      [0.2],
    );
    expect(table.map((line) => line.map(({ subjects }) => subjects))).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(table[0]![0]!.observed).toBeNull();
  });
  it('is null without events by the day, for the events only', () => {
    const late = followUpOf([7, 8, 9], [1, 1, 1]);
    const got = netReclassification(Float64Array.of(0.1, 0.2, 0.3), Float64Array.of(0.2, 0.1, 0.3), late, 5);
    expect([got.events.estimate, got.total.estimate, got.nonEvents.estimate]).toEqual([null, null, 0]);
    const gain = integratedDiscrimination(
      Float64Array.of(0.1, 0.2, 0.3),
      Float64Array.of(0.2, 0.1, 0.3),
      late,
      5,
    );
    expect([gain.events.estimate, gain.total.estimate]).toEqual([null, null]);
    expect(gain.nonEvents.estimate).toBeCloseTo(0, 12);
  });
  it('has an IDI with the errors of the infinitesimal jackknife: the derivatives by the case weights', () => {
    const newRisk = risk.map((value, row) => (value + (row % 5) / 5) / 2);
    const idi = (weights: Float64Array) =>
      integratedDiscrimination(risk, newRisk, { ...followUp, weights }, 5);
    const found = idi(new Float64Array(80).fill(1));
    for (const part of ['events', 'nonEvents', 'total'] as const) {
      let sum = 0;
      for (const row of risk.keys()) {
        const [up, down] = [1e-4, -1e-4].map(
          (step) => idi(Float64Array.from(risk, (_, at) => (at === row ? 1 + step : 1)))[part].estimate!,
        ) as [number, number];
        sum += ((up - down) / 2e-4) ** 2;
      }
      near(found[part].standardError, Math.sqrt(sum), 1e-7);
    }
  });
  it('refuses borders that do not ascend', () => {
    expect(() => netReclassification(risk, risk, followUp, 5, { categories: [0.2, 0.1] })).toThrow(
      'borders that ascend',
    );
  });
});
