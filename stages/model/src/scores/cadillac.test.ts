import { expect, it } from 'vitest';
import { cadillac } from './cadillac.ts';
import { evaluateScore } from './score.ts';
import { checkCases } from './score-cases.fixture.ts';

const least = {
  lvef: 40,
  killip: 1,
  creatinine_clearance: 60,
  age: 65,
  anaemia: 0,
  three_vessel: 0,
  timi_post: 3,
};

checkCases(cadillac, least, [
  [{}, 0, 'low'],
  [{ lvef: 39.9 }, 4, 'intermediate'],
  [{ killip: 2 }, 3, 'intermediate'],
  [{ killip: 3 }, 3],
  [{ creatinine_clearance: 59.9 }, 3],
  // in completed years: 65 until the 66th birthday
  [{ age: 65.9 }, 0],
  [{ age: 66 }, 2, 'low'],
  [{ anaemia: 1 }, 2],
  [{ three_vessel: 1 }, 2],
  [{ timi_post: 2 }, 2],
  [{ timi_post: 0 }, 2],
  [{ age: 70, killip: 2 }, 5, 'intermediate'],
  [{ lvef: 30, anaemia: 1 }, 6, 'high'],
  // 4 + 3 + 3 + 2 + 2 + 2 + 2
  [
    {
      lvef: 30,
      killip: 3,
      creatinine_clearance: 30,
      age: 80,
      anaemia: 1,
      three_vessel: 1,
      timi_post: 1,
    },
    18,
    'high',
  ],
]);

it('has the risks of the external population by class', () => {
  expect([0, 2, 3, 5, 6, 18].map((points) => cadillac.risk(points)!.lowPercent)).toEqual([
    9.4, 9.4, 22.9, 22.9, 58.6, 58.6,
  ]);
});

it('knows the class before it knows everything', () => {
  const { anaemia: _, three_vessel: __, ...without } = least;
  expect(evaluateScore(cadillac, { ...without, lvef: 30, killip: 2 })).toEqual({
    kind: 'incomplete',
    missing: ['anaemia', 'three_vessel'],
    low: 7,
    high: 11,
    className: 'high',
    risk: { lowPercent: 58.6, highPercent: 58.6 },
  });
});
