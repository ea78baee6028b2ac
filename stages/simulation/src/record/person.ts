import type { Random } from '@myocast/base';
import type { Centre } from '../centre.ts';
import { populationNorms } from '../population-norms.ts';
import { logit, measure, rounded, yes } from './draw.ts';

/** Who the patient is, and what there was before the infarction. */
export interface Person {
  readonly age: number;
  readonly sex: 'male' | 'female';
  readonly bmi: number;
  readonly heightCm: number;
  readonly weightKg: number;
  readonly hypertension: 0 | 1;
  readonly diabetes: 0 | 1;
  readonly dyslipidaemia: 0 | 1;
  readonly smoker: 0 | 1;
  readonly prior_stroke: 0 | 1;
  readonly family_history: 0 | 1;
  readonly atrial_fibrillation: 0 | 1;
}

/** Age in standard deviations of the enrolled (DOMAIN B1: 58.5 ± 11.5). */
export function ageScore(age: number): number {
  return (age - 58.5) / 11.5;
}

/**
 * A screened person. The constants of `populationNorms` make those who are then
 * enrolled have DOMAIN B1: male 0.84, age 58.5 ± 11.5 in 18 to 90, BMI 24.2 ± 3.0,
 * hypertension 0.46, diabetes 0.19, dyslipidaemia 0.62, smoking 0.48, stroke 0.07.
 * Links with age, sex and weight: (recalled).
 */
export function createPerson(random: Random, centre: Centre): Person {
  const { logOdds } = populationNorms;
  const male = yes(random, logOdds.male) === 1;
  const age = drawAge(random, male, centre.ageShift);
  const older = ageScore(age);
  const bmi = measure(random.normal(24.2, 3), 16, 42, 1);
  const heightCm = rounded(random.normal(male ? 170 : 158, 6), 0); // (recalled)
  return {
    age,
    sex: male ? 'male' : 'female',
    bmi,
    heightCm,
    weightKg: bmi * (heightCm / 100) ** 2,
    hypertension: yes(random, logOdds.hypertension + centre.riskShift + 0.4 * older),
    diabetes: yes(random, logOdds.diabetes + centre.riskShift + 0.2 * older + 0.2 * ((bmi - 24.2) / 3)),
    dyslipidaemia: yes(random, logOdds.dyslipidaemia + centre.riskShift),
    // Few women smoke in China. (recalled)
    smoker: yes(random, logOdds.smoker + (male ? 0 : -2.7) - 0.3 * older),
    prior_stroke: yes(random, logOdds.priorStroke + 0.4 * older),
    family_history: yes(random, logit(0.12) - 0.3 * older), // (recalled)
    atrial_fibrillation: yes(random, logit(0.04) + 0.7 * older), // (recalled)
  };
}

/** Women are older, here by 8 years (recalled); drawn again outside 18 to 90. */
function drawAge(random: Random, male: boolean, shift: number): number {
  const { mean, sd } = populationNorms.age;
  for (;;) {
    const age = rounded(mean + shift + (male ? -1.3 : 6.7) + random.normal(0, sd), 1);
    if (age >= 18 && age <= 90) return age;
  }
}

/** Body surface area in m² (Mosteller). */
export function bodySurfaceM2({ heightCm, weightKg }: Person): number {
  return Math.sqrt((heightCm * weightKg) / 3600);
}
