import { Random } from '@myocast/base';
import { type Centre, createCentre } from './centre.ts';
import type { Patient } from './clinical.ts';
import { anatomyOf, createExam, type Exam } from './exam.ts';
import { bandOverHeart, type ExamFaults } from './faults.ts';
import { type CourseEvent, drawCourse } from './outcome/course.ts';
import { type ObservedCourse, observe, type Outcome } from './outcome/follow-up.ts';
import { frailtySd, hazardTable, oracleLogHazard, type Predictors, predictorsOf } from './outcome/hazards.ts';
import { infarctPattern, type InfarctPattern } from './pattern.ts';
import type { ImagingPlan } from './plan.ts';
import { type Screened, screenUntilEligible } from './screening.ts';
import { wallVolumeMl } from './ventricle.ts';

/** What a virtual study is; the same config gives the same bytes. */
export interface SimulationConfig {
  readonly patients: number;
  readonly centres: number;
  readonly seed: number;
  /** What is scanned and how finely; the quick plan where it is not given. */
  readonly imaging?: Partial<ImagingPlan>;
  /** Whether the labels behind the images are written too, as NIfTI masks. */
  readonly truthMasks?: boolean;
  /** Whether they are written as DICOM segmentation objects, those of the long axes among them. */
  readonly truthSegmentations?: boolean;
}

/** A virtual subject without images. */
export interface Subject {
  /** `V<centre>-<number>`, the number from 0001 in each centre. */
  readonly subject: string;
  readonly centre: Centre;
  /** Those screened until this subject was found, who is the last of them. */
  readonly screened: readonly Screened[];
  readonly patient: Patient;
  readonly massIndexGPerM2: number;
  readonly pattern: InfarctPattern;
  /** Whether a dark band crosses the heart in the cines. */
  readonly bandOverHeart: boolean;
  readonly predictors: Predictors;
  readonly logFrailty: number;
  readonly oracleLogHazard: number;
  /** What happens until death or five years. */
  readonly course: readonly CourseEvent[];
  /** What the study knows of it. */
  readonly observed: ObservedCourse;
  readonly outcome: Outcome;
  /** ISO date of the CMR exam: the day of analysis less the administrative follow-up. */
  readonly cmrDate: string;
}

/** The day on which the virtual follow-up is closed. */
const closingDay = Date.UTC(2024, 11, 31);
const msPerDay = 86_400_000;

/** Myocardial density in g/mL (DOMAIN C5). */
const densityGPerMl = 1.05;

/** The ids of the study's subjects; patients go to the centres by turns. */
export function subjectIds({ patients, centres }: SimulationConfig): string[] {
  return Array.from({ length: patients }, (_, index) => {
    const number = String(Math.floor(index / centres) + 1).padStart(4, '0');
    return `V${(index % centres) + 1}-${number}`;
  });
}

/** One subject, from the seed and the id alone: neither order nor number of workers matters. */
export function createSubject({ seed }: SimulationConfig, subject: string): Subject {
  const study = studyRandom(seed);
  const centreName = subject.split('-')[0]!;
  const centre = createCentre(study.fork(centreName), Number(centreName.slice(1)));
  const random = study.fork(subject);
  const screened = screenUntilEligible(random, centre);
  const { patient } = screened.at(-1)!;
  const anatomy = anatomyOf(random.fork('exam'), patient);
  const pattern = infarctPattern(anatomy.infarct);
  const predictors = predictorsOf(patient, pattern);
  const events = random.fork('outcome');
  const logFrailty = events.normal(0, frailtySd);
  const course = drawCourse(events, hazardTable(predictors, logFrailty));
  const observed = observe(random.fork('follow-up'), course, patient);
  return {
    subject,
    centre,
    screened,
    patient,
    massIndexGPerM2: (wallVolumeMl(anatomy.shape) * densityGPerMl) / patient.bsaM2,
    pattern,
    bandOverHeart: bandOverHeart(random.fork('exam').fork('faults'), centre.fieldT),
    predictors,
    logFrailty,
    oracleLogHazard: oracleLogHazard(predictors),
    course,
    observed,
    outcome: observed.outcome,
    cmrDate: dateAt(closingDay - observed.outcome.administrativeYears * 365.25 * msPerDay),
  };
}

function dateAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The ISO date that lies so many days after another. */
export function dateAfter(date: string, days: number): string {
  return dateAt(Date.parse(date) + days * msPerDay);
}

/** The stream from which a subject's own choices are drawn, or that of one purpose among them. */
export function subjectRandom({ seed }: SimulationConfig, subject: string, purpose?: string): Random {
  return studyRandom(seed).fork(purpose === undefined ? subject : `${subject}/${purpose}`);
}

let latest = { seed: 0, random: new Random('simulation 0') };

/** The stream of a study, of which others are forked: the last one is kept, for each subject asks for it several times. */
function studyRandom(seed: number): Random {
  if (latest.seed !== seed) latest = { seed, random: new Random(`simulation ${seed}`) };
  return latest.random;
}

/**
 * The exam of a subject with the label volumes behind its images.
 *
 * @param faults instead of those of the subject's record
 */
export function groundTruth(config: SimulationConfig, subject: string, faults?: ExamFaults): Exam {
  const { patient, centre } = createSubject(config, subject);
  return createExam(subjectRandom(config, subject).fork('exam'), patient, centre, config.imaging, faults);
}
