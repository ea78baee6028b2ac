import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GivenItems, type ItemName, itemNames } from './items.ts';
import { publishedScores } from './published-scores.ts';
import { evaluateScore, itemsOf, type PointScore, type ScoreResult } from './score.ts';

/** Values that reach every band of every score. */
const values: { readonly [Name in ItemName]: readonly number[] } = {
  age: [25, 35, 45, 55, 62, 65, 72, 76, 85, 95],
  heart_rate: [45, 60, 80, 95, 105, 130, 170, 210],
  systolic_bp: [70, 90, 110, 130, 150, 180, 210],
  creatinine: [0.3, 0.6, 1, 1.4, 1.8, 3, 5],
  killip: [1, 2, 3, 4],
  symptom_to_balloon: [100, 245, 300],
  weight: [50, 80],
  lvef: [30, 45, 60],
  creatinine_clearance: [30, 90],
  timi_post: [0, 1, 2, 3],
  infarct: [5, 30],
  mvo: [0, 3],
  mvo_segments: [0, 1, 2, 5],
  peak_troponin_t: [1, 5],
  discharge_heart_rate: [60, 80],
  cardiac_arrest: [0, 1],
  st_deviation: [0, 1],
  elevated_enzymes: [0, 1],
  heart_failure_history: [0, 1],
  prior_mi: [0, 1],
  st_depression: [0, 1],
  in_hospital_pci: [0, 1],
  anterior: [0, 1],
  lbbb: [0, 1],
  diabetes: [0, 1],
  hypertension: [0, 1],
  angina: [0, 1],
  anaemia: [0, 1],
  three_vessel: [0, 1],
  haemorrhage: [0, 1],
  culprit_lad: [0, 1],
};
const pointScores = publishedScores.filter((score) => score.kind === 'points');

/** Every patient that the missing items allow. */
function completions(given: GivenItems, missing: readonly ItemName[]): GivenItems[] {
  return missing.reduce<GivenItems[]>(
    (patients, name) =>
      patients.flatMap((patient) => values[name].map((value) => ({ ...patient, [name]: value }))),
    [given],
  );
}

const patient = fc.record(
  Object.fromEntries(itemNames.map((name) => [name, fc.constantFrom(...values[name])])),
) as fc.Arbitrary<Required<GivenItems>>;
const scoreWithMissing = fc
  .constantFrom<PointScore>(...pointScores)
  .chain((score) =>
    fc.tuple(
      fc.constant(score),
      patient,
      fc.subarray([...itemsOf(score)], { maxLength: Math.min(3, itemsOf(score).length) }),
    ),
  );

type Complete = Extract<ScoreResult, { kind: 'complete' }>;

describe('a score with missing items', () => {
  it('has the fewest and most points of all patients it could be, and a class only where they share it', () => {
    fc.assert(
      fc.property(scoreWithMissing, ([score, whole, missing]) => {
        const given = Object.fromEntries(
          Object.entries(whole).filter(([name]) => !missing.includes(name as ItemName)),
        ) as GivenItems;
        const possible = completions(given, missing).map((items) => evaluateScore(score, items) as Complete);
        const points = possible.map((result) => result.points);
        const classes = new Set(possible.map(({ className }) => className));
        const result = evaluateScore(score, given);
        if (result.kind === 'complete') {
          expect(new Set(points)).toEqual(new Set([result.points]));
          return;
        }
        if (result.kind === 'not-computable') throw new Error('expected a score with points');
        expect([result.low, result.high]).toEqual([Math.min(...points), Math.max(...points)]);
        if (result.className !== null) expect(classes).toEqual(new Set([result.className]));
        else if (score.classes.length > 0) expect(classes.size).toBeGreaterThan(1);
        expect(result.missing.every((name) => missing.includes(name))).toBe(true);
        for (const { risk } of possible) {
          if (!result.risk || !risk) continue;
          expect(risk.lowPercent).toBeGreaterThanOrEqual(result.risk.lowPercent);
          expect(risk.highPercent).toBeLessThanOrEqual(result.risk.highPercent);
        }
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it('lists an item only where it could change the points', () => {
    fc.assert(
      fc.property(scoreWithMissing, ([score, whole, missing]) => {
        const given = Object.fromEntries(
          Object.entries(whole).filter(([name]) => !missing.includes(name as ItemName)),
        ) as GivenItems;
        const result = evaluateScore(score, given);
        const named = result.kind === 'incomplete' ? result.missing : [];
        const silent = missing.filter((name) => !named.includes(name));
        const points = completions(given, missing).map((items) => {
          const pinned = { ...items };
          for (const name of named) pinned[name] = values[name][0]!;
          return (evaluateScore(score, pinned) as Complete).points;
        });
        if (silent.length > 0) expect(new Set(points).size).toBe(1);
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});

it('refuses values that an item cannot have', () => {
  const [score] = pointScores;
  expect(() => evaluateScore(score!, { killip: 5 })).toThrow(
    'evaluateScore: expected killip of a whole number from 1 to 4, got 5',
  );
  expect(() => evaluateScore(score!, { cardiac_arrest: 0.5 })).toThrow('expected cardiac_arrest of 0 or 1');
  expect(() => evaluateScore(score!, { creatinine: 79 })).toThrow('creatinine of 0 to 50 mg/dL, got 79');
  expect(() => evaluateScore(score!, { age: Number.NaN })).toThrow('got NaN');
});
