import { describe, expect, it } from 'vitest';
import { createSubject, type SimulationConfig, subjectIds } from './cohort.ts';
import { type Cause, latentTimes, maceCauses, oracleLogHazard } from './outcome.ts';
import { Random } from '@myocast/base';

// 40 centres, so that what is tested is the population and not one centre's case mix.
const config: SimulationConfig = { patients: 4000, centres: 40, seed: 7 };
const subjects = subjectIds(config).map((id) => createSubject(config, id));
const draw = new Random('latent times');
const times = subjects.map(({ subject, predictors }) => latentTimes(draw.fork(subject), predictors));

/** Monte-Carlo error (three standard errors) plus a tolerance of one tenth of the target. */
function allowed(rate: number): number {
  return 3 * Math.sqrt((rate * (1 - rate)) / subjects.length) + 0.1 * rate;
}

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

describe('the virtual cohort without its images', () => {
  // DOMAIN B5: cumulative incidence at 12, 24 and 60 months.
  it.each<[Cause, number, number, number]>([
    ['cardiovascular-death', 0.015, 0.023, 0.047],
    ['recurrent-mi', 0.022, 0.036, 0.07],
    ['hf-hospitalisation', 0.032, 0.046, 0.08],
    ['unplanned-revascularisation', 0.035, 0.055, 0.11],
    ['non-cardiovascular-death', 0.007, 0.015, 0.045],
  ])('has %s as often as published', (cause, ...targets) => {
    for (const [index, years] of [1, 2, 5].entries()) {
      const rate = times.filter((time) => time[cause] <= years).length / times.length;
      expect(Math.abs(rate - targets[index]!)).toBeLessThan(allowed(targets[index]!));
    }
  });

  it('has a first MACE in about 9.5, 14 and 25 % at 12, 24 and 60 months', () => {
    for (const [years, target] of [
      [1, 0.095],
      [2, 0.14],
      [5, 0.25],
    ] as const) {
      const rate =
        times.filter((time) => maceCauses.some((cause) => time[cause] <= years)).length / times.length;
      expect(Math.abs(rate - target)).toBeLessThan(allowed(target));
    }
  });

  it('lets an oracle rank the first MACE with a Harrell C of 0.77 to 0.82', () => {
    const rows = subjects.map(({ oracleLogHazard: risk, outcome: { followUpDays: days, firstEvent } }) => ({
      risk,
      days,
      event: firstEvent !== null && firstEvent !== 'non-cardiovascular-death',
    }));
    let pairs = 0;
    let right = 0;
    for (const early of rows.filter(({ event }) => event))
      for (const late of rows) {
        if (!(late.days > early.days || (late.days === early.days && !late.event))) continue;
        pairs++;
        right += early.risk > late.risk ? 1 : early.risk === late.risk ? 0.5 : 0;
      }
    expect(right / pairs).toBeGreaterThan(0.77);
    expect(right / pairs).toBeLessThan(0.82);
  });

  it('has the marginals of DOMAIN B1 to B3', () => {
    const column = (value: (subject: (typeof subjects)[number]) => number) => subjects.map(value);
    const expected: [string, number[], number, number, number][] = [
      ['age', column((s) => s.patient.clinical.age), 58.5, 11.5, 0.8],
      ['male', column((s) => (s.patient.clinical.sex === 'male' ? 1 : 0)), 0.84, 0.37, 0.02],
      ['IS', column((s) => s.patient.injury.infarctPercent), 20, 14, 1],
      ['LVEF', column((s) => s.patient.injury.ejectionFractionPercent), 50, 11, 1],
      ['ESVi', column((s) => s.patient.injury.esviMlPerM2), 41, 16, 1.2],
      ['EDVi', column((s) => s.patient.injury.edviMlPerM2), 80, 18, 1.2],
      ['glucose', column((s) => s.patient.clinical.glucose), 8, 3.3, 0.3],
      ['systolic pressure', column((s) => s.patient.clinical.systolic_bp), 124, 20, 1.2],
      ['MVO present', column((s) => (s.patient.injury.mvoPercent > 0 ? 1 : 0)), 0.44, 0.496, 0.03],
    ];
    for (const [name, values, centre, spread, tolerance] of expected) {
      expect(Math.abs(mean(values) - centre), `mean of ${name}`).toBeLessThan(tolerance);
      expect(Math.abs(sd(values) - spread), `spread of ${name}`).toBeLessThan(tolerance);
    }
  });

  it('has the correlations of DOMAIN B4, and larger infarcts where capillaries are obstructed', () => {
    const infarct = subjects.map((s) => s.patient.injury.infarctPercent);
    const ef = subjects.map((s) => s.patient.injury.ejectionFractionPercent);
    const troponin = subjects.map((s) => Math.log(s.patient.clinical.peak_troponin_t));
    expect(Math.abs(correlation(infarct, ef) + 0.62)).toBeLessThan(0.05);
    expect(Math.abs(correlation(infarct, troponin) - 0.62)).toBeLessThan(0.05);
    const withMvo = infarct.filter((_, i) => subjects[i]!.patient.injury.mvoPercent > 0);
    const without = infarct.filter((_, i) => subjects[i]!.patient.injury.mvoPercent === 0);
    // DOMAIN B3: about 27 and 12 (logistic model); the copula's 0.70 gives somewhat more overlap.
    expect(Math.abs(mean(withMvo) - 27)).toBeLessThan(3);
    expect(Math.abs(mean(without) - 12)).toBeLessThan(3);
  });

  it('hides part of the hazard in the pattern of the infarct, where no total shows it', () => {
    const spared = subjects.map(({ predictors }) =>
      oracleLogHazard({
        ...predictors,
        'cardiovascular-death': { ...predictors['cardiovascular-death'], cardiac: 0 },
        'hf-hospitalisation': { ...predictors['hf-hospitalisation'], cardiac: 0 },
      }),
    );
    const whole = subjects.map((s) => s.oracleLogHazard);
    expect(sd(whole)).toBeGreaterThan(sd(spared));
    const few = subjects.filter((s) => s.pattern.transmuralSegments === 0).length;
    expect(few).toBeGreaterThan(200);
    expect(few).toBeLessThan(3000);
  });
});
