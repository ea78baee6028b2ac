import { Random } from '@myocast/base';
import { anatomyOf } from './exam.ts';
import { type Centre, createCentre } from './centre.ts';
import { createPatient, type Patient } from './clinical.ts';
import { createExam, type Exam } from './exam.ts';
import { createOutcome, type Outcome, oracleLogHazard, type Predictors, predictorsOf } from './outcome.ts';
import { infarctPattern, type InfarctPattern } from './pattern.ts';
import type { ImagingPlan } from './plan.ts';

/** What a virtual study is; the same config gives the same bytes. */
export interface SimulationConfig {
  readonly patients: number;
  readonly centres: number;
  readonly seed: number;
  /** What is scanned and how finely; the quick plan where it is not given. */
  readonly imaging?: Partial<ImagingPlan>;
  /** Whether the labels behind the images are written too, as NIfTI masks. */
  readonly truthMasks?: boolean;
}

/** A virtual subject without images. */
export interface Subject {
  /** `V<centre>-<number>`, the number from 0001 in each centre. */
  readonly subject: string;
  readonly centre: Centre;
  readonly patient: Patient;
  readonly pattern: InfarctPattern;
  readonly predictors: Predictors;
  readonly oracleLogHazard: number;
  readonly outcome: Outcome;
  /** ISO date of the CMR exam: the day of analysis less the administrative follow-up. */
  readonly cmrDate: string;
}

/** The day on which the virtual follow-up is closed. */
const closingDay = Date.UTC(2024, 11, 31);

/** The ids of the study's subjects; patients go to the centres by turns. */
export function subjectIds({ patients, centres }: SimulationConfig): string[] {
  return Array.from({ length: patients }, (_, index) => {
    const number = String(Math.floor(index / centres) + 1).padStart(4, '0');
    return `V${(index % centres) + 1}-${number}`;
  });
}

/** One subject, from the seed and the id alone: neither order nor number of workers matters. */
export function createSubject({ seed }: SimulationConfig, subject: string): Subject {
  const study = new Random(`simulation ${seed}`);
  const centreName = subject.split('-')[0]!;
  const centre = createCentre(study.fork(centreName), Number(centreName.slice(1)));
  const random = study.fork(subject);
  const patient = createPatient(random.fork('patient'), centre);
  const pattern = infarctPattern(anatomyOf(random.fork('exam'), patient).infarct);
  const predictors = predictorsOf(patient, pattern);
  const outcome = createOutcome(random.fork('outcome'), predictors);
  const cmr = new Date(closingDay - outcome.administrativeYears * 365.25 * 86_400_000);
  return {
    subject,
    centre,
    patient,
    pattern,
    predictors,
    oracleLogHazard: oracleLogHazard(predictors),
    outcome,
    cmrDate: cmr.toISOString().slice(0, 10),
  };
}

/** The stream from which a subject's own choices are drawn. */
export function subjectRandom({ seed }: SimulationConfig, subject: string): Random {
  return new Random(`simulation ${seed}`).fork(subject);
}

/** The exam of a subject with the label volumes behind its images. */
export function groundTruth(config: SimulationConfig, subject: string): Exam {
  const { patient, centre } = createSubject(config, subject);
  return createExam(subjectRandom(config, subject).fork('exam'), patient, centre, config.imaging);
}
