import { expect, it } from 'vitest';
import { evaluateScore } from './score.ts';
import { checkCases } from './score-cases.fixture.ts';
import { timiStemi } from './timi-stemi.ts';

const least = {
  age: 64,
  diabetes: 0,
  hypertension: 0,
  angina: 0,
  systolic_bp: 100,
  heart_rate: 100,
  killip: 1,
  weight: 67,
  anterior: 0,
  lbbb: 0,
  symptom_to_balloon: 240,
};

checkCases(timiStemi, least, [
  [{}, 0, '0'],
  [{ age: 64.99 }, 0, '0'],
  [{ age: 65 }, 2, '2'],
  [{ age: 74 }, 2],
  [{ age: 75 }, 3, '3'],
  [{ diabetes: 1 }, 1, '1'],
  [{ hypertension: 1 }, 1],
  [{ angina: 1 }, 1],
  [{ diabetes: 1, hypertension: 1, angina: 1 }, 1],
  [{ systolic_bp: 99 }, 3],
  [{ heart_rate: 101 }, 2],
  [{ killip: 2 }, 2],
  [{ killip: 4 }, 2],
  [{ weight: 66.9 }, 1],
  [{ anterior: 1 }, 1],
  [{ lbbb: 1 }, 1],
  [{ anterior: 1, lbbb: 1 }, 1],
  [{ symptom_to_balloon: 241 }, 1],
  [{ age: 75, diabetes: 1 }, 4, '4'],
  [{ age: 75, killip: 2 }, 5, '5'],
  [{ age: 75, systolic_bp: 99 }, 6, '6'],
  [{ age: 75, systolic_bp: 99, weight: 50 }, 7, '7'],
  [{ age: 75, systolic_bp: 99, killip: 3 }, 8, '8'],
  [{ age: 75, systolic_bp: 99, killip: 3, lbbb: 1 }, 9, 'above 8'],
  // 3 + 1 + 3 + 2 + 2 + 1 + 1 + 1
  [
    {
      age: 75,
      angina: 1,
      systolic_bp: 80,
      heart_rate: 120,
      killip: 3,
      weight: 50,
      anterior: 1,
      symptom_to_balloon: 300,
    },
    14,
    'above 8',
  ],
]);

it('has the published mortality of each number of points', () => {
  const percents = Array.from({ length: 15 }, (_, points) => timiStemi.risk(points)!.lowPercent);
  expect(percents).toEqual([
    0.8, 1.6, 2.2, 4.4, 7.3, 12.4, 16.1, 23.4, 26.8, 35.9, 35.9, 35.9, 35.9, 35.9, 35.9,
  ]);
});

it('asks for angina only where neither diabetes nor hypertension answers', () => {
  const { angina: _, ...without } = least;
  expect(evaluateScore(timiStemi, { ...without, hypertension: 1 })).toMatchObject({
    kind: 'complete',
    points: 1,
  });
  expect(evaluateScore(timiStemi, without)).toEqual({
    kind: 'incomplete',
    missing: ['angina'],
    low: 0,
    high: 1,
    className: null,
    risk: { lowPercent: 0.8, highPercent: 1.6 },
  });
});
