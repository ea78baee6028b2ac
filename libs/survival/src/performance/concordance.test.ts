import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { type FollowUp, takeFollowUp, takeRows } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import {
  concordance,
  type ConcordanceOptions,
  logitInterval,
  resampledConcordance,
  unoConcordance,
} from './concordance.ts';

interface Tied {
  readonly risk: Float64Array;
  readonly followUp: FollowUp;
  readonly strata: Int32Array;
}

/** Ties everywhere, a competing cause, weights with zeros, and entries. */
function cohort(label: string, n = 25): Tied {
  const random = new Random(label);
  const { risk, followUp } = tiedCohort(random, n);
  const days = followUp.days.map((day) => day + 1);
  return {
    risk,
    followUp: {
      days,
      event: followUp.event,
      weights: Float64Array.from(days, () => random.integer(4) / 2),
      entryDays: days.map((day) => random.integer(day)),
    },
    strata: Int32Array.from(days, () => random.integer(3)),
  };
}

/** What the pair of an event in row i with row j weighs before the case weights; 0 where they are no pair. */
function pairFactor(
  { followUp: { days, event, entryDays }, strata }: Tied,
  i: number,
  j: number,
  eventFree: boolean,
  inverse: (day: number) => number,
): number {
  if (strata[i] !== strata[j]) return 0;
  const outlasts = days[j]! > days[i]! || (days[j] === days[i] && event[j] !== 1);
  if (outlasts) return entryDays && entryDays[j]! >= days[i]! ? 0 : inverse(days[i]!) ** 2;
  return eventFree && event[j]! > 1 ? inverse(days[i]!) * inverse(days[j]!) : 0;
}

/** Every pair, looked at once. */
function oracle(
  tied: Tied,
  { tau = Number.POSITIVE_INFINITY, competing = 'censoring' }: ConcordanceOptions,
  inverse: (day: number) => number = () => 1,
) {
  const { risk, followUp } = tied;
  const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
  const weightOf = (row: number) => followUp.weights?.[row] ?? 1;
  for (let i = 0; i < risk.length; i++) {
    if (followUp.event[i] !== 1 || followUp.days[i]! >= tau) continue;
    for (let j = 0; j < risk.length; j++) {
      const weight = weightOf(i) * weightOf(j) * pairFactor(tied, i, j, competing === 'event-free', inverse);
      const order = Math.sign(risk[i]! - risk[j]!) + 1;
      totals[(['discordant', 'tiedRisk', 'concordant'] as const)[order]!] += weight;
    }
  }
  return totals;
}

/** 1 / G(day-) by its definition. */
function inverseG({ days, event, weights }: FollowUp, isCensored: (code: number) => boolean) {
  return (t: number) => {
    let g = 1;
    for (const day of [...new Set(days)].sort((a, b) => a - b).filter((other) => other < t)) {
      const sum = (keep: (row: number) => boolean) =>
        [...days.keys()].filter(keep).reduce((all, row) => all + (weights?.[row] ?? 1), 0);
      const censored = sum((row) => days[row] === day && isCensored(event[row]!));
      if (censored > 0)
        g *= 1 - censored / sum((row) => days[row]! > day || (days[row] === day && isCensored(event[row]!)));
    }
    return g > 0 ? 1 / g : 0;
  };
}

function expectTotals(got: ReturnType<typeof oracle>, expected: ReturnType<typeof oracle>) {
  for (const key of ['concordant', 'discordant', 'tiedRisk'] as const)
    expect(got[key]).toBeCloseTo(expected[key], 9);
}

describe('concordance', () => {
  it('counts the pairs that a look at every pair counts, with weights, strata, late entry and tau', () => {
    for (let trial = 0; trial < 40; trial++) {
      const tied = cohort(`pairs ${trial}`);
      const { risk, followUp, strata } = tied;
      expectTotals(concordance(risk, followUp, { strata, tau: 8 }), oracle(tied, { tau: 8 }));
      const one = { ...tied, strata: new Int32Array(25) };
      expectTotals(concordance(risk, followUp), oracle(one, {}));
    }
  });
  it('takes competing events for event-free where it is told to, also with inverse weights', () => {
    for (let trial = 0; trial < 40; trial++) {
      const { risk, followUp } = cohort(`competing ${trial}`);
      const { days, event, weights } = followUp;
      const early = { days, event, weights: weights! };
      const tied = { risk, followUp: early, strata: new Int32Array(25) };
      const options = { competing: 'event-free' } as const;
      expectTotals(concordance(risk, early, options), oracle(tied, options));
      expectTotals(
        unoConcordance(risk, early, options),
        oracle(
          tied,
          options,
          inverseG(early, (code) => code === 0),
        ),
      );
      expectTotals(
        unoConcordance(risk, early),
        oracle(
          tied,
          {},
          inverseG(early, (code) => code !== 1),
        ),
      );
    }
  });
  it('has the standard error of changing the weight of each subject a little', () => {
    const { risk, followUp, strata } = cohort('jackknife', 30);
    const weights = followUp.weights!.map((weight) => weight + 0.5);
    const { days, event, entryDays } = followUp;
    const late = { days, event, entryDays: entryDays! };
    const early = { days, event };
    for (const [measure, base] of [
      [(f: FollowUp) => concordance(risk, f, { strata }), late],
      [(f: FollowUp) => concordance(risk, f, { competing: 'event-free' }), early],
      [(f: FollowUp) => unoConcordance(risk, f), early],
      [(f: FollowUp) => unoConcordance(risk, f, { competing: 'event-free', strata }), early],
    ] as const) {
      const { influence, standardError, index } = measure({ ...base, weights });
      for (let row = 0; row < 30; row++) {
        const moved = (step: number) =>
          measure({ ...base, weights: weights.map((weight, at) => (at === row ? weight + step : weight)) })
            .index!;
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        expect(influence[row]).toBeCloseTo(weights[row]! * slope, 8);
      }
      expect(standardError).toBeCloseTo(Math.hypot(...influence), 12);
      const { low, high } = logitInterval(index!, standardError!);
      expect(low).toBeGreaterThan(0);
      expect(high).toBeLessThan(1);
    }
  });
  it('takes a weight of 2 for two subjects, and of 0 for none', () => {
    const { risk, followUp } = cohort('weights');
    const { days, event } = followUp;
    const copies = Int32Array.from([...days.keys()].flatMap((row) => Array(row % 3).fill(row)));
    const plain = { days, event };
    const weighted = { ...plain, weights: Float64Array.from(days, (_, row) => row % 3) };
    for (const measure of [concordance, unoConcordance])
      expect(measure(risk, weighted).index).toBeCloseTo(
        measure(takeRows(risk, copies), takeFollowUp(plain, copies)).index!,
        12,
      );
  });
  it("is Harrell's where nobody is censored, and leaves out pairs from tau on", () => {
    const { risk, followUp } = tiedCohort(new Random('uno'), 30);
    const complete = { ...followUp, event: followUp.event.map(() => 1) };
    expect(unoConcordance(risk, complete).index).toBeCloseTo(concordance(risk, complete).index!, 12);
    expect(unoConcordance(risk, complete, { tau: 5, censoring: complete }).concordant).toBe(
      concordance(risk, complete, { tau: 5 }).concordant,
    );
    expect(concordance(risk, complete, { tau: 1e9 })).toEqual(concordance(risk, complete));
  });
  it('has no pairs where G of the reference sample is 0', () => {
    const followUp = followUpOf([1, 5, 6], [1, 1, 0]);
    const censoring = followUpOf([3, 3], [0, 0]);
    expect(unoConcordance(Float64Array.of(3, 2, 1), followUp, { censoring }).concordant).toBe(2);
  });
  it.each([
    ['only censorings', [1, 2], [3, 4], [0, 0]],
    ['one subject', [1], [3], [1]],
    ['events on one day', [1, 2], [3, 3], [1, 1]],
  ])('gives no index when no pair is comparable: %s', (_, risk, days, event) => {
    for (const measure of [concordance, unoConcordance])
      expect(measure(Float64Array.from(risk), followUpOf(days, event))).toMatchObject({
        index: null,
        standardError: null,
        low: null,
      });
  });
  it('is one half without error where all risks are the same', () => {
    const { followUp } = tiedCohort(new Random('same'), 30);
    expect(concordance(new Float64Array(30), followUp)).toMatchObject({ index: 0.5, standardError: 0 });
  });
  it('refuses what the caller got wrong', () => {
    const followUp = followUpOf([3, 4], [0, 1]);
    const late = { ...followUp, entryDays: Float64Array.of(1, 1) };
    const risk = Float64Array.of(1, 2);
    expect(() => concordance(Float64Array.of(1), followUp)).toThrow(
      'concordance: expected 1 follow-up times, got 2',
    );
    expect(() => concordance(Float64Array.of(1, Number.NaN), followUp)).toThrow('got NaN in row 1');
    expect(() => concordance(risk, followUp, { strata: [1] })).toThrow('expected 2 strata, got 1');
    expect(() => unoConcordance(risk, late)).toThrow('expected all subjects from day 0 on');
    expect(() => concordance(risk, late, { competing: 'event-free' })).toThrow('from day 0 on');
  });
});

describe('resampled concordance', () => {
  it('is that of the drawn rows', () => {
    const { risk, followUp, strata } = cohort('resampled', 40);
    const { days, event, weights } = followUp;
    const early = { days, event, weights: weights! };
    const random = new Random('rows');
    for (const competing of ['censoring', 'event-free'] as const) {
      const harrell = resampledConcordance('harrell', risk, early, { competing });
      const uno = resampledConcordance('uno', risk, early, { competing, strata, tau: 9 });
      const late = resampledConcordance('harrell', risk, followUp);
      for (let trial = 0; trial < 10; trial++) {
        const rows = Int32Array.from(days, () => random.integer(40));
        const drawn = takeFollowUp(early, rows);
        const own = takeRows(risk, rows);
        expect(harrell(rows)).toBeCloseTo(concordance(own, drawn, { competing }).index!, 12);
        const drawnStrata = Int32Array.from(rows, (row) => strata[row]!);
        const anew = unoConcordance(own, drawn, { competing, strata: drawnStrata, tau: 9 });
        expect(uno(rows)).toBeCloseTo(anew.index!, 12);
        expect(late(rows)).toBeCloseTo(concordance(own, takeFollowUp(followUp, rows)).index!, 12);
      }
    }
  });
  it('has none without a comparable pair', () => {
    const once = resampledConcordance('uno', Float64Array.of(1, 2), followUpOf([3, 4], [1, 0]));
    expect([once([0, 0]), once([0, 1])]).toEqual([null, 0]);
  });
});
