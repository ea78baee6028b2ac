import type { Random } from '@myocast/base';
import type { Centre } from './centre.ts';
import { normalQuantile } from './distributions.ts';
import type { Culprit } from './infarct.ts';
import { clamp, createInjury, type Injury, lognormal } from './injury.ts';

/** The clinical record as it truly is; the table shows it with assay factors and missing cells. */
export interface Clinical {
  readonly age: number;
  readonly sex: 'male' | 'female';
  readonly bmi: number;
  readonly hypertension: 0 | 1;
  readonly diabetes: 0 | 1;
  readonly dyslipidaemia: 0 | 1;
  readonly smoker: 0 | 1;
  readonly heart_rate: number;
  readonly systolic_bp: number;
  readonly killip: 1 | 2 | 3;
  readonly anterior: 0 | 1;
  readonly culprit: Culprit;
  readonly symptom_to_balloon: number;
  readonly timi_pre: 0 | 1 | 2 | 3;
  readonly timi_post: 0 | 1 | 2 | 3;
  readonly multivessel: 0 | 1;
  readonly creatinine: number;
  readonly glucose: number;
  readonly ldl_c: number;
  readonly hs_crp: number;
  readonly nt_probnp: number;
  readonly peak_troponin_t: number;
  readonly haemoglobin: number;
  readonly wbc: number;
  readonly peak_ck: number;
}

export interface Patient {
  readonly clinical: Clinical;
  readonly injury: Injury;
  /** Body surface area (Mosteller), for the size of the heart. */
  readonly bsaM2: number;
  readonly weightKg: number;
}

const chance = (random: Random, logOdds: number): 0 | 1 =>
  random.chance(1 / (1 + Math.exp(-logOdds))) ? 1 : 0;
const logit = (probability: number) => Math.log(probability / (1 - probability));

/** Thresholds of the latent Killip class: I 0.82, II 0.13, III 0.05 (DOMAIN B1, IV excluded). */
const killipSteps = [normalQuantile(0.82), normalQuantile(0.95)] as const;

/** One patient of a centre, by the distributions of DOMAIN B1 to B4. */
export function createPatient(random: Random, centre: Centre): Patient {
  const person = createPerson(random, centre);
  const artery = createArtery(random);
  const injury = createInjury(random, {
    anterior: artery.anterior === 1,
    female: person.sex === 'female',
    occludedBefore: artery.timi_pre <= 1,
    slowFlowAfter: artery.timi_post < 3,
    centreShift: centre.injuryShift,
  });
  const { bsaM2, weightKg, ...characteristics } = person;
  const clinical = {
    ...characteristics,
    ...artery,
    ...createPresentation(random, injury, person.age),
    ...createLaboratory(random, injury, person),
  };
  return { clinical, injury, bsaM2, weightKg };
}

type Person = ReturnType<typeof createPerson>;

/** DOMAIN B1: male 0.84, age 58.5 ± 11.5 in 18 to 90, BMI 24.2 ± 3.0, risk factors; links with age and sex (recalled). */
function createPerson(random: Random, centre: Centre) {
  const sex = random.chance(0.84) ? ('male' as const) : ('female' as const);
  const female = sex === 'female' ? 1 : 0;
  // Women are older by 5 years here; the mean and the spread of all are kept.
  const age = clamp(58.5 + centre.ageShift + 5 * (female - 0.16) + random.normal(0, 11.35), 18, 90);
  const older = (age - 58.5) / 11.5;
  const bmi = clamp(random.normal(24.2, 3), 16, 42);
  const heightCm = random.normal(female ? 158 : 170, 6); // (recalled)
  const weightKg = bmi * (heightCm / 100) ** 2;
  return {
    age: round(age, 1),
    sex,
    bmi: round(bmi, 1),
    hypertension: chance(random, logit(0.46) + centre.riskShift + 0.4 * older),
    diabetes: chance(random, logit(0.18) + centre.riskShift + 0.2 * older + 0.2 * ((bmi - 24.2) / 3)),
    dyslipidaemia: chance(random, logit(0.62) + centre.riskShift),
    // 0.48 of all; few women smoke in China (recalled).
    smoker: chance(random, (female ? logit(0.08) : logit(0.57)) - 0.3 * older),
    bsaM2: Math.sqrt((heightCm * weightKg) / 3600),
    weightKg,
  };
}

/** DOMAIN B1: LAD 0.47, RCA 0.40, LCx 0.13; anterior 0.48; TIMI 0-1 before 0.72; TIMI 3 after 0.92; multivessel 0.50. */
function createArtery(random: Random) {
  const culprit = random.choice<Culprit>(['LAD', 'RCA', 'LCx'], [0.47, 0.4, 0.13]);
  const anterior = random.chance({ LAD: 0.985, RCA: 0, LCx: 0.13 }[culprit]) ? (1 as const) : (0 as const);
  return {
    culprit,
    anterior,
    timi_pre: random.choice([0, 1, 2, 3] as const, [0.6, 0.12, 0.14, 0.14]),
    timi_post: random.choice([0, 1, 2, 3] as const, [0.005, 0.015, 0.06, 0.92]),
    multivessel: chance(random, 0),
  };
}

/** DOMAIN B1: heart rate 76 ± 14, systolic pressure 124 ± 20, Killip, symptom to balloon lognormal median 210 min, σ 0.65. */
function createPresentation(random: Random, { latent }: Injury, age: number) {
  const older = (age - 58.5) / 11.5;
  const failing = mix(
    [
      [0.3, latent.probnp],
      [-0.25, latent.lvef],
      [0.2, older],
    ],
    random,
    0.3 ** 2 + 0.25 ** 2 + 2 * 0.3 * 0.25 * 0.45 + 0.2 ** 2,
  );
  return {
    killip: failing < killipSteps[0] ? (1 as const) : failing < killipSteps[1] ? (2 as const) : (3 as const),
    heart_rate: Math.round(
      clamp(
        76 +
          14 *
            mix(
              [
                [0.25, failing],
                [0.1, latent.infarct],
              ],
              random,
              0.09,
            ),
        42,
        150,
      ),
    ),
    systolic_bp: Math.round(
      clamp(
        124 +
          20 *
            mix(
              [
                [-0.2, failing],
                [0.1, older],
              ],
              random,
              0.05,
            ),
        82,
        220,
      ),
    ),
    symptom_to_balloon: Math.round(clamp(210 * Math.exp(0.65 * latent.delay), 40, 1440)),
  };
}

/** DOMAIN B2, each with its source there; the links with age, sex and diabetes are (recalled). */
function createLaboratory(random: Random, { latent }: Injury, { age, sex, diabetes }: Person) {
  const older = (age - 58.5) / 11.5;
  const female = sex === 'female' ? 1 : 0;
  return {
    creatinine: round(creatinineWithoutExclusion(random, older, female, age), 0),
    // Mean 8.0, SD 3.3 over all: diabetics (0.19) about 3 mmol/L above the others.
    glucose: round(lognormal(7.45 + 3 * diabetes, diabetes ? 3.6 : 2.8, random.normal()), 1),
    ldl_c: round(clamp(random.normal(2.9, 0.9), 0.8, 7), 2),
    hs_crp: round(Math.exp(2.18 + 1.23 * latent.crp), 1),
    nt_probnp: Math.round(Math.exp(6.71 + 1.13 * (0.3 * older + Math.sqrt(1 - 0.09) * latent.probnp))),
    peak_troponin_t: Math.round(4900 * Math.exp(0.85 * latent.troponin)),
    haemoglobin: Math.round(clamp(142 + 2 - 13 * female - 3 * older + random.normal(0, 15.5), 80, 190)),
    wbc: round(9.6 * Math.exp(0.3 * mix([[0.4, latent.infarct]], random, 0.16)), 2),
    // CK and infarct size: r = 0.75 (DOMAIN B4).
    peak_ck: Math.round(2133 * Math.exp(1.04 * mix([[0.75, latent.infarct]], random, 0.5625))),
  };
}

/** 79 ± 20 µmol/L, drawn again while the eGFR is below 30 (exclusion criterion). */
function creatinineWithoutExclusion(random: Random, older: number, female: number, age: number): number {
  for (;;) {
    const creatinine = lognormal(79, 18, random.normal()) + 3 * older - 8 * (female - 0.16);
    if (creatinine > 25 && eGfr(creatinine, age, female === 1) >= 30) return creatinine;
  }
}

/** CKD-EPI 2009 in mL/min/1.73 m² from creatinine in µmol/L. (recalled) */
function eGfr(creatinine: number, age: number, female: boolean): number {
  const ratio = creatinine / 88.4 / (female ? 0.7 : 0.9);
  const power = ratio <= 1 ? (female ? -0.329 : -0.411) : -1.209;
  return 141 * ratio ** power * 0.993 ** age * (female ? 1.018 : 1);
}

/** A weighted sum with enough noise to have variance 1, given the variance the sum has. */
function mix(terms: readonly (readonly [number, number])[], random: Random, variance: number): number {
  const sum = terms.reduce((total, [weight, value]) => total + weight * value, 0);
  return sum + Math.sqrt(Math.max(0, 1 - variance)) * random.normal();
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
