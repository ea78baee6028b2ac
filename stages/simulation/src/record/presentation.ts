import type { Random } from '@myocast/base';
import { clamp, type Injury } from '../injury.ts';
import { populationNorms } from '../population-norms.ts';
import type { Artery } from './artery.ts';
import { logit, measure, mix, yes } from './draw.ts';
import { ageScore, type Person } from './person.ts';

/** The state at admission, and the electrocardiogram. */
export interface Presentation {
  readonly killip: 1 | 2 | 3 | 4;
  readonly heart_rate: number;
  readonly systolic_bp: number;
  readonly diastolic_bp: number;
  readonly cardiac_arrest: 0 | 1;
  readonly symptom_to_balloon: number;
  readonly door_to_balloon: number;
  readonly st_resolution_complete: 0 | 1;
}

/** Variance of the known part of `failing`: LVEF and NT-proBNP correlate at -0.45. */
const failingVariance = 0.3 ** 2 + 0.25 ** 2 + 2 * 0.3 * 0.25 * 0.45 + 0.2 ** 2;

/**
 * DOMAIN B1: heart rate 76 ± 14, pressure 124 ± 20 / 76 ± 12, Killip I 0.82, II 0.13,
 * III 0.05 of those without shock, arrest 0.01, symptom to balloon lognormal with
 * median 210 min, σ 0.65, complete ST resolution 0.50 to 0.64. Door to balloon
 * median 75 min, σ 0.35, and all links: (recalled).
 */
export function createPresentation(
  random: Random,
  { latent, mvoPercent }: Injury,
  { age, hypertension }: Person,
  { timi_post }: Artery,
): Presentation {
  const older = ageScore(age);
  const failing = mix(random, failingVariance, [0.3, latent.probnp], [-0.25, latent.lvef], [0.2, older]);
  const pressure = mix(random, 0.06, [-0.2, failing], [0.1, older]) + 0.25 * (hypertension - 0.46);
  const symptom_to_balloon = Math.round(clamp(210 * Math.exp(0.65 * latent.delay), 40, 1440));
  const killip = killipClass(failing);
  return {
    killip,
    heart_rate: measure(76 + 14 * mix(random, 0.09, [0.25, failing], [0.1, latent.infarct]), 42, 150),
    systolic_bp: measure(
      killip === 4 ? random.normal(82, 8) : 124 + 20 * pressure,
      killip === 4 ? 60 : 82,
      220,
    ),
    diastolic_bp: measure(76 + 12 * (0.65 * pressure + 0.76 * random.normal()), 40, 130),
    cardiac_arrest: yes(random, logit(0.008) + 0.4 * failing),
    symptom_to_balloon,
    door_to_balloon: Math.round(clamp(75 * Math.exp(random.normal(0, 0.35)), 15, 0.8 * symptom_to_balloon)),
    st_resolution_complete: yes(
      random,
      logit(0.66) - 0.9 * (mvoPercent > 0 ? 1 : 0) - 1 * (timi_post < 3 ? 1 : 0) - 0.2 * latent.delay,
    ),
  };
}

function killipClass(failing: number): Presentation['killip'] {
  const [second, third, fourth] = populationNorms.killipSteps;
  if (failing < second) return 1;
  if (failing < third) return 2;
  return failing < fourth ? 3 : 4;
}
