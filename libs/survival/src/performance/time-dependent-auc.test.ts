import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { optimalCutPoint } from '../usefulness/cut-point.ts';
import { rocAuc } from './auc.ts';
import { compareConcordance } from './compare-performance.ts';
import { incidentAuc, incidentAucAt } from './incident-auc.ts';
import { rocCurve, timeDependentRoc } from './roc-curve.ts';
import { thresholdAccuracy, thresholdAccuracyByIncidence } from './threshold-accuracy.ts';
import { meanAuc, timeDependentAuc } from './time-dependent-auc.ts';

/** Every case against every control; G by its definition. */
function oracle(risk: Float64Array, { days, event, weights }: FollowUp, t: number, eventFreeOnly: boolean) {
  const rows = [...days.keys()];
  const sum = (keep: (row: number) => boolean) =>
    rows.filter(keep).reduce((all, row) => all + weights![row]!, 0);
  const before = (s: number) =>
    [...new Set(days)].reduce((g, day) => {
      const censored = sum((row) => days[row] === day && event[row] === 0);
      if (day >= s || censored === 0) return g;
      return g * (1 - censored / sum((row) => days[row]! > day || (days[row] === day && event[row] === 0)));
    }, 1);
  const asCase = rows.map((row) => (event[row] === 1 && days[row]! <= t ? 1 / before(days[row]!) : 0));
  const asControl = rows.map((row) => {
    if (days[row]! > t || (days[row] === t && event[row] === 0)) return 1 / before(t);
    return !eventFreeOnly && event[row]! > 1 ? 1 / before(days[row]!) : 0;
  });
  let [right, all] = [0, 0];
  for (const i of rows)
    for (const j of rows) {
      const weight = weights![i]! * weights![j]! * asCase[i]! * asControl[j]!;
      all += weight;
      right += (weight * (1 + Math.sign(risk[i]! - risk[j]!))) / 2;
    }
  return all > 0 ? right / all : null;
}

describe('cumulative/dynamic AUC', () => {
  it('is that of a look at every pair, with ties, weights and competing events', () => {
    for (let trial = 0; trial < 30; trial++) {
      const random = new Random(`auc ${trial}`);
      const { risk, followUp: plain } = tiedCohort(random, 25);
      const followUp = { ...plain, weights: Float64Array.from(risk, () => 0.5 + random.integer(3)) };
      for (const t of [0, 3, 6]) {
        for (const controls of ['event-free', 'without-event'] as const) {
          const { area } = timeDependentAuc(risk, followUp, t, { controls });
          const expected = oracle(risk, followUp, t, controls === 'event-free');
          if (expected === null) expect(area).toBeNull();
          else expect(area).toBeCloseTo(expected, 12);
        }
      }
    }
  });
  it('has the error of changing the weight of each subject a little', () => {
    const random = new Random('influence');
    const { risk, followUp } = tiedCohort(random, 30);
    const weights = Float64Array.from(risk, () => 0.5 + random.integer(3));
    for (const controls of ['event-free', 'without-event'] as const) {
      const { influence } = timeDependentAuc(risk, { ...followUp, weights }, 5, { controls });
      for (let row = 0; row < 30; row++) {
        const moved = (step: number) => {
          const other = weights.map((weight, at) => (at === row ? weight + step : weight));
          return timeDependentAuc(risk, { ...followUp, weights: other }, 5, { controls }).area!;
        };
        expect(influence[row]).toBeCloseTo((weights[row]! * (moved(1e-5) - moved(-1e-5))) / 2e-5, 8);
      }
    }
  });
  it('is that of a yes/no outcome where nobody is censored', () => {
    const { risk, followUp } = tiedCohort(new Random('complete'), 40);
    const complete = { ...followUp, event: followUp.event.map(() => 1) };
    const outcome = Uint8Array.from(complete.days, (day) => (day <= 4 ? 1 : 0));
    expect(timeDependentAuc(risk, complete, 4).area).toBeCloseTo(rocAuc(risk, outcome).area!, 12);
    expect(timeDependentRoc(risk, complete, 4)).toEqual(rocCurve(risk, outcome));
  });
  it('is null without a case, without a control, and where nothing is known', () => {
    const risk = Float64Array.of(3, 2, 1);
    const followUp = followUpOf([1, 2, 3], [1, 1, 0]);
    expect(timeDependentAuc(risk, followUp, 0.5).area).toBeNull(); // no case
    expect(timeDependentAuc(risk, followUp, 3).area).toBe(1); // censored on day 3: known there
    expect(timeDependentAuc(risk, followUp, 4)).toMatchObject({ area: null, standardError: null });
    expect(timeDependentAuc(risk, followUpOf([1, 2, 3], [1, 1, 1]), 3).area).toBeNull(); // no control
    expect(timeDependentAuc(Float64Array.of(1), followUpOf([1], [1]), 1).area).toBeNull();
    expect(thresholdAccuracy(risk, followUp, 4, 2).sensitivity.share).toBeNull();
    expect(timeDependentRoc(risk, followUp, 4)).toBeNull();
    expect(meanAuc([0.7, null], [1, 2], followUp)).toBeNull();
  });
  it('refuses late entry and days that do not ascend', () => {
    const followUp = followUpOf([1, 2], [1, 0]);
    const late = { ...followUp, entryDays: Float64Array.of(0.5, 0.5) };
    expect(() => timeDependentAuc(Float64Array.of(1, 2), late, 1)).toThrow('from day 0 on');
    expect(() => meanAuc([0.5, 0.5], [2, 1], followUp)).toThrow('ascending');
  });
});

describe('incident/dynamic AUC', () => {
  it('by hand, with weights, a late entry and a censoring', () => {
    const followUp = {
      ...followUpOf([2, 3, 4, 5], [1, 0, 1, 0]),
      entryDays: Float64Array.of(0, 0, 3, 0),
      weights: Float64Array.of(1, 2, 1, 1),
    };
    // day 2: risks 0, 1 (twice), 0 are there; the case is one of them in proportion to e^risk
    const all = 1 + 2 * Math.E + 1;
    const expected = (1 * (0.5 * 1) + 2 * Math.E * (0.5 * 2 + 1) + 1 * (0.5 * 1)) / (all * 3);
    const risk = Float64Array.of(0, 1, 9, 0);
    expect(incidentAucAt(risk, followUp, 2)).toBeCloseTo(expected, 12);
    expect(incidentAuc(Float64Array.of(1), followUpOf([1], [1]))).toEqual({
      days: Float64Array.of(1),
      areas: [null],
      integrated: null,
    });
  });
});

describe('cut-points and comparisons', () => {
  it('of equal thresholds takes the lowest, and none that misses the wanted specificity', () => {
    const curve = rocCurve(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 1, 0, 1))!;
    expect(optimalCutPoint(curve, 'youden')).toMatchObject({ threshold: 2, youden: 0.5 });
    expect(optimalCutPoint(curve, { specificity: 1 })!.threshold).toBe(4);
    const upside = rocCurve(Float64Array.of(2, 1), Uint8Array.of(0, 1))!;
    expect(optimalCutPoint(upside, { specificity: 1 })).toBeNull();
    expect(() => optimalCutPoint(curve, { sensitivity: 2 })).toThrow('between 0 and 1');
  });
  it('has no p-value where two predictions order everybody alike, and nothing without a pair', () => {
    const { risk, followUp } = tiedCohort(new Random('alike'), 30);
    const twice = risk.map((value) => 2 * value);
    expect(compareConcordance('uno', risk, twice, followUp)).toMatchObject({
      difference: 0,
      standardError: 0,
      p: null,
    });
    const none = followUpOf([1, 2], [0, 0]);
    expect(compareConcordance('harrell', Float64Array.of(1, 2), Float64Array.of(2, 1), none)).toBeNull();
  });
  it('gives no predictive values from incidences where one side of the threshold is empty', () => {
    const { risk, followUp } = tiedCohort(new Random('side'), 30);
    expect(thresholdAccuracyByIncidence(risk, followUp, 4, 99).sensitivity.share).toBeNull();
  });
});
