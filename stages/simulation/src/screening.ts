import type { Random } from '@myocast/base';
import type { Centre } from './centre.ts';
import { createPatient, type Patient } from './clinical.ts';
import { logit, yes } from './record/draw.ts';
import { ageScore } from './record/person.ts';

/** What the screening asks besides the clinical record, DOMAIN E2. */
export interface ScreeningFacts {
  readonly stemiConfirmed: 0 | 1;
  readonly primaryPci: 0 | 1;
  readonly guidelineManagement: 0 | 1;
  readonly priorMi: 0 | 1;
  readonly priorRevascularisation: 0 | 1;
  readonly pacemaker: 0 | 1;
  readonly claustrophobia: 0 | 1;
  readonly gadoliniumAllergy: 0 | 1;
  readonly structuralDisease: 0 | 1;
  readonly otherDisease: 0 | 1;
  readonly cognitive: 0 | 1;
  readonly diedBeforeExam: 0 | 1;
  readonly unstableAtExam: 0 | 1;
  readonly consent: 0 | 1;
  readonly unusableExam: 0 | 1;
}

/** A person who came with a suspected STEMI. */
export interface Screened {
  readonly patient: Patient;
  readonly facts: ScreeningFacts;
  /** Criteria that are not met, in the protocol's order; empty where eligible. */
  readonly reasons: readonly Reason[];
}

/** Criteria in the order in which they are asked: those of the registration (DOMAIN E2), then what happens until the exam is read. */
const criteria = {
  'I1 STEMI not confirmed': ({ stemiConfirmed }) => stemiConfirmed === 0,
  'I2 no primary PCI': ({ primaryPci }) => primaryPci === 0,
  'I3 not managed by guideline': ({ guidelineManagement }) => guidelineManagement === 0,
  'I4 Killip IV': (_, { clinical }) => clinical.killip === 4,
  'X1 eGFR below 30': (_, { clinical }) => clinical.egfr < 30,
  'X1 pacemaker': ({ pacemaker }) => pacemaker === 1,
  'X1 claustrophobia': ({ claustrophobia }) => claustrophobia === 1,
  'X1 gadolinium allergy': ({ gadoliniumAllergy }) => gadoliniumAllergy === 1,
  'X2 valvular or congenital disease': ({ structuralDisease }) => structuralDisease === 1,
  'X3 prior MI': ({ priorMi }) => priorMi === 1,
  'X3 prior PCI or CABG': ({ priorRevascularisation }) => priorRevascularisation === 1,
  'X4 malignancy, infection or blood disease': ({ otherDisease }) => otherDisease === 1,
  'X5 cognitive or psychiatric': ({ cognitive }) => cognitive === 1,
  'died before the exam': ({ diedBeforeExam }) => diedBeforeExam === 1,
  'not fit for the exam': ({ unstableAtExam }) => unstableAtExam === 1,
  'I5 no consent': ({ consent }) => consent === 0,
  'X6 exam broken off or unusable': ({ unusableExam }) => unusableExam === 1,
} as const satisfies { readonly [reason: string]: (facts: ScreeningFacts, patient: Patient) => boolean };

export type Reason = keyof typeof criteria;
export const reasons = Object.keys(criteria) as readonly Reason[];

export function reasonsOf(facts: ScreeningFacts, patient: Patient): readonly Reason[] {
  return reasons.filter((reason) => criteria[reason](facts, patient));
}

/** One screened person; whether they are eligible is in `reasons`. */
export function screenOne(random: Random, centre: Centre): Screened {
  const patient = createPatient(random, centre);
  const facts = screeningFacts(random, centre, patient);
  return { patient, facts, reasons: reasonsOf(facts, patient) };
}

/** Screens at a centre until one is eligible, who comes last. */
export function screenUntilEligible(random: Random, centre: Centre): readonly Screened[] {
  const screened: Screened[] = [];
  for (;;) {
    const person = screenOne(random.fork(`screened ${screened.length + 1}`), centre);
    screened.push(person);
    if (person.reasons.length === 0) return screened;
  }
}

/**
 * Rates among the screened. Prior MI 0.108 and prior revascularisation 0.042 (DOMAIN B1); in
 * hospital deaths, refusal and the rest: (recalled). The old, the women and the sick
 * come to the exam less often: a registry of unselected patients is 3 to 4 years older
 * than a CMR cohort (DOMAIN B1), and the slopes are chosen so that it is so here.
 */
function screeningFacts(random: Random, centre: Centre, { clinical, injury, exam }: Patient): ScreeningFacts {
  const older = ageScore(clinical.age);
  const female = clinical.sex === 'female' ? 1 : 0;
  const killip = clinical.killip - 1;
  const draw = (share: number, slope = 0, more = 0) => yes(random, logit(share) + slope * older + more);
  return {
    stemiConfirmed: draw(0.97),
    primaryPci: draw(0.93, -0.4),
    guidelineManagement: draw(0.995, -0.3),
    priorMi: draw(0.095, 0.4, 0.5 * (clinical.diabetes - 0.19)),
    priorRevascularisation: draw(0.04, 0.3),
    pacemaker: draw(0.004, 1),
    claustrophobia: draw(0.015),
    gadoliniumAllergy: draw(0.002),
    structuralDisease: draw(0.011, 0.7),
    otherDisease: draw(0.028, 0.5),
    cognitive: draw(0.013, 1),
    diedBeforeExam: draw(0.012, 0.9, 0.9 * killip + 0.35 * injury.latent.infarct),
    unstableAtExam: draw(0.028, 0.7, 0.7 * killip + 0.3 * injury.latent.probnp),
    consent: draw(0.86, -0.55, -0.85 * female - centre.refusalShift),
    unusableExam: draw(0.012, 0.3, exam.breathHoldArtefact || exam.gatingArtefact ? 1.5 : 0),
  };
}
