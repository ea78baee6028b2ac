import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../follow-up.ts';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { optimalCutPoint } from '../usefulness/cut-point.ts';
import { type Auc, rocAuc } from './auc.ts';
import { compareAuc, compareConcordance, compareTimeDependentAuc } from './compare-performance.ts';
import { type Concordance, concordance, unoConcordance } from './concordance.ts';
import { incidentAuc } from './incident-auc.ts';
import { rocCurve, timeDependentRoc } from './roc-curve.ts';
import {
  type Share,
  type ThresholdAccuracy,
  thresholdAccuracy,
  thresholdAccuracyByIncidence,
} from './threshold-accuracy.ts';
import { meanAuc, timeDependentAuc } from './time-dependent-auc.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../reference/survival/${name}`, import.meta.url), 'utf8'));
const r = read('discrimination.json');
const sksurv = read('discrimination-sksurv.json');

// The columns as reference/survival/discrimination.R makes them.
function whas500() {
  const table = sharedTable('whas500.csv');
  const [age, chf, sho, hr] = ['age', 'chf', 'sho', 'hr'].map((name) => table.numbers(name)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [days, los, afb] = ['lenfol', 'los', 'afb'].map((name) => table.numbers(name)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const event = Uint8Array.from(table.numbers('fstat'));
  const untied = days.map((day, row) => day + (row + 1) / 1000);
  return {
    first: age.map((years, row) => years + 10 * chf[row]! + 5 * sho[row]!),
    second: chf.map((failure, row) => 20 * failure + hr[row]! / 5),
    hazard: age.map((years, row) => (years - 70) * 0.07 + 0.8 * chf[row]!),
    gender: table.numbers('gender'),
    weights: days.map((_, row) => 1 + (row % 3)),
    entryDays: days.map((day, row) => Math.min(los[row]!, day - 0.5)),
    followUp: { days, event } as FollowUp,
    untied: { days: untied, event } as FollowUp,
    competing: {
      days: untied,
      event: event.map((code, row) => (code === 1 && afb[row] === 1 ? 2 : code)),
    } as FollowUp,
  };
}

const near = (got: number | null, expected: number, tolerance: number) =>
  expect(Math.abs(got! - expected), `${got}, expected ${expected}`).toBeLessThan(tolerance);
const sameIndex = (got: Concordance, expected: { index: number; standardError: number }) => {
  near(got.index, expected.index, 1e-12);
  near(got.standardError, expected.standardError, 1e-12);
};
/** Numerical derivatives in R carry nine digits. */
const sameJackknife = (
  got: Concordance | Auc | Share,
  expected: { value: number; standardError: number },
) => {
  const value = 'index' in got ? got.index : 'area' in got ? got.area : got.share;
  near(value, expected.value, 1e-11);
  near(got.standardError, expected.standardError, 1e-8);
};

describe.skipIf(!sharedTablesPresent)('on whas500', () => {
  const w = sharedTablesPresent ? whas500() : (null as never);
  const weighted = () => ({ ...w.followUp, weights: w.weights });

  it("has R's concordance and error, with weights, strata, late entry, and all of them", () => {
    const strata = { strata: w.gender };
    const late = { ...w.followUp, entryDays: w.entryDays };
    sameIndex(concordance(w.first, w.followUp), r.whas500.harrell);
    sameIndex(concordance(w.first, weighted()), r.whas500.weighted);
    sameIndex(concordance(w.first, w.followUp, strata), r.whas500.strata);
    sameIndex(concordance(w.first, late), r.whas500.entry);
    sameIndex(concordance(w.first, { ...late, weights: w.weights }, strata), r.whas500.all);
  });
  it("has R's Uno concordance, and with G known R's error", () => {
    sameIndex(unoConcordance(w.first, w.followUp, { censoring: w.followUp }), r.whas500.uno);
    near(unoConcordance(w.first, w.followUp).index, r.whas500.uno.index, 1e-12);
    near(unoConcordance(w.first, weighted()).index, r.whas500.unoWeighted.index, 1e-12);
    near(unoConcordance(w.first, w.followUp, { strata: w.gender }).index, r.whas500.unoStrata.index, 1e-12);
    sameIndex(unoConcordance(w.first, w.followUp, { censoring: w.followUp, tau: 1000.5 }), r.whas500.unoTau);
  });
  it("has scikit-survival's Uno concordance, and the jackknife's error where G is estimated", () => {
    near(unoConcordance(w.first, w.untied, { tau: 1000 }).index, sksurv.unoTau1000, 1e-12);
    sameJackknife(unoConcordance(w.first, w.untied), r.untied.uno);
    sameJackknife(unoConcordance(w.first, w.competing), r.untied.unoCauseSpecific);
    sameJackknife(unoConcordance(w.first, w.competing, { competing: 'event-free' }), r.untied.unoEventFree);
  });
  it("has pec's concordance with competing events that never become the event", () => {
    near(concordance(w.first, w.competing, { competing: 'event-free' }).index, r.pec.harrell, 1e-12);
    near(unoConcordance(w.first, w.competing, { competing: 'event-free' }).index, r.pec.uno, 1e-12);
  });
  it("has R's difference of two concordances and its error", () => {
    const harrell = compareConcordance('harrell', w.first, w.second, w.followUp)!;
    near(harrell.difference, r.whas500.comparison.difference, 1e-12);
    near(harrell.standardError, r.whas500.comparison.standardError, 1e-12);
    const uno = compareConcordance('uno', w.first, w.second, w.followUp, { censoring: w.followUp })!;
    near(uno.difference, r.whas500.unoComparison.difference, 1e-12);
    near(uno.standardError, r.whas500.unoComparison.standardError, 1e-12);
  });

  it("has scikit-survival's cumulative/dynamic AUC and its mean", () => {
    const areas = (sksurv.times as number[]).map((t) => timeDependentAuc(w.first, w.untied, t).area);
    for (const [k, area] of areas.entries()) near(area, sksurv.areas[k], 1e-12);
    near(meanAuc(areas, sksurv.times, w.untied), sksurv.mean, 1e-12);
  });
  it("has riskRegression's AUC, and its errors to order 1/n", () => {
    for (const [name, followUp] of [
      ['survival', w.untied],
      ['competing', w.competing],
    ] as const) {
      const golden = r.riskRegression[name];
      for (const [k, t] of (golden.times as number[]).entries()) {
        const risk = golden.model[k] === 'first' ? w.first : w.second;
        const got = timeDependentAuc(risk, followUp, t);
        near(got.area, golden.area[k], 1e-12);
        near(got.standardError, golden.standardError[k], 1e-4);
      }
      for (const [k, t] of [500, 1000, 1500].entries()) {
        const got = compareTimeDependentAuc(w.second, w.first, followUp, t)!;
        near(got.difference, golden.difference[k], 1e-12);
        near(got.standardError, golden.differenceError[k], 1e-4);
      }
    }
  });
  it('has the error of the jackknife for both kinds of controls, weights, and a difference', () => {
    sameJackknife(timeDependentAuc(w.first, w.untied, 1000), r.untied.auc);
    sameJackknife(timeDependentAuc(w.first, { ...w.untied, weights: w.weights }, 1000), r.untied.aucWeighted);
    sameJackknife(timeDependentAuc(w.first, w.competing, 1000), r.untied.aucWithoutEvent);
    sameJackknife(
      timeDependentAuc(w.first, w.competing, 1000, { controls: 'event-free' }),
      r.untied.aucEventFree,
    );
    const difference = compareTimeDependentAuc(w.first, w.second, w.untied, 1000)!;
    near(difference.standardError, r.untied.aucComparison.standardError, 1e-8);
  });
  it("has timeROC's sensitivity, specificity and predictive values, with their errors", () => {
    for (const [name, controls] of [
      ['eventFree', 'event-free'],
      ['withoutEvent', 'without-event'],
    ] as const) {
      const got = thresholdAccuracy(w.first, w.competing, 1000, 75, { controls });
      for (const [measure, expected] of Object.entries(r.untied.accuracy[name]))
        sameJackknife(got[measure as keyof ThresholdAccuracy], expected as never);
    }
  });
  it('has the predictive values of the Kaplan-Meier curves of both groups', () => {
    const got = thresholdAccuracyByIncidence(w.first, w.followUp, 1000, 75);
    near(got.positivePredictiveValue.share, r.byIncidence.positivePredictiveValue, 1e-12);
    near(got.positivePredictiveValue.standardError, r.byIncidence.positiveError, 1e-12);
    near(got.negativePredictiveValue.share, r.byIncidence.negativePredictiveValue, 1e-12);
    near(got.negativePredictiveValue.standardError, r.byIncidence.negativeError, 1e-12);
    near(got.sensitivity.share, r.byIncidence.sensitivity, 1e-12);
    near(got.specificity.share, r.byIncidence.specificity, 1e-12);
  });
  it("has risksetROC's incident/dynamic AUC and its integral", () => {
    const got = incidentAuc(w.hazard, w.followUp);
    for (const [k, day] of (r.incident.days as number[]).entries()) {
      expect(got.days[k]).toBe(day);
      near(got.areas[k]!, r.incident.areas[k], 1e-12);
    }
    near(got.integrated, r.incident.integrated, 1e-12);
    near(incidentAuc(w.hazard, w.followUp, 1500).integrated, r.incident.integratedTo1500, 1e-12);
  });

  it("has pROC's AUC, DeLong error and paired test of a yes/no outcome", () => {
    const got = rocAuc(w.first, w.followUp.event);
    near(got.area, r.binary.area, 1e-12);
    near(got.standardError, r.binary.standardError, 1e-12);
    const difference = compareAuc(w.first, w.second, w.followUp.event)!;
    near(difference.difference, r.binary.difference, 1e-12);
    near(difference.p, r.binary.p, 1e-12);
  });
  it('has the cut-points of OptimalCutpoints, which pROC puts half-way to the risk below', () => {
    const curve = rocCurve(w.first, w.followUp.event)!;
    const { optimal, youden } = r.binary;
    for (const [golden, rule] of [
      [optimal.Youden, 'youden'],
      [optimal.ROC01, 'closest-corner'],
      [optimal.MinValueSe, { sensitivity: 0.85 }],
      [optimal.MinValueSp, { specificity: 0.85 }],
    ] as const) {
      const cut = optimalCutPoint(curve, rule)!;
      near(cut.threshold, golden.threshold, 1e-12);
      near(cut.sensitivity, golden.sensitivity, 1e-12);
      near(cut.specificity, golden.specificity, 1e-12);
    }
    near(optimalCutPoint(curve, 'youden')!.sensitivity, youden.sensitivity, 1e-12);
  });
  it('has a time-dependent curve whose straight lines enclose the AUC', () => {
    const { sensitivity, specificity } = timeDependentRoc(w.first, w.competing, 1000)!;
    let area = 0;
    for (let k = 0; k < sensitivity.length; k++)
      area +=
        (((specificity[k + 1] ?? 1) - specificity[k]!) * (sensitivity[k]! + (sensitivity[k + 1] ?? 0))) / 2;
    near(area, timeDependentAuc(w.first, w.competing, 1000).area!, 1e-12);
  });
});
