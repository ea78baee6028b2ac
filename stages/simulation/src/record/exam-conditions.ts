import type { Random } from '@myocast/base';
import type { Centre } from '../centre.ts';
import { clamp } from '../injury.ts';
import { logit, yes } from './draw.ts';
import { ageScore, type Person } from './person.ts';
import type { Presentation } from './presentation.ts';

/** What a subject's exam lacks or suffers from; decided before the images, which show it. */
export interface ExamConditions {
  /** Days from the balloon to the exam. */
  readonly cmrDay: number;
  readonly cine: boolean;
  readonly lge: boolean;
  readonly t2Stir: boolean;
  readonly t1Map: boolean;
  readonly t2Map: boolean;
  readonly t2StarMap: boolean;
  readonly breathHoldArtefact: boolean;
  readonly gatingArtefact: boolean;
  readonly poorNulling: boolean;
  /** 4 good to 1 useless; the protocol asks for 2 (DOMAIN E2, X6). */
  readonly quality: 1 | 2 | 3 | 4;
}

/**
 * DOMAIN B7: cine missing 1 %, LGE 3 %, T2-STIR 12 %, T1 and T2 maps 35 % and T2* 40 %
 * not acquired (mostly the site's policy), breath-hold artefact 15 %, gating 8 %, poor
 * nulling 7 %. Who is breathless, old or in atrial fibrillation has the worse
 * images, so that what is missing is not missing at random (sizes assumed). Exams
 * on day 5 to 7 as a rule (NCT07057492).
 */
export function createExamConditions(
  random: Random,
  centre: Centre,
  { age, bmi, atrial_fibrillation }: Person,
  { killip, heart_rate }: Presentation,
): ExamConditions {
  const older = ageScore(age);
  const breathless = (killip > 1 ? 0.8 : -0.17) + 0.25 * older + 0.2 * ((bmi - 24.2) / 3);
  const irregular = 1.8 * (atrial_fibrillation - 0.05) + 0.25 * ((heart_rate - 76) / 14);
  const breathHoldArtefact = yes(random, logit(0.135) + breathless) === 1;
  const gatingArtefact = yes(random, logit(0.068) + irregular) === 1;
  const poorNulling = random.chance(0.07);
  const faults = [breathHoldArtefact, gatingArtefact, poorNulling].filter(Boolean).length;
  const severe = random.chance(0.25);
  const mapped = (policy: boolean) => policy && !random.chance(0.07);
  return {
    cmrDay: random.choice([3, 4, 5, 6, 7, 8, 9, 10], [3, 7, 26, 27, 24, 8, 3, 2]),
    cine: !(yes(random, logit(0.009) + 0.5 * breathless) === 1),
    lge: !(yes(random, logit(0.027) + 0.5 * breathless) === 1),
    t2Stir: !(yes(random, logit(0.11) + 0.5 * breathless) === 1),
    t1Map: mapped(centre.maps),
    t2Map: mapped(centre.maps),
    t2StarMap: mapped(centre.t2Star),
    breathHoldArtefact,
    gatingArtefact,
    poorNulling,
    quality: clamp(4 - faults - (severe && faults > 0 ? 1 : 0), 1, 4) as ExamConditions['quality'],
  };
}
