import { Random } from '@myocast/base';
import { expect, it } from 'vitest';
import { graceInHospital } from './grace-in-hospital.ts';
import { pointRange } from './score.ts';
import { checkCases } from './score-cases.fixture.ts';

/** One point: the least there is. */
const least = {
  age: 29,
  heart_rate: 49,
  systolic_bp: 200,
  creatinine: 0.39,
  killip: 1,
  cardiac_arrest: 0,
  st_deviation: 0,
  elevated_enzymes: 0,
};
const stemi = { ...least, st_deviation: 1, elevated_enzymes: 1 };

checkCases(graceInHospital, least, [
  [{}, 1, 'low'],
  // both sides of every bound of the table, less the one point of creatinine
  [{ age: 29.99 }, 1],
  [{ age: 30 }, 9],
  [{ age: 39.99 }, 9],
  [{ age: 40 }, 26],
  [{ age: 49 }, 26],
  [{ age: 50 }, 42],
  [{ age: 59 }, 42],
  [{ age: 60 }, 59],
  [{ age: 69 }, 59],
  [{ age: 70 }, 76],
  [{ age: 79 }, 76],
  [{ age: 80 }, 92],
  [{ age: 89 }, 92],
  [{ age: 90 }, 101],
  [{ heart_rate: 50 }, 4],
  [{ heart_rate: 69 }, 4],
  [{ heart_rate: 70 }, 10],
  [{ heart_rate: 89 }, 10],
  [{ heart_rate: 90 }, 16],
  [{ heart_rate: 109 }, 16],
  [{ heart_rate: 110 }, 25],
  [{ heart_rate: 149 }, 25],
  [{ heart_rate: 150 }, 39],
  [{ heart_rate: 199 }, 39],
  [{ heart_rate: 200 }, 47],
  [{ systolic_bp: 79 }, 59],
  [{ systolic_bp: 80 }, 54],
  [{ systolic_bp: 99 }, 54],
  [{ systolic_bp: 100 }, 44],
  [{ systolic_bp: 119 }, 44],
  [{ systolic_bp: 120 }, 35],
  [{ systolic_bp: 139 }, 35],
  [{ systolic_bp: 140 }, 25],
  [{ systolic_bp: 159 }, 25],
  [{ systolic_bp: 160 }, 11],
  [{ systolic_bp: 199 }, 11],
  [{ creatinine: 0.4 }, 4],
  [{ creatinine: 0.79 }, 4],
  [{ creatinine: 0.8 }, 7],
  [{ creatinine: 1.19 }, 7],
  [{ creatinine: 1.2 }, 10],
  [{ creatinine: 1.59 }, 10],
  [{ creatinine: 1.6 }, 13],
  [{ creatinine: 1.99 }, 13],
  [{ creatinine: 2 }, 21],
  [{ creatinine: 3.99 }, 21],
  [{ creatinine: 4 }, 28],
  [{ killip: 2 }, 21],
  [{ killip: 3 }, 40],
  [{ killip: 4 }, 60],
  [{ cardiac_arrest: 1 }, 40],
  [{ st_deviation: 1 }, 29],
  [{ elevated_enzymes: 1 }, 15],
  // 100 + 46 + 58 + 28 + 59 + 39 + 28 + 14
  [
    {
      age: 90,
      heart_rate: 200,
      systolic_bp: 60,
      creatinine: 4,
      killip: 4,
      cardiac_arrest: 1,
      st_deviation: 1,
      elevated_enzymes: 1,
    },
    372,
    'high',
  ],
]);

checkCases(graceInHospital, stemi, [
  // 42 + 25 + 0 + 34 + 4 + 20
  [{ age: 45, systolic_bp: 130, creatinine: 0.6, killip: 2 }, 125, 'low'],
  // 42 + 25 + 3 + 43 + 13
  [{ age: 45, heart_rate: 60, systolic_bp: 110, creatinine: 1.8 }, 126, 'intermediate'],
  // 42 + 25 + 3 + 24 + 21 + 39
  [{ age: 45, heart_rate: 60, systolic_bp: 150, creatinine: 3, killip: 3 }, 154, 'intermediate'],
  // 42 + 25 + 15 + 24 + 10 + 39
  [{ age: 45, heart_rate: 100, systolic_bp: 150, creatinine: 1.4, killip: 3 }, 155, 'high'],
  // 20 + 53 + 15 + 58 + 7 + 0 + 28 + 14
  [{ age: 65, heart_rate: 100, systolic_bp: 99, creatinine: 1, killip: 2 }, 195, 'high'],
]);

it('has the risk of the nomogram, which never falls', () => {
  const percent = (points: number) => graceInHospital.risk(points)!;
  expect(percent(59)).toEqual({ lowPercent: 0, highPercent: 0.2 });
  // by hand: 12.89 - 35.83 + 34.20 - 10.40 and 103.12 - 143.32 + 68.40 - 10.40
  expect(percent(100).lowPercent).toBeCloseTo(0.86, 10);
  expect(percent(200).lowPercent).toBeCloseTo(17.8, 10);
  expect(percent(195).lowPercent).toBeGreaterThan(15.5);
  expect(percent(195).highPercent).toBeLessThan(16.5);
  expect(percent(251).lowPercent).toBeGreaterThan(52);
  expect(percent(251).highPercent).toBe(100);
  for (let points = 2; points <= 372; points++) {
    expect(percent(points).lowPercent).toBeGreaterThanOrEqual(percent(points - 1).lowPercent);
    expect(percent(points).highPercent).toBeGreaterThanOrEqual(percent(points - 1).highPercent);
  }
});

/**
 * The logistic regression that the table was made from, as the GRACE centre gives it
 * (GRACE_RiskModel_Coefficients.pdf): log odds of death in hospital.
 */
function logOdds(given: Required<typeof least>): number {
  return (
    -7.7035 +
    0.0531 * given.age +
    0.0087 * given.heart_rate -
    0.0168 * given.systolic_bp +
    0.1823 * given.creatinine +
    0.6931 * given.killip +
    1.4586 * given.cardiac_arrest +
    0.47 * given.elevated_enzymes +
    0.8755 * given.st_deviation
  );
}

it('orders patients as the regression does that its table was made from, and is near its risk', () => {
  const random = new Random(5);
  const patients = Array.from({ length: 2000 }, () => ({
    age: random.uniform(40, 90),
    heart_rate: random.uniform(50, 150),
    systolic_bp: random.uniform(80, 200),
    creatinine: random.uniform(0.5, 3),
    killip: 1 + Math.floor(random.uniform(0, 4)),
    cardiac_arrest: Number(random.chance(0.2)),
    st_deviation: Number(random.chance(0.5)),
    elevated_enzymes: Number(random.chance(0.5)),
  }));
  const points = patients.map((patient) => pointRange(graceInHospital, patient).low);
  const odds = patients.map(logOdds);
  expect(correlation(points, odds)).toBeGreaterThan(0.98);
  const swapped = patients.map((patient) =>
    logOdds({ ...patient, st_deviation: patient.elevated_enzymes, elevated_enzymes: patient.st_deviation }),
  );
  expect(correlation(points, swapped)).toBeLessThan(correlation(points, odds) - 0.005);
  for (let from = 80; from < 240; from += 40) {
    const rows = [...points.keys()].filter((row) => points[row]! >= from && points[row]! < from + 40);
    const ours = mean(rows.map((row) => graceInHospital.risk(points[row]!)!.highPercent));
    const theirs = mean(rows.map((row) => 100 / (1 + Math.exp(-odds[row]!))));
    expect(ours / theirs).toBeGreaterThan(0.9);
    expect(ours / theirs).toBeLessThan(1.7);
  }
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const moment = (x: readonly number[], y: readonly number[]) =>
    mean(x.map((value, index) => value * y[index]!)) - mean(x) * mean(y);
  return moment(a, b) / Math.sqrt(moment(a, a) * moment(b, b));
}
