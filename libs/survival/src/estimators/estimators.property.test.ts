import { Random } from '@myocast/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { followUpOf, tiedCohort } from '../testing/tied-cohort.ts';
import { aalenJohansen, incidenceAt, type IncidenceVariance } from './aalen-johansen.ts';
import { grayTest } from './gray-test.ts';
import { kaplanMeier, survivalAt, type SurvivalVariance } from './kaplan-meier.ts';
import { logRank } from './log-rank.ts';
import { nelsonAalen } from './nelson-aalen.ts';
import { restrictedMean, restrictedTimeLost } from './restricted-mean.ts';
import { numbersAtRisk, riskSetGaps, riskTable } from './risk-table.ts';

/** Rows with tied days of 1 to 9, two causes, an entry before the day, a whole weight and one of three groups. */
const cohorts = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 9 }),
    code: fc.integer({ min: 0, max: 2 }),
    early: fc.integer({ min: 0, max: 8 }),
    weight: fc.integer({ min: 0, max: 3 }),
    group: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 3, maxLength: 40 },
);
type Rows = typeof cohorts extends fc.Arbitrary<infer R> ? R : never;

function followUpIn(rows: Rows): FollowUp & { entryDays: Float64Array; weights: Float64Array } {
  return {
    days: Float64Array.from(rows, ({ day }) => day),
    event: Uint8Array.from(rows, ({ code }) => code),
    entryDays: Float64Array.from(rows, ({ day, early }) => Math.max(0, day - 1 - early)),
    weights: Float64Array.from(rows, ({ weight }) => weight),
  };
}

/** Each row as often as its weight says, all of weight 1. */
function repeated({ weights, ...followUp }: FollowUp & { weights: Float64Array }) {
  const rows = [...weights.keys()].flatMap((row) => Array<number>(weights[row]!).fill(row));
  return { rows, followUp: takeFollowUp(followUp, rows) };
}

function same(one: object, other: object, digits = 9) {
  const [a, b] = [one, other] as { [name: string]: unknown }[];
  expect(Object.keys(a!)).toEqual(Object.keys(b!));
  for (const [name, values] of Object.entries(a!)) {
    if (!(values instanceof Float64Array)) continue;
    expect([...values], name).toEqual(
      Array.from(b![name] as Float64Array, (value) => expect.closeTo(value, digits)),
    );
  }
}

describe('of any cohort', () => {
  const check = (property: (rows: Rows) => void) =>
    fc.assert(fc.property(cohorts, property), { numRuns: 150, seed: 7 });

  it('the number at risk on each day is a count of those who entered before it and leave on it or later', () => {
    check((rows) => {
      const followUp = followUpIn(rows);
      const { days, atRisk } = riskTable(followUp);
      expect([...atRisk]).toEqual([...numbersAtRisk(followUp, days)]);
      const gaps = riskSetGaps(followUp);
      const last = days.at(-1) ?? 0;
      for (let t = 0.5; t < last; t++) {
        const nobody = numbersAtRisk(followUp, [t])[0] === 0;
        expect(gaps.some(([from, to]) => from < t && t <= to)).toBe(nobody);
      }
    });
  });
  it('a row of weight 2 is the row twice', () => {
    check((rows) => {
      const weighted = followUpIn(rows);
      const { rows: taken, followUp } = repeated(weighted);
      fc.pre(taken.length > 0);
      for (const variance of ['greenwood', 'aalen'] satisfies SurvivalVariance[])
        same(kaplanMeier(weighted, 'log', { variance }), kaplanMeier(followUp, 'log', { variance }));
      for (const variance of ['delta', 'aalen'] satisfies IncidenceVariance[])
        for (const cause of [1, 2])
          same(aalenJohansen(weighted, cause, { variance }), aalenJohansen(followUp, cause, { variance }));
      same(nelsonAalen(weighted), nelsonAalen(followUp));
      const group = rows.map((row) => row.group);
      fc.pre(
        new Set(taken.map((row) => group[row]!)).size === new Set(group).size && new Set(group).size > 1,
      );
      const groups = taken.map((row) => group[row]!);
      for (const test of ['log-rank', 'gehan', 'tarone-ware', 'peto-peto'] as const)
        expect(logRank(group, weighted, { test }).chiSquare ?? -1).toBeCloseTo(
          logRank(groups, followUp, { test }).chiSquare ?? -1,
          8,
        );
    });
  });
  it('an entry on day 0 or before is none, and the entry of a second row of one subject goes on with the first', () => {
    check((rows) => {
      const { days, event } = followUpIn(rows);
      const followUp = { days, event };
      const early = { ...followUp, entryDays: days.map((_, row) => -(row % 2)) };
      same(kaplanMeier(early), kaplanMeier(followUp));
      same(
        aalenJohansen(early, 2, { variance: 'robust' }),
        aalenJohansen(followUp, 2, { variance: 'robust' }),
      );
      const split = splitInTwo(followUp);
      const whole = aalenJohansen(followUp, 1, { variance: 'robust' });
      const parts = aalenJohansen(split.followUp, 1, { cluster: split.subject });
      for (const [k, day] of whole.days.entries()) {
        const at = parts.days.indexOf(day);
        expect(parts.incidence[at]).toBeCloseTo(whole.incidence[k]!, 10);
        expect(parts.standardError[at]).toBeCloseTo(whole.standardError[k]!, 8);
      }
    });
  });
  it('the incidences of all causes add up to one minus the survival of any event, and the times to tau', () => {
    check((rows) => {
      const followUp = { ...followUpIn(rows), weights: Float64Array.from(rows, (row) => 0.5 + row.weight) };
      const any = kaplanMeier({ ...followUp, event: followUp.event.map((code) => Math.min(code, 1)) });
      const curves = [1, 2].map((cause) => aalenJohansen(followUp, cause));
      for (const t of [0, 2, 5, 9])
        expect(incidenceAt(curves[0]!, t) + incidenceAt(curves[1]!, t)).toBeCloseTo(
          1 - survivalAt(any, t),
          10,
        );
      const tau = Math.max(...followUp.days) - 0.5;
      const times = [
        restrictedMean(followUp, tau),
        ...[1, 2].map((cause) => restrictedTimeLost(followUp, tau, cause)),
      ];
      expect(times.reduce((sum, time) => sum + (time.ok ? time.value.mean : 0), 0)).toBeCloseTo(tau, 10);
    });
  });
  it('Nelson-Aalen is at most minus the log of Kaplan-Meier, and Fleming-Harrington lies between', () => {
    check((rows) => {
      const { days, event } = followUpIn(rows);
      const survival = kaplanMeier({ days, event }).survival;
      const plain = nelsonAalen({ days, event }).hazard;
      const ordered = nelsonAalen({ days, event }, { ties: 'fleming-harrington' }).hazard;
      for (const [k, value] of survival.entries()) {
        expect(plain[k]!).toBeLessThanOrEqual(ordered[k]! + 1e-12);
        expect(ordered[k]!).toBeLessThanOrEqual(-Math.log(value) + 1e-12);
      }
    });
  });
  it('the tests do not care how groups are numbered, and a trend over two groups is the test itself', () => {
    check((rows) => {
      const followUp = followUpIn(rows);
      const group = rows.map((row) => row.group);
      fc.pre(new Set(group).size === 3);
      const renamed = group.map((code) => (code + 1) % 3);
      for (const options of [{}, { rho: 1, gamma: 0.5 }, { strata: rows.map((row) => row.early % 2) }]) {
        const [one, other] = [group, renamed].map(
          (codes) => logRank(codes, followUp, options).chiSquare ?? -1,
        );
        expect(one).toBeCloseTo(other!, 6);
      }
      const two = group.map((code) => Math.min(code, 1));
      const test = logRank(two, followUp, { scores: [3, 8] });
      if (test.chiSquare !== null) expect(test.trend!.z! ** 2).toBeCloseTo(test.chiSquare, 8);
    });
  });
});

/** Every other row of more than a day as two: censored half way, and entering there again. */
function splitInTwo({ days, event }: FollowUp): { followUp: FollowUp; subject: number[] } {
  const parts = [...days.keys()].flatMap((row) =>
    row % 2 === 0
      ? [{ row, entry: 0, day: days[row]!, code: event[row]! }]
      : [
          { row, entry: 0, day: days[row]! / 2, code: 0 },
          { row, entry: days[row]! / 2, day: days[row]!, code: event[row]! },
        ],
  );
  const followUp = {
    ...followUpOf(
      parts.map(({ day }) => day),
      parts.map(({ code }) => code),
    ),
    entryDays: Float64Array.from(parts, ({ entry }) => entry),
  };
  return { followUp, subject: parts.map(({ row }) => row) };
}

describe("Gray's test", () => {
  it('has the scores of the log-rank test where nothing competes', () => {
    const random = new Random('gray');
    const { followUp } = tiedCohort(random, 60);
    const single = { ...followUp, event: followUp.event.map((code) => code % 2) };
    const group = Array.from(single.days, () => random.integer(3));
    const log = logRank(group, single).groups.map(({ observed, expected }) => observed - expected);
    const gray = grayTest(group, single).groups.map(({ score }) => score!);
    expect(gray.slice(0, 2)).toEqual(log.slice(0, 2).map((value) => expect.closeTo(value, 10)));
  });
  it('rejects as often as it says where groups do not differ, with late entry and censoring', () => {
    const random = new Random('gray-late');
    let [rejected, sum] = [0, 0];
    const cohorts = 250;
    for (let trial = 0; trial < cohorts; trial++) {
      const rows = Array.from({ length: 200 }, () => {
        const [time, end] = [random.exponential(), 0.5 + random.uniform()];
        const entry = random.uniform() < 0.5 ? 0 : random.uniform() * 0.6;
        const event = time > end ? 0 : 1 + random.integer(2);
        return { entry, day: Math.min(time, end), event };
      }).filter(({ entry, day }) => entry < day);
      const followUp = {
        ...followUpOf(
          rows.map(({ day }) => day),
          rows.map(({ event }) => event),
        ),
        entryDays: Float64Array.from(rows, ({ entry }) => entry),
      };
      const { chiSquare, p } = grayTest(
        rows.map(() => random.integer(2)),
        followUp,
      );
      sum += chiSquare!;
      if (p! < 0.05) rejected++;
    }
    // Standard errors of the two means: 0.014 and 0.09.
    expect(Math.abs(rejected / cohorts - 0.05)).toBeLessThan(0.035);
    expect(Math.abs(sum / cohorts - 1)).toBeLessThan(0.23);
  });
});
