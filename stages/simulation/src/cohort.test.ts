import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { createSubject, type SimulationConfig, subjectIds } from './cohort.ts';
import { type Cause, causes } from './outcome/causes.ts';
import { type CourseEvent, drawCourse, firstMace, firstOf } from './outcome/course.ts';
import { covariatesOf } from './outcome/effects.ts';
import { frailtySd, hazardTable, oracleLogHazard, predictorsFrom } from './outcome/hazards.ts';
import { correlation as goalCorrelation, latentNames } from './record/copula.ts';

// 150 centres, so that what is tested is the population and not one centre's case mix.
const config: SimulationConfig = { patients: 1500, centres: 150, seed: 12 };
const subjects = subjectIds(config).map((id) => createSubject(config, id));

/** Courses that each subject might have had: rates are then known beyond the chance of one course. */
const coursesEach = 25;
const courses = subjects.map(({ subject, predictors }) => {
  const draw = new Random(`courses ${subject}`);
  return Array.from({ length: coursesEach }, () =>
    drawCourse(draw, hazardTable(predictors, draw.normal(0, frailtySd))),
  );
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [centreA, centreB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - centreA) * (b[i]! - centreB))) / (sd(a) * sd(b));
}

/** The share to whom it happened by then, with three standard errors of the means of the subjects plus a tenth of the target. */
function expectRate(
  happened: (course: readonly CourseEvent[]) => number,
  years: number,
  target: number,
): void {
  const shares = courses.map((own) => mean(own.map((course) => Number(happened(course) <= years))));
  const allowed = (3 * sd(shares)) / Math.sqrt(shares.length) + 0.1 * target;
  expect(Math.abs(mean(shares) - target), `${years} a`).toBeLessThan(allowed);
}

describe('the virtual cohort without its images', () => {
  // DOMAIN B5: cumulative incidence at 6, 12, 24 and 60 months.
  it.each<[Cause, readonly number[]]>([
    ['cardiovascular-death', [0.01, 0.015, 0.023, 0.047]],
    ['recurrent-mi', [0.013, 0.022, 0.036, 0.07]],
    ['hf-hospitalisation', [0.022, 0.032, 0.046, 0.08]],
    ['unplanned-revascularisation', [0.02, 0.035, 0.055, 0.11]],
    ['non-cardiovascular-death', [0.003, 0.007, 0.015, 0.045]],
  ])('has %s as often as published', (cause, targets) => {
    for (const [index, years] of [0.5, 1, 2, 5].entries())
      expectRate((course) => firstOf(course, cause), years, targets[index]!);
  });

  it('has a first MACE in about 6, 9.5, 14 and 25 % at 6, 12, 24 and 60 months', () => {
    for (const [index, years] of [0.5, 1, 2, 5].entries())
      expectRate(
        (course) => firstMace(course)?.years ?? Number.POSITIVE_INFINITY,
        years,
        [0.06, 0.095, 0.14, 0.25][index]!,
      );
  });

  it('lets an oracle rank the first MACE with a Harrell C of 0.77 to 0.82', () => {
    const rows = subjects.flatMap(({ oracleLogHazard: risk, outcome }, index) =>
      courses[index]!.slice(0, 6).map((course) => {
        const first = firstMace(course)?.years ?? Number.POSITIVE_INFINITY;
        const end = Math.min(course.at(-1)?.years ?? Infinity, outcome.administrativeYears);
        return { risk, years: Math.min(first, end), event: first <= end };
      }),
    );
    const { right, pairs } = harrell(rows);
    // The standard error of C is about 0.009 here.
    expect(right / pairs).toBeGreaterThan(0.765);
    expect(right / pairs).toBeLessThan(0.825);
  });

  it('has the marginals of DOMAIN B1 to B3', () => {
    const column = (value: (subject: (typeof subjects)[number]) => number) => subjects.map(value);
    const n = subjects.length;
    const expected: [string, number[], number, number][] = [
      ['age', column((s) => s.patient.clinical.age), 58.5, 11.5],
      ['male', column((s) => (s.patient.clinical.sex === 'male' ? 1 : 0)), 0.84, 0.37],
      ['hypertension', column((s) => s.patient.clinical.hypertension), 0.46, 0.5],
      ['diabetes', column((s) => s.patient.clinical.diabetes), 0.19, 0.39],
      ['Killip I', column((s) => Number(s.patient.clinical.killip === 1)), 0.82, 0.384],
      ['IS', column((s) => s.patient.injury.infarctPercent), 20, 14],
      ['LVEF', column((s) => s.patient.injury.ejectionFractionPercent), 50, 11],
      ['ESVi', column((s) => s.patient.injury.esviMlPerM2), 41, 16],
      ['EDVi', column((s) => s.patient.injury.edviMlPerM2), 80, 18],
      ['GLS', column((s) => s.patient.injury.longitudinalStrainPercent), -13.5, 3.8],
      ['LA reservoir', column((s) => s.patient.injury.atrialReservoirPercent), 28, 8],
      ['glucose', column((s) => s.patient.clinical.glucose), 8, 3.3],
      ['systolic pressure', column((s) => s.patient.clinical.systolic_bp), 124, 20],
      ['MVO present', column((s) => (s.patient.injury.mvoPercent > 0 ? 1 : 0)), 0.44, 0.496],
      ['haemorrhage', column((s) => Number(s.patient.injury.haemorrhagePercent > 0)), 0.33, 0.47],
    ];
    for (const [name, values, centre, spread] of expected) {
      expect(Math.abs(mean(values) - centre), `mean of ${name}`).toBeLessThan(spread * (4 / Math.sqrt(n)));
      expect(Math.abs(sd(values) / spread - 1), `spread of ${name}`).toBeLessThan(0.12);
    }
  });

  it('has every correlation of DOMAIN B4', () => {
    const latent = latentNames.map((name) => subjects.map((s) => s.patient.injury.latent[name]));
    for (const [i, first] of latentNames.entries())
      for (const [j, second] of latentNames.slice(0, i).entries())
        expect(
          Math.abs(correlation(latent[i]!, latent[j]!) - goalCorrelation[i]![j]!),
          `${first} and ${second}`,
        ).toBeLessThan(0.09);
  });

  it.each([
    ['infarct', 'lvef', -0.62],
    ['infarct', 'troponin', 0.62],
    ['mvo', 'haemorrhage', 0.85],
    ['lvef', 'esvi', -0.85],
    ['strain', 'atrium', -0.5],
    ['probnp', 'atrium', -0.45],
    ['infarct', 'delay', 0.2],
  ] as const)('has %s and %s at r = %d', (first, second, r) => {
    const values = (name: typeof first | typeof second) => subjects.map((s) => s.patient.injury.latent[name]);
    expect(Math.abs(correlation(values(first), values(second)) - r)).toBeLessThan(0.09);
  });

  it('has larger infarcts where capillaries are obstructed, in men, in the anterior wall and after a long delay', () => {
    const size = (test: (s: (typeof subjects)[number]) => boolean) =>
      mean(subjects.filter(test).map((s) => s.patient.injury.infarctPercent));
    // DOMAIN B3: about 27 and 12.
    expect(Math.abs(size((s) => s.patient.injury.mvoPercent > 0) - 27)).toBeLessThan(3);
    expect(Math.abs(size((s) => s.patient.injury.mvoPercent === 0) - 12)).toBeLessThan(3);
    const women = size((s) => s.patient.clinical.sex === 'female');
    // 5.1 ± 1.4 %LV less; three standard errors of this sample are 2.7.
    expect(Math.abs(size((s) => s.patient.clinical.sex === 'male') - women - 5.1)).toBeLessThan(3);
    expect(size((s) => s.patient.clinical.anterior === 1)).toBeGreaterThan(22);
    expect(size((s) => s.patient.clinical.symptom_to_balloon > 400)).toBeGreaterThan(
      size((s) => s.patient.clinical.symptom_to_balloon < 120) + 2,
    );
    for (const { patient } of subjects)
      if (patient.injury.haemorrhagePercent > 0)
        expect(patient.injury.haemorrhagePercent).toBeLessThanOrEqual(patient.injury.mvoPercent);
  });

  it('hides part of the hazard in the pattern of the infarct, where no total shows it', () => {
    const spared = subjects.map(({ patient, pattern }) =>
      oracleLogHazard(predictorsFrom({ ...covariatesOf(patient, pattern), pattern: 0 })),
    );
    const whole = subjects.map((s) => s.oracleLogHazard);
    const hidden = whole.map((value, i) => value - spared[i]!);
    // A fifth of the variance of the log hazard, and hardly anything of it told by the rest.
    expect(sd(hidden) / sd(whole)).toBeGreaterThan(0.3);
    expect(Math.abs(correlation(hidden, spared))).toBeLessThan(0.25);
    for (const cause of causes) expect(Number.isFinite(subjects[0]!.predictors[cause].cardiac)).toBe(true);
  });
});

/** O(n²), by the definition. */
function harrell(rows: readonly { risk: number; years: number; event: boolean }[]) {
  let pairs = 0;
  let right = 0;
  for (const early of rows)
    if (early.event)
      for (const late of rows) {
        if (!(late.years > early.years || (late.years === early.years && !late.event))) continue;
        pairs++;
        right += early.risk > late.risk ? 1 : early.risk === late.risk ? 0.5 : 0;
      }
  return { right, pairs };
}
