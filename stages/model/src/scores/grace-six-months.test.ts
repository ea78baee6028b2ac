import { expect, it } from 'vitest';
import { graceSixMonths } from './grace-six-months.ts';
import { checkCases } from './score-cases.fixture.ts';

/** One point: the least there is. */
const least = {
  age: 39,
  heart_failure_history: 0,
  prior_mi: 0,
  heart_rate: 49,
  systolic_bp: 200,
  st_depression: 0,
  creatinine: 0.39,
  elevated_enzymes: 0,
  in_hospital_pci: 1,
};
const infarct = { ...least, elevated_enzymes: 1 };

checkCases(graceSixMonths, least, [
  [{}, 1, 'low'],
  [{ age: 39.99 }, 1],
  [{ age: 40 }, 19],
  [{ age: 49 }, 19],
  [{ age: 50 }, 37],
  [{ age: 59 }, 37],
  [{ age: 60 }, 56],
  [{ age: 69 }, 56],
  [{ age: 70 }, 74],
  [{ age: 79 }, 74],
  [{ age: 80 }, 92],
  [{ age: 89 }, 92],
  [{ age: 90 }, 101],
  [{ heart_failure_history: 1 }, 25],
  [{ prior_mi: 1 }, 13],
  [{ heart_rate: 50 }, 4],
  [{ heart_rate: 69 }, 4],
  [{ heart_rate: 70 }, 10],
  [{ heart_rate: 90 }, 15],
  [{ heart_rate: 109 }, 15],
  [{ heart_rate: 110 }, 24],
  [{ heart_rate: 150 }, 36],
  [{ heart_rate: 200 }, 44],
  [{ systolic_bp: 79 }, 25],
  [{ systolic_bp: 80 }, 23],
  [{ systolic_bp: 100 }, 19],
  [{ systolic_bp: 120 }, 15],
  [{ systolic_bp: 140 }, 11],
  [{ systolic_bp: 160 }, 5],
  [{ systolic_bp: 199 }, 5],
  [{ st_depression: 1 }, 12],
  [{ creatinine: 0.4 }, 3],
  [{ creatinine: 0.8 }, 5],
  [{ creatinine: 1.2 }, 7],
  [{ creatinine: 1.6 }, 9],
  [{ creatinine: 2 }, 15],
  [{ creatinine: 4 }, 20],
  [{ elevated_enzymes: 1 }, 16],
  [{ in_hospital_pci: 0 }, 15],
  // 100 + 24 + 12 + 43 + 24 + 11 + 20 + 15 + 14
  [
    {
      age: 90,
      heart_failure_history: 1,
      prior_mi: 1,
      heart_rate: 200,
      systolic_bp: 60,
      st_depression: 1,
      creatinine: 4,
      elevated_enzymes: 1,
      in_hospital_pci: 0,
    },
    263,
    'high',
  ],
]);

checkCases(graceSixMonths, infarct, [
  // 15 + 36 + 23 + 18 + 7
  [{ age: 55, heart_rate: 130, systolic_bp: 110, creatinine: 1.4 }, 99, 'low'],
  // 15 + 55 + 3 + 18 + 9
  [{ age: 65, heart_rate: 60, systolic_bp: 110, creatinine: 1.8 }, 100, 'intermediate'],
  // 15 + 73 + 14 + 18 + 7
  [{ age: 75, heart_rate: 100, systolic_bp: 110, creatinine: 1.4 }, 127, 'intermediate'],
  // 15 + 73 + 23 + 14 + 3
  [{ age: 75, heart_rate: 130, systolic_bp: 130, creatinine: 0.6 }, 128, 'high'],
]);

it('has a risk where one was published, and its neighbours between', () => {
  const risk = (points: number) => graceSixMonths.risk(points);
  expect(risk(130)).toEqual({ lowPercent: 5.8, highPercent: 5.8 });
  expect(risk(129)).toEqual({ lowPercent: 3.1, highPercent: 5.8 });
  expect(risk(50)).toEqual({ lowPercent: 0, highPercent: 0.8 });
  expect(risk(171)).toEqual({ lowPercent: 20, highPercent: 100 });
});
