import { Random } from '@myocast/base';
import { type GivenItems, publishedScores, type ScoredSubjects, scoreSubjects } from '@myocast/model/scores';
import type { Outcome } from '@myocast/predictors';
import { describe, expect, it } from 'vitest';
import type { OutOfFold } from './cross-validation.ts';
import { judgeScores } from './published-scores.ts';

const causes = ['cardiovascular-death', 'recurrent-mi', 'hf-hospitalisation', 'non-cardiovascular-death'];
const named = (name: string) => publishedScores.find((score) => score.name === name)!;

/** Killip class 1 to 4, whose points are the class; every fourth subject has none. */
function cohort(n: number, seed: string) {
  const random = new Random(seed);
  const given: GivenItems[] = [];
  const [days, cause] = [new Float64Array(n), new Uint8Array(n)];
  const risk = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const killip = 1 + random.integer(4);
    given.push(row % 4 === 3 ? {} : { killip });
    const first = random.exponential(killip / 3000);
    const end = random.uniform(800, 2200);
    days[row] = Math.ceil(Math.min(first, end));
    cause[row] = first < end ? 1 + random.integer(4) : 0;
    risk[row] = killip + random.normal(0, 2);
  }
  const outcome: Outcome = {
    days,
    cause,
    causes,
    compositeCauses: causes.slice(0, 3),
    compositeName: 'MACE',
  };
  const centres = Array.from({ length: n }, (_, row) => 'ABC'[row % 3]!);
  const leading: OutOfFold = { name: 'multimodal', label: 'Multimodal', risk, incidenceAtHorizon: null };
  return { given, outcome, centres, leading };
}

const judge = (
  scored: readonly ScoredSubjects[],
  { outcome, centres, leading }: Omit<ReturnType<typeof cohort>, 'given'>,
  horizonDays: number | null = 730,
) => judgeScores({ scored, outcome, centres, leading, horizonDays });

/** Pairs ordered rightly among the comparable ones, ties one half: every pair is looked at. */
function bruteForce(values: ArrayLike<number>, rows: readonly number[], { days, cause }: Outcome) {
  const isEvent = (row: number) => [1, 2, 3].includes(cause[row]!);
  const isLater = (b: number, a: number) =>
    days![b]! > days![a]! || (days![b] === days![a] && !isEvent(b) && a !== b);
  const pairs = rows
    .filter(isEvent)
    .flatMap((a) => rows.filter((b) => isLater(b, a)).map((b) => [a, b] as const));
  const right = pairs.map(([a, b]) => (Math.sign(values[a]! - values[b]!) + 1) / 2);
  return right.reduce((sum, one) => sum + one, 0) / pairs.length;
}

describe('a score beside the model', () => {
  const { given, ...rest } = cohort(160, 'scores');
  const [killip] = judge([scoreSubjects(named('killip'), given)], rest).judged;
  const known = [...given.keys()].filter((row) => given[row]!.killip !== undefined);

  it('is judged on those whose points are known, the model on the same ones', () => {
    expect(killip).toMatchObject({ subjects: 120, of: 160, missing: { killip: 40 }, whyNot: null });
    const [c] = killip!.discrimination;
    const points = given.map((items) => items.killip ?? 0);
    const [ofScore, ofModel] = [points, rest.leading.risk].map((values) =>
      bruteForce(values, known, rest.outcome),
    );
    expect(c!.measure).toBe('harrell');
    expect(c!.score.value).toBeCloseTo(ofScore!, 12);
    expect(c!.model.value).toBeCloseTo(ofModel!, 12);
    expect(c!.difference.value).toBeCloseTo(ofScore! - ofModel!, 12);
  });

  it('has nothing filled in: values of the others change nothing', () => {
    const other = {
      ...rest.leading,
      risk: rest.leading.risk.map((value, row) => (row % 4 === 3 ? -value : value)),
    };
    const again = judge([scoreSubjects(named('killip'), given)], { ...rest, leading: other }).judged[0];
    expect(again).toEqual(killip);
  });

  it('is judged at one, two and five years and at the horizon, each with its interval', () => {
    expect(killip!.discrimination.map(({ days }) => days)).toEqual([null, 365, 730, 1826]);
    for (const { score, model, difference } of killip!.discrimination)
      for (const { value, low, high } of [score, model, difference]) {
        expect(low!).toBeLessThan(value!);
        expect(high!).toBeGreaterThan(value!);
      }
    const other = judge([scoreSubjects(named('killip'), given)], rest, 500).judged[0];
    expect(other!.discrimination.map(({ days }) => days)).toEqual([null, 365, 500, 730, 1826]);
  });

  it('takes the paired interval to be narrower than that of independent samples', () => {
    const { score, model, difference } = killip!.discrimination[2]!;
    const width = ({ low, high }: typeof score) => high! - low!;
    expect(width(difference)).toBeLessThan(Math.hypot(width(score), width(model)));
    const itself = judge([scoreSubjects(named('killip'), given)], {
      ...rest,
      leading: { ...rest.leading, risk: Float64Array.from(given, ({ killip: own = 0 }) => own) },
    }).judged[0]!.discrimination[2]!.difference;
    expect(itself).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('counts what is missing of every score, and says why one has no points at all', () => {
    const all = judge(
      publishedScores.map((score) => scoreSubjects(score, given)),
      rest,
    ).judged;
    expect(all.map(({ name }) => name)).toEqual(publishedScores.map(({ name }) => name));
    expect(all.filter(({ whyNot }) => whyNot !== null).map(({ name }) => name)).toEqual([
      'leiden',
      'bulluck',
    ]);
    const eitel = all.find(({ name }) => name === 'eitel')!;
    expect(eitel).toMatchObject({ subjects: 0, missing: { lvef: 160, infarct: 160, mvo: 160 } });
    expect(eitel.discrimination).toEqual([]);
  });

  it('is not judged of an outcome without times, and refuses results of other subjects', () => {
    const scored = [scoreSubjects(named('killip'), given)];
    const yesNo = judge(scored, { ...rest, outcome: { ...rest.outcome, days: null } });
    expect(yesNo.judged).toEqual([]);
    expect(yesNo.whyNot).toMatch(/no times/);
    expect(() => judge([scoreSubjects(named('killip'), given.slice(1))], rest)).toThrow(
      'expected 160 results of killip, got 159',
    );
  });
});

describe('the published risk of a score', () => {
  const patient = {
    age: 50,
    heart_rate: 70,
    systolic_bp: 130,
    weight: 80,
    killip: 1,
    symptom_to_balloon: 100,
  };
  const healthy = { ...patient, diabetes: 0, hypertension: 0, angina: 0, anterior: 0, lbbb: 0 };
  /** Half with no point of TIMI (0.8 %), half with two of them (Killip II, 2.2 %). */
  const given = Array.from({ length: 40 }, (_, row) => (row < 20 ? healthy : { ...healthy, killip: 2 }));
  const outcome: Outcome = {
    days: Float64Array.from({ length: 40 }, (_, row) => (row % 20 < 2 ? 10 : 900)),
    cause: Uint8Array.from({ length: 40 }, (_, row) =>
      row === 0 ? 1 : row === 20 ? 4 : row % 20 === 1 ? 2 : 0,
    ),
    causes,
    compositeCauses: causes.slice(0, 3),
    compositeName: 'MACE',
  };
  const rest = {
    outcome,
    centres: given.map(() => 'A'),
    leading: { name: 'm', label: 'M', risk: new Float64Array(40), incidenceAtHorizon: null },
  };
  const calibrationOf = (name: string, of: Outcome = outcome) =>
    judge([scoreSubjects(named(name), given)], { ...rest, outcome: of }).judged[0]!.calibration;

  it('stands beside the deaths by its day, of both causes and of no others', () => {
    const found = calibrationOf('timi-stemi');
    if (found.kind !== 'judged') throw new Error(found.reason);
    expect(found).toMatchObject({ days: 30, subjects: 40, outcome: 'death' });
    expect(found.causes).toEqual(['cardiovascular-death', 'non-cardiovascular-death']);
    expect(found.expectedLow).toBeCloseTo(0.015, 12);
    expect(found.expectedHigh).toBeCloseTo(0.015, 12);
    // Nobody is censored before day 30: the Aalen-Johansen estimate is the share, one death in each half.
    expect(found.observed.value).toBeCloseTo(2 / 40, 12);
    expect(
      found.groups.map(({ subjects, lowPercent, observed }) => [subjects, lowPercent, observed.value]),
    ).toEqual([
      [20, 0.8, expect.closeTo(0.05, 12)],
      [20, 2.2, expect.closeTo(0.05, 12)],
    ]);
  });

  it('is not there where the paper gives none, or the study does not tell its events', () => {
    expect(calibrationOf('killip')).toEqual({ kind: 'none', reason: 'it publishes no risk at a horizon' });
    expect(calibrationOf('grace-in-hospital')).toMatchObject({
      reason: expect.stringMatching(/in hospital/),
    });
    const other = { ...outcome, causes: ['a', 'b', 'c', 'd'], compositeCauses: ['a'] };
    expect(calibrationOf('timi-stemi', other)).toMatchObject({ reason: expect.stringMatching(/tell apart/) });
  });
});
