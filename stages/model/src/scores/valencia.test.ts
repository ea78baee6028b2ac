import { expect, it } from 'vitest';
import { evaluateScore } from './score.ts';
import { checkCases } from './score-cases.fixture.ts';
import { valencia } from './valencia.ts';

/** GRACE 155: 42 + 25 + 15 + 24 + 10 + 39. */
const grace155 = {
  age: 45,
  heart_rate: 100,
  systolic_bp: 150,
  creatinine: 1.4,
  killip: 3,
  cardiac_arrest: 0,
  st_deviation: 1,
  elevated_enzymes: 1,
};
/** GRACE 156: 42 + 25 + 0 + 43 + 7 + 39. */
const grace156 = { ...grace155, heart_rate: 45, systolic_bp: 110, creatinine: 1 };
const least = { ...grace155, symptom_to_balloon: 249, lvef: 40, mvo_segments: 1 };

checkCases(valencia, least, [
  [{}, 0, 'low'],
  [grace156, 3, 'intermediate'],
  [{ symptom_to_balloon: 250 }, 1, 'low'],
  [{ lvef: 39.9 }, 3, 'intermediate'],
  [{ mvo_segments: 2 }, 1, 'low'],
  [{ symptom_to_balloon: 250, mvo_segments: 2 }, 2, 'low'],
  [{ lvef: 30, symptom_to_balloon: 250, mvo_segments: 2 }, 5, 'intermediate'],
  [{ ...grace156, lvef: 30 }, 6, 'high'],
  [{ ...grace156, lvef: 30, symptom_to_balloon: 250, mvo_segments: 9 }, 8, 'high'],
]);

it('has the five-year risk that follows from the published rates', () => {
  const risks = [0, 2, 3, 5, 6, 8].map((points) => valencia.risk(points)!.lowPercent);
  // 1 - exp(-0.098), 1 - exp(-0.272), 1 - exp(-0.985)
  const expected = [9.3351, 9.3351, 23.8145, 23.8145, 62.656, 62.656];
  for (const [index, percent] of risks.entries()) expect(percent).toBeCloseTo(expected[index]!, 3);
});

it('needs of GRACE only on which side of 155 it lies', () => {
  const { cardiac_arrest: _, ...without } = least;
  expect(evaluateScore(valencia, without)).toMatchObject({
    kind: 'incomplete',
    missing: ['cardiac_arrest'],
    low: 0,
    high: 3,
    className: null,
  });
  // 42 + 25 + 15 + 24 + 1: 107 points without arrest, 146 with
  expect(evaluateScore(valencia, { ...without, killip: 1, creatinine: 0.3 })).toMatchObject({
    kind: 'complete',
    points: 0,
  });
});
