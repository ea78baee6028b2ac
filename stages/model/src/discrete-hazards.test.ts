import { Random } from '@myocast/base';
import type { Outcome } from '@myocast/predictors';
import { describe, expect, it } from 'vitest';
import {
  curveAt,
  fitIntervals,
  hazardsOf,
  incidenceOf,
  lifeTable,
  negativeLogLikelihood,
  personPeriods,
} from './discrete-hazards.ts';

const outcome: Outcome = {
  days: Float64Array.of(5, 10, 15, 20, 12.5),
  cause: Uint8Array.of(1, 0, 2, 1, 0),
  causes: ['death', 'other'],
  compositeCauses: ['death'],
  compositeName: 'death',
};
const all = [0, 1, 2, 3, 4];

describe('discrete hazards', () => {
  it('turns follow-up into events and survived shares of intervals', () => {
    const periods = personPeriods(outcome, all, [10, 20]);
    expect([...periods]).toEqual(
      [
        [1, 0, 0, 0, 0, 0], // dies at 5
        [0, 0, 1, 0, 0, 0], // censored at the end of the first interval: lived through it
        [0, 0, 1, 0, 1, 0], // the other cause at 15
        [0, 0, 1, 1, 0, 0], // dies at the very end of the second
        [0, 0, 1, 0, 0, 0.25], // censored a quarter into the second
      ].flat(),
    );
  });

  it('has the likelihood that one computes by hand', () => {
    const hazards = Float64Array.from(all.flatMap(() => [0.2, 0.1, 0.3, 0.2]));
    const byHand =
      Math.log(0.2) +
      Math.log(0.7) +
      (Math.log(0.7) + Math.log(0.2)) +
      (Math.log(0.7) + Math.log(0.3)) +
      (Math.log(0.7) + 0.25 * Math.log(0.5));
    expect(negativeLogLikelihood(hazards, personPeriods(outcome, all, [10, 20]), 2)).toBeCloseTo(-byHand, 12);
  });

  it('gives incidences that add up to one with the event-free share', () => {
    const random = new Random(3);
    const logits = Float64Array.from({ length: 12 }, () => random.normal(-1, 2));
    const { causes, eventFree } = incidenceOf(hazardsOf(logits, 3), 3);
    for (let k = 0; k <= 4; k++) {
      expect(causes.reduce((sum, curve) => sum + curve[k]!, eventFree[k]!)).toBeCloseTo(1, 12);
    }
  });

  it('is largest, without predictors, at the life table, which is Aalen-Johansen when nobody is censored', () => {
    const uncensored: Outcome = { ...outcome, cause: Uint8Array.of(1, 2, 2, 1, 1) };
    const periods = personPeriods(uncensored, all, [5, 10, 12.5, 15, 20]);
    const table = lifeTable(periods, 5, 2);
    const { causes } = incidenceOf(table, 2);
    expect([...causes[0]!].map((value) => value * 5)).toEqual(
      [0, 1, 1, 2, 2, 3].map((n) => expect.closeTo(n, 12)),
    );
    const spread = (hazards: Float64Array) => Float64Array.from(all.flatMap(() => [...hazards]));
    const best = negativeLogLikelihood(spread(table), periods, 2);
    const random = new Random(1);
    for (let trial = 0; trial < 50; trial++) {
      const other = table.map((hazard) => (hazard + 0.02 * random.uniform()) / 1.04);
      expect(negativeLogLikelihood(spread(other), periods, 2)).toBeGreaterThan(best);
    }
  });

  it('fits intervals that hold equally many events and end at the longest follow-up', () => {
    const days = Float64Array.from({ length: 24 }, (_, index) => 10 * (index + 1));
    const cause = Uint8Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? 1 : 0));
    const many = { ...outcome, days, cause };
    const rows = [...days.keys()];
    expect(fitIntervals(many, rows)).toEqual([70, 150, 240]);
    expect(fitIntervals(many, rows, 1)).toEqual([240]);
    expect(fitIntervals({ ...many, days: null }, rows)).toEqual([1]);
  });

  it('reads a curve linearly between interval ends and holds it after the last', () => {
    expect(curveAt([0, 100, 200], [0, 0.2, 0.3], 50)).toBeCloseTo(0.1, 12);
    expect(curveAt([0, 100, 200], [0, 0.2, 0.3], 150)).toBeCloseTo(0.25, 12);
    expect(curveAt([0, 100, 200], [0, 0.2, 0.3], 999)).toBe(0.3);
  });
});
