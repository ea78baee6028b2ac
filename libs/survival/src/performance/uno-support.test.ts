import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../follow-up.ts';
import { unoConcordance } from './concordance.ts';
import { unoSupport } from './uno-support.ts';

/** Censored each on a day of its own from day 1 on, and events on these days. */
function cohort(censored: number, events: readonly number[]): FollowUp {
  const days = [...Array.from({ length: censored }, (_, at) => at + 1), ...events];
  return {
    days: Float64Array.from(days),
    event: Uint8Array.from(days, (_, at) => (at < censored ? 0 : 1)),
  };
}

describe('unoSupport', () => {
  it('counts those at risk at the last event with a follower, and G before it', () => {
    // ten at risk; two are censored on days 1 and 2; the event on day 9 has nobody after it
    const found = unoSupport(cohort(2, [0.5, 3, 4, 5, 6, 7, 8, 9]));
    expect(found).toMatchObject({ lastDay: 8, atRisk: 2, thin: true });
    expect(found!.censoringSurvival).toBeCloseTo((1 - 1 / 9) * (1 - 1 / 8), 12);
  });

  it('is not thin where tau leaves out the tail', () => {
    const followUp = cohort(40, [10.5, 25.5, 41]);
    expect(unoSupport(followUp)).toMatchObject({ lastDay: 25.5, atRisk: 17, thin: false });
    expect(unoSupport(followUp, { tau: 25.5 })).toMatchObject({ lastDay: 10.5, atRisk: 33, thin: false });
    expect(unoSupport(followUp, { tau: 5 })).toBeNull();
  });

  it('is thin by G alone where many are left of many more', () => {
    const followUp = cohort(400, [380.5]);
    const { atRisk, censoringSurvival, thin } = unoSupport(followUp)!;
    expect(atRisk).toBe(21);
    expect(censoringSurvival).toBeLessThan(0.0525);
    expect(thin).toBe(false);
    expect(unoSupport(cohort(400, [385.5]))).toMatchObject({ atRisk: 16, thin: true });
  });

  it('takes the stratum with the fewest subjects, and passes over weights of 0', () => {
    const followUp = cohort(40, [20.5, 30.5]);
    const strata = Int32Array.from(followUp.days, (day) => (day > 25 ? 1 : 0));
    expect(unoSupport(followUp, { strata })).toMatchObject({ lastDay: 20.5, atRisk: 6 });
    const weights = followUp.days.map((day) => (day > 35 ? 0 : 1));
    // 21 to 25 and the event of the first stratum; with weights 31 to 35 and the event of all
    expect(unoSupport({ ...followUp, weights })).toMatchObject({ lastDay: 30.5, atRisk: 6, thin: true });
  });

  it('with event-free competing events follows an event by those before it', () => {
    const followUp = { days: Float64Array.of(1, 2, 3), event: Uint8Array.of(1, 2, 1) };
    expect(unoSupport(followUp)).toMatchObject({ lastDay: 1, atRisk: 3 });
    expect(unoSupport(followUp, { competing: 'event-free' })).toMatchObject({ lastDay: 3, atRisk: 1 });
  });

  it('is thin where the standard error is far from leaving out each subject in turn, not before', () => {
    const days = Float64Array.from({ length: 120 }, (_, at) => 1 + ((at * 37) % 120));
    const tail = new Set([117, 118, 119]);
    const event = Uint8Array.from(days, (day) => (tail.has(day) || (day < 60 && day % 2 === 0) ? 1 : 0));
    const risk = days.map((day) => (tail.has(day) ? day / 50 : ((day * 53) % 101) / 40 - day / 60));
    const ratio = (tau: number) => {
      const leftOut = [...days.keys()].map((row) => {
        const weights = new Float64Array(days.length).fill(1);
        weights[row] = 0;
        return unoConcordance(risk, { days, event, weights }, { tau }).index!;
      });
      const mean = leftOut.reduce((sum, value) => sum + value / leftOut.length, 0);
      const squares = leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const { standardError } = unoConcordance(risk, { days, event }, { tau });
      return standardError! / Math.sqrt((squares * (leftOut.length - 1)) / leftOut.length);
    };
    expect(unoSupport({ days, event }, { tau: 60 })!.thin).toBe(false);
    expect(ratio(60)).toBeGreaterThan(0.95);
    expect(unoSupport({ days, event })!.thin).toBe(true);
    expect(ratio(Number.POSITIVE_INFINITY)).toBeLessThan(0.9);
  });
});
