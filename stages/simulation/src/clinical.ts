import type { Random } from '@myocast/base';
import type { Centre } from './centre.ts';
import { createInjury, type Injury } from './injury.ts';
import { type Artery, createArtery } from './record/artery.ts';
import { drawLatents } from './record/copula.ts';
import { createExamConditions, type ExamConditions } from './record/exam-conditions.ts';
import { createLaboratory, type Laboratory } from './record/laboratory.ts';
import { bodySurfaceM2, createPerson, type Person } from './record/person.ts';
import { createPresentation, type Presentation } from './record/presentation.ts';
import { createDischarge, createProcedure, type Discharge, type Procedure } from './record/treatment.ts';

/** The clinical record as it truly is; the table shows it with assay factors and missing cells. */
export interface Clinical extends Person, Artery, Presentation, Laboratory, Procedure, Discharge {}

export interface Patient {
  readonly clinical: Clinical;
  readonly injury: Injury;
  /** What the exam lacks or suffers from. */
  readonly exam: ExamConditions;
  /** Body surface area (Mosteller), for the size of the heart. */
  readonly bsaM2: number;
  readonly weightKg: number;
}

/** One person with a myocardial infarction at a centre, by the distributions of DOMAIN B1 to B4. */
export function createPatient(random: Random, centre: Centre): Patient {
  const person = createPerson(random, centre);
  const artery = createArtery(random, person);
  const latents = drawLatents(random, {
    anterior: artery.anterior === 1,
    female: person.sex === 'female',
    occludedBefore: artery.timi_pre <= 1,
    slowFlowAfter: artery.timi_post < 3,
    centreShift: centre.injuryShift,
  });
  const injury = createInjury(random, latents, artery.culprit);
  const presentation = createPresentation(random, injury, person, artery);
  const laboratory = createLaboratory(random, injury, person);
  return {
    // Spreading so many fields costs ten times as much (V8).
    clinical: Object.assign(
      {},
      person,
      artery,
      presentation,
      laboratory,
      createProcedure(random, artery, person),
      createDischarge(random, injury, person, presentation, laboratory),
    ),
    injury,
    exam: createExamConditions(random, centre, person, presentation),
    bsaM2: bodySurfaceM2(person),
    weightKg: person.weightKg,
  };
}
