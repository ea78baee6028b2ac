import type { Random } from '@myocast/base';
import { type Injury, lognormal } from '../injury.ts';
import { measure, mix, rounded } from './draw.ts';
import { ageScore, type Person } from './person.ts';

/** Blood at admission, and peaks. */
export interface Laboratory {
  readonly creatinine: number;
  readonly egfr: number;
  readonly glucose: number;
  readonly hba1c: number;
  readonly ldl_c: number;
  readonly hs_crp: number;
  readonly nt_probnp: number;
  readonly peak_troponin_t: number;
  readonly peak_troponin_i: number;
  readonly haemoglobin: number;
  readonly wbc: number;
  readonly neutrophils: number;
  readonly lymphocytes: number;
  readonly peak_ck: number;
  readonly peak_ldh: number;
}

/**
 * DOMAIN B2, each with its source there. Peaks share the injury's latents; troponin I,
 * LDH and HbA1c medians and the links with age, sex and diabetes: (recalled). CK and
 * infarct size r = 0.75, Tn and infarct size 0.62 (PMC2095742).
 */
export function createLaboratory(random: Random, { latent }: Injury, person: Person): Laboratory {
  const { age, sex, diabetes } = person;
  const older = ageScore(age);
  const female = sex === 'female' ? 1 : 0;
  const creatinine = drawCreatinine(random, older, female);
  const wbc = rounded(9.6 * Math.exp(0.3 * mix(random, 0.16, [0.4, latent.infarct])), 2);
  // Median 1.6, IQR 1.2 to 2.1; what is left of the white cells besides some 0.7 are neutrophils: 7.4 ± 3.0.
  const lymphocytes = rounded(Math.min(1.6 * Math.exp(random.normal(0, 0.415)), 0.6 * wbc), 2);
  return {
    creatinine,
    egfr: rounded(eGfr(creatinine, age, female === 1), 1),
    // Mean 8.0, SD 3.3 over all: diabetics (0.19) about 3 mmol/L above the others.
    glucose: rounded(lognormal(7.45 + 3 * diabetes, diabetes ? 3.6 : 2.8, random.normal()), 1),
    hba1c: measure(diabetes ? random.normal(7.6, 1.4) : random.normal(5.7, 0.4), 4, 14, 1),
    ldl_c: measure(random.normal(2.9, 0.9) + 0.3 * (person.dyslipidaemia - 0.62), 0.8, 7, 2),
    hs_crp: rounded(Math.exp(2.18 + 1.23 * latent.crp), 1),
    nt_probnp: Math.round(Math.exp(6.71 + 1.13 * (0.3 * older + Math.sqrt(1 - 0.09) * latent.probnp))),
    peak_troponin_t: Math.round(4900 * Math.exp(0.85 * latent.troponin)),
    // µg/L: medians 50.6 and 16.6 above and below 13.55 %LV (Shengjing).
    peak_troponin_i: rounded(31 * Math.exp(1.2 * mix(random, 0.85, [0.922, latent.troponin])), 1),
    haemoglobin: measure(144 - 13 * female - 3 * older + random.normal(0, 15.5), 80, 190),
    wbc,
    neutrophils: rounded(Math.max(0.5, wbc - lymphocytes - 0.7), 2),
    lymphocytes,
    peak_ck: Math.round(2133 * Math.exp(1.04 * mix(random, 0.5625, [0.75, latent.infarct]))),
    peak_ldh: Math.round(820 * Math.exp(0.5 * mix(random, 0.45, [0.5, latent.infarct], [0.22, latent.mvo]))),
  };
}

/** 79 ± 20 µmol/L of the enrolled; one in twenty has kidney disease, the worst of whom the protocol excludes. (share recalled) */
function drawCreatinine(random: Random, older: number, female: number): number {
  const disease = random.chance(0.05);
  const value = disease ? lognormal(165, 75, random.normal()) : lognormal(77, 16, random.normal());
  return measure(value + 3 * older - 8 * (female - 0.16), 28, 900);
}

/** CKD-EPI 2009 in mL/min/1.73 m² from creatinine in µmol/L. (recalled) */
function eGfr(creatinine: number, age: number, female: boolean): number {
  const ratio = creatinine / 88.4 / (female ? 0.7 : 0.9);
  const power = ratio <= 1 ? (female ? -0.329 : -0.411) : -1.209;
  return 141 * ratio ** power * 0.993 ** age * (female ? 1.018 : 1);
}
