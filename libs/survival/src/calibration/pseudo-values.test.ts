import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt } from '../estimators/aalen-johansen.ts';
import { takeFollowUp } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { pseudoValues } from './pseudo-values.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/pseudo-values.json', import.meta.url), 'utf8'),
);

describe('pseudo-values', () => {
  it('are those of leaving each subject out in turn, ties and competing events included', () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const { followUp } = tiedCohort(new Random(seed), 30);
      const rows = [...followUp.days.keys()];
      for (const t of [0, 3, 5.5, 8]) {
        const whole = incidenceAt(aalenJohansen(followUp), t);
        const got = pseudoValues(followUp, t)!;
        for (const row of rows) {
          const others = takeFollowUp(
            followUp,
            rows.filter((other) => other !== row),
          );
          expect(got[row]).toBeCloseTo(30 * whole - 29 * incidenceAt(aalenJohansen(others), t), 10);
        }
      }
    }
  });
  it('are the outcomes themselves without censoring', () => {
    const got = pseudoValues(followUpOf([1, 2, 3, 4, 4], [1, 2, 1, 1, 0]), 3)!;
    expect([...got].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([1, 0, 1, 0, 0]);
  });
  it('do not exist where nobody is followed to, unless the last one had an event', () => {
    expect(pseudoValues(followUpOf([1, 2, 3], [1, 1, 0]), 3.5)).toBeNull();
    expect([...pseudoValues(followUpOf([1, 2, 3], [1, 0, 1]), 3.5)!].every(Number.isFinite)).toBe(true);
    expect([...pseudoValues(followUpOf([5], [1]), 6)!]).toEqual([1]);
  });
  it('are those of prodlim, for one cause and for two', () => {
    const days = golden.days as number[];
    for (const [codes, expected] of [
      [golden.event, golden.single],
      [golden.cause, golden.competing],
    ])
      for (const [k, t] of (golden.at as number[]).entries()) {
        const got = pseudoValues(followUpOf(days, codes), t)!;
        for (const [row, value] of got.entries()) expect(value).toBeCloseTo(expected[k][row], 9);
      }
  });
});
