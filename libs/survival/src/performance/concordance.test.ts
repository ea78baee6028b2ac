import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { type FollowUp, takeFollowUp, takeRows } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { concordance, unoConcordance } from './concordance.ts';

describe('concordance', () => {
  /** Every pair, looked at once. */
  function oracle(risk: Float64Array, { days, event }: FollowUp, weightOf: (i: number) => number) {
    const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
    for (let i = 0; i < risk.length; i++) {
      if (event[i] !== 1) continue;
      for (let j = 0; j < risk.length; j++) {
        const outlasts = days[j]! > days[i]! || (days[j] === days[i] && event[j] !== 1);
        if (!outlasts) continue;
        if (risk[i]! > risk[j]!) totals.concordant += weightOf(i);
        else if (risk[i]! < risk[j]!) totals.discordant += weightOf(i);
        else totals.tiedRisk += weightOf(i);
      }
    }
    return totals;
  }
  it('counts the pairs that a look at every pair counts', () => {
    for (let trial = 0; trial < 40; trial++) {
      const { risk, followUp } = tiedCohort(new Random(`pairs ${trial}`), 25);
      expect(concordance(risk, followUp)).toMatchObject(oracle(risk, followUp, () => 1));
    }
  });
  it('has the standard error of leaving weight off each subject', () => {
    const { risk, followUp } = tiedCohort(new Random('jackknife'), 30);
    const index = (rows: number[]) => {
      const { concordant, discordant, tiedRisk } = oracle(
        takeRows(risk, rows),
        takeFollowUp(followUp, rows),
        () => 1,
      );
      return { right: concordant + tiedRisk / 2, pairs: concordant + discordant + tiedRisk };
    };
    const rows = Array.from({ length: 30 }, (_, row) => row);
    const all = index(rows);
    let variance = 0;
    for (const row of rows) {
      const rest = index(rows.filter((other) => other !== row));
      const own = { right: all.right - rest.right, pairs: all.pairs - rest.pairs };
      variance += ((own.right - (all.right / all.pairs) * own.pairs) / all.pairs) ** 2;
    }
    expect(concordance(risk, followUp).standardError).toBeCloseTo(Math.sqrt(variance), 12);
  });
  it("is Harrell's where nobody is censored, and leaves out pairs from tau on", () => {
    const { risk, followUp } = tiedCohort(new Random('uno'), 30);
    const complete = { ...followUp, event: followUp.event.map(() => 1) };
    expect(unoConcordance(risk, complete).index).toBeCloseTo(concordance(risk, complete).index!, 12);
    const early = { ...complete, event: complete.event.map((_, row) => (complete.days[row]! < 5 ? 1 : 0)) };
    expect(unoConcordance(risk, complete, { tau: 5, censoring: complete }).concordant).toBe(
      concordance(risk, early).concordant,
    );
  });
  it('gives no index when no pair is comparable', () => {
    expect(concordance(Float64Array.of(1, 2), followUpOf([3, 4], [0, 0]))).toMatchObject({
      index: null,
      standardError: null,
    });
  });
  it('says how many risks it expected', () => {
    expect(() => concordance(Float64Array.of(1), followUpOf([3, 4], [0, 1]))).toThrow(
      'concordance: expected 1 follow-up times, got 2',
    );
  });
});
