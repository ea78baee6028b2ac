import type { Random } from '@myocast/base';
import { clamp, type Injury } from '../injury.ts';
import type { Artery } from './artery.ts';
import { logit, measure, yes } from './draw.ts';
import type { Laboratory } from './laboratory.ts';
import type { Person } from './person.ts';
import type { Presentation } from './presentation.ts';

/** The primary PCI. */
export interface Procedure {
  readonly radial_access: 0 | 1;
  readonly thrombectomy: 0 | 1;
  readonly gp_inhibitor: 0 | 1;
  readonly stents: number;
  readonly stent_length: number;
  readonly stent_diameter: number;
  readonly contrast_volume: number;
}

/** (recalled): radial 0.92, thrombectomy 0.22, GP IIb/IIIa inhibitor 0.35; 1.25 stents of 29 mm, 3.1 ± 0.45 mm; contrast 150 ± 45 mL. */
export function createProcedure(random: Random, artery: Artery, { diabetes }: Person): Procedure {
  const occluded = artery.timi_pre <= 1 ? 1 : 0;
  const stents = random.choice([0, 1, 2, 3], [0.04, 0.73, 0.19, 0.04]);
  const length = Math.max(8, random.normal(29, 7)) + Math.max(0, stents - 1) * random.uniform(15, 30);
  return {
    radial_access: yes(random, logit(0.92)),
    thrombectomy: yes(random, logit(0.08) + 1.45 * occluded),
    gp_inhibitor: yes(random, logit(0.28) + 0.5 * occluded),
    stents,
    stent_length: stents === 0 ? 0 : Math.round(length),
    stent_diameter: stents === 0 ? 0 : measure(random.normal(3.1 - 0.15 * diabetes, 0.45) * 4, 9, 18) / 4,
    contrast_volume: measure(random.normal(150, 40) + 30 * Math.max(0, stents - 1), 60, 400),
  };
}

/** Medication at discharge (1 given), whether in a high dose, and the stay itself. */
export interface Discharge {
  readonly aspirin: 0 | 1;
  readonly p2y12_inhibitor: 0 | 1;
  readonly statin: 0 | 1;
  readonly statin_high_dose: 0 | 1;
  readonly beta_blocker: 0 | 1;
  readonly beta_blocker_high_dose: 0 | 1;
  readonly acei_arb: 0 | 1;
  readonly acei_arb_high_dose: 0 | 1;
  readonly mra: 0 | 1;
  readonly sglt2_inhibitor: 0 | 1;
  readonly loop_diuretic: 0 | 1;
  readonly heart_failure_in_hospital: 0 | 1;
  readonly length_of_stay: number;
}

/**
 * DOMAIN B1 (recalled there): aspirin 0.99, P2Y12 0.99, statin 0.97, β-blocker 0.85,
 * ACE inhibitor or ARB 0.75, SGLT2 inhibitor 0.15, MRA 0.15. High dose: at least half of the
 * target (a third to a quarter of those treated), diuretic, stay of about 8 days and heart
 * failure in hospital 0.13: (recalled). What is given follows the heart and the kidney.
 */
export function createDischarge(
  random: Random,
  injury: Injury,
  person: Person,
  presentation: Presentation,
  { egfr }: Laboratory,
): Discharge {
  const weak = (50 - injury.ejectionFractionPercent) / 11;
  const congested = presentation.killip > 1 ? 1 : 0;
  const failed = yes(random, logit(0.075) + 1.5 * congested + 0.5 * injury.latent.probnp + 0.35 * weak);
  const slow = presentation.heart_rate < 60 ? 1 : 0;
  const within = (given: 0 | 1, share: number) => (given === 1 ? yes(random, logit(share)) : 0);
  const statin = yes(random, logit(0.97));
  const beta_blocker = yes(random, logit(0.87) - 0.9 * slow + 0.2 * weak);
  const acei_arb = yes(
    random,
    logit(0.75) + 0.3 * weak + 0.4 * (person.hypertension - 0.46) - (egfr < 45 ? 0.8 : 0),
  );
  return {
    aspirin: yes(random, logit(0.99)),
    p2y12_inhibitor: yes(random, logit(0.99)),
    statin,
    statin_high_dose: within(statin, 0.35),
    beta_blocker,
    beta_blocker_high_dose: within(beta_blocker, 0.25),
    acei_arb,
    acei_arb_high_dose: within(acei_arb, 0.3),
    mra: yes(random, logit(0.1) + 0.8 * weak + 0.6 * failed),
    sglt2_inhibitor: yes(random, logit(0.105) + 1.3 * person.diabetes + 0.3 * weak),
    loop_diuretic: yes(random, logit(0.1) + 2.5 * failed),
    heart_failure_in_hospital: failed,
    length_of_stay: Math.round(
      clamp(7.6 * Math.exp(0.25 * failed + 0.12 * congested + random.normal(0, 0.28)), 4, 60),
    ),
  };
}
