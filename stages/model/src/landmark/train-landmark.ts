import type { Random } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import { calibrated, compositeLogits } from '../calibration.ts';
import { daysPerMonth } from '../forecast.ts';
import { ridgeLogistic } from '../ridge-logistic.ts';
import type { ForecastPlan, ForecastTraining } from '../train.ts';
import { balancedParts } from '../wide-path.ts';
import { chooseTerms } from './choose-terms.ts';
import { type Course, knownAt } from './course.ts';
import { firstValueOf, type LandmarkData, placesOf } from './landmark-data.ts';
import {
  compositeProblem,
  effectsFrom,
  fitComposite,
  fitLandmarkCauses,
  lossBySubject,
} from './landmark-hazards.ts';
import type { LandmarkModel, LandmarkRecord } from './landmark-model.ts';
import { periodsFrom, rowsOf, type Stack, stackLandmarks } from './stack.ts';
import { type LandmarkView, mayBeStiff, priorMean, priorSd, termName, termValue } from './terms.ts';

export interface LandmarkConfig {
  /** Days at which all who are under observation are looked at again; the index date is always one. */
  readonly landmarksDays: readonly number[];
  /** Parts of the subjects that are left out in turn, to choose the stiffness of the prior. */
  readonly parts: number;
  /** Factors of the precision of priors that may be stiff, rising; null, as the last, is no effect at all: the baseline. */
  readonly stiffnesses: readonly (number | null)[];
}

/** The visits of the protocol: every six months up to month 54. */
export const landmarkDefaults: LandmarkConfig = {
  landmarksDays: Array.from({ length: 9 }, (_, visit) => 6 * (visit + 1) * daysPerMonth),
  parts: 5,
  stiffnesses: [1, 4, 16, 64, null],
};

export interface LandmarkInput {
  /** What `trainForecast` gave for these rows. */
  readonly baseline: ForecastTraining;
  readonly table: PredictorTable;
  /** The training rows, in the order in which the baseline had them. */
  readonly rows: readonly number[];
  /** [n] of every row of the table; those of other rows are not looked at */
  readonly courses: readonly Course[];
  readonly config?: Partial<LandmarkConfig>;
  readonly random: Random;
}

/**
 * Trains how the hazards after a landmark differ from the baseline's, of what is known by
 * then: a landmark supermodel. The landmark data sets of all visits, and of every
 * second exam, are laid on each other; the baseline's calibrated logit, from a member
 * that had not seen the subject, is the offset of a ridge regression of the discrete
 * hazards. Its terms are 0 of whom nothing has become known since the index date: there the
 * forecast is the baseline's given survival, for which the same first events speak.
 *
 * A subject's rows always stay together. An event counts at every landmark before it, and
 * the prior as many times; the stiffness of all but the common effect of an earlier event is
 * chosen by parts of the subjects left out in turn, so that terms that tell nothing end as
 * the baseline's conditional forecast. The covariance is that of the prior before it was made
 * stiffer: that the data cannot tell an effect from none does not make it surely none.
 *
 * Where only first events are recorded and nothing is found there are no terms.
 *
 * @throws RangeError for an outcome without times, or where rows, courses and baseline do not agree
 *
 * Source: vanhouwelingen2007 (docs/references.bib).
 */
export function trainLandmark(input: LandmarkInput): LandmarkModel {
  const { baseline, table, rows, random } = input;
  const { plan } = baseline;
  const config = { ...landmarkDefaults, ...input.config };
  check(input);
  const courses = rows.map((row) => input.courses[row]!);
  const end = plan.intervalEnds.at(-1)!;
  const grid = config.landmarksDays.filter((days) => days > 0 && days < end);
  const whole = stackLandmarks(courses, grid, plan.causes, (course) => examDays(course, end));
  const base = calibratedLogits(plan, baseline.heldOut);
  const risks = risksOf(plan, base);
  const views = viewsOf(whole, courses, risks, (subject) => firstValueOf(table, rows[subject]!));
  const chosen = chooseTerms(table.columns, plan.causes, courses, views, whole.subject);
  const q = chosen.terms.length;
  const values = views.map((view) => chosen.terms.map((term) => termValue(term, view)));
  // Where every term is 0 a row says nothing of its effects.
  const informed = [...values.keys()].filter((row) => values[row]!.some((value) => value !== 0));
  const stack = rowsOf(whole, informed);
  const data: LandmarkData = {
    stack,
    periods: periodsFrom(stack, plan.intervalEnds),
    features: Float64Array.from(informed.flatMap((row) => values[row]!)),
    q,
    expected: Float64Array.from(chosen.terms, priorMean),
    base,
    intervals: plan.intervalEnds.length,
    outcome: plan,
  };
  const [all, after] = [whole, stack].map((own) => eventsOf(own, plan));
  const copies = after!.distinct === 0 ? 1 : after!.rows / after!.distinct;
  const penaltyOf: PenaltyOf = (stiffness) =>
    Float64Array.from(
      chosen.terms,
      (term) => (copies * (mayBeStiff(term) ? stiffness : 1)) / priorSd(term) ** 2,
    );
  const parts = balancedParts(firstCauses(data, rows.length), config.parts, random.fork('landmark parts'));
  const choice = chooseStiffness(data, penaltyOf, parts, q === 0 ? [null] : config.stiffnesses);
  const { covariance } = fitComposite(data, penaltyOf(1), copies);
  const { effects, causes } =
    choice.stiffness === null ? noEffects(data) : effectsOf(data, penaltyOf(choice.stiffness));
  return {
    terms: chosen.terms,
    eventCauses: chosen.eventCauses,
    composite: Array.from(effects),
    causes,
    covariance: Array.from(covariance, (value) => Number(value.toPrecision(6))),
    training: {
      landmarks: grid.map((days) => landmarkCounts(whole, plan, days)),
      events: all!.distinct,
      informative: after!.distinct,
      copies,
      ...choice,
      terms: chosen.terms.map((term, j) => ({
        term: termName(term),
        subjects: chosen.subjects[j]!,
        coefficient: effects[j]!,
        standardError: Math.sqrt(covariance[j * q + j]!),
      })),
      leftOut: chosen.leftOut,
    },
  };
}

/** The prior's precision [q] at a stiffness, as often as the rows count. */
type PenaltyOf = (stiffness: number) => Float64Array;

function effectsOf(data: LandmarkData, penalty: Float64Array) {
  const effects = effectsFrom(data, ridgeLogistic(compositeProblem(data, penalty)));
  return { effects, causes: fitLandmarkCauses(data, effects, penalty) };
}

function noEffects({ q, outcome }: LandmarkData) {
  return {
    effects: new Float64Array(q),
    causes: Object.fromEntries(outcome.causes.map((name) => [name, Array.from({ length: q }, () => 0)])),
  };
}

function check({ baseline: { plan, heldOut }, table, rows, courses }: LandmarkInput): void {
  if (!plan.timed) throw new RangeError('trainLandmark: expected an outcome with times, got none');
  if (courses.length !== table.subjects.length)
    throw new RangeError(`trainLandmark: expected ${table.subjects.length} courses, got ${courses.length}`);
  const expected = rows.length * plan.intervalEnds.length * plan.causes.length;
  if (heldOut.length !== expected)
    throw new RangeError(
      `trainLandmark: expected ${expected} held-out logits of the baseline, got ${heldOut.length}`,
    );
}

/** Days of a course's exams within the follow-up that the baseline knows. */
function examDays({ findings }: Course, end: number): number[] {
  const days = findings.filter(({ source }) => source === 'exam').map((finding) => finding.days);
  return [...new Set(days)].filter((day) => day > 0 && day < end);
}

/** [n, k, causes] */
function calibratedLogits(plan: ForecastPlan, logits: Float64Array): Float64Array {
  const width = plan.intervalEnds.length * plan.causes.length;
  const all = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += width)
    all.set(calibrated(logits.subarray(start, start + width), plan.calibration, plan), start);
  return all;
}

/** [n] mean over the intervals of the composite's logit less its mean among the training rows. */
export function risksOf(plan: ForecastPlan, base: Float64Array): Float64Array {
  const { centre } = plan.calibration;
  const k = centre.length;
  const logits = compositeLogits(base, plan);
  return Float64Array.from({ length: logits.length / k }, (_, subject) =>
    centre.reduce((sum, level, at) => sum + (logits[subject * k + at]! - level) / k, 0),
  );
}

function viewsOf(
  { subject, landmarkDays }: Stack,
  courses: readonly Course[],
  risks: Float64Array,
  first: (subject: number) => LandmarkView['first'],
): LandmarkView[] {
  return Array.from(subject, (place, row) => ({
    landmarkDays: landmarkDays[row]!,
    risk: risks[place]!,
    known: knownAt(courses[place]!, landmarkDays[row]!),
    first: first(place),
  }));
}

type Causes = Pick<ForecastPlan, 'causes' | 'compositeCauses'>;

/** Rows of a stack that end in the composite, and how many events these are. */
function eventsOf({ subject, days, cause }: Stack, outcome: Causes) {
  const { inside } = placesOf(outcome);
  const own = [...cause.keys()].filter((row) => inside.includes(cause[row]! - 1));
  return { rows: own.length, distinct: new Set(own.map((row) => `${subject[row]} ${days[row]}`)).size };
}

function landmarkCounts(stack: Stack, outcome: Causes, days: number) {
  const own = [...stack.subject.keys()].filter((row) => stack.landmarkDays[row] === days);
  return { days, subjects: own.length, events: eventsOf(rowsOf(stack, own), outcome).rows };
}

/** [n] the cause of each subject's next event after its first row. */
function firstCauses({ stack }: LandmarkData, n: number): Uint8Array {
  const causes = new Uint8Array(n);
  for (let row = stack.subject.length - 1; row >= 0; row--) causes[stack.subject[row]!] = stack.cause[row]!;
  return causes;
}

/** The stiffness under which subjects that were left out are most likely. */
function chooseStiffness(
  data: LandmarkData,
  penaltyOf: PenaltyOf,
  parts: readonly (readonly number[])[],
  stiffnesses: LandmarkConfig['stiffnesses'],
): Pick<LandmarkRecord, 'stiffness' | 'heldOutLoss'> {
  const n = parts.flat().length;
  const losses = stiffnesses.map(() => new Float64Array(n));
  for (const part of parts) {
    const learners = new Set(parts.filter((other) => other !== part).flat());
    const problem = compositeProblem(data, penaltyOf(1), learners);
    let start: Float64Array = new Float64Array(data.q);
    // From the stiffest on, each from where the last ended.
    for (const [at, stiffness] of [...stiffnesses.entries()].toReversed()) {
      if (stiffness !== null) start = ridgeLogistic({ ...problem, penalty: penaltyOf(stiffness), start });
      const effects = stiffness === null ? new Float64Array(data.q) : effectsFrom(data, start);
      const all = lossBySubject(data, effects);
      for (const subject of part) losses[at]![subject] = all[subject]!;
    }
  }
  const totals = losses.map((own) => own.reduce((sum, loss) => sum + loss, 0));
  const best = totals.indexOf(Math.min(...totals));
  return {
    stiffness: stiffnesses[best]!,
    heldOutLoss: stiffnesses.map((stiffness, at) => ({ stiffness, loss: totals[at]! / n })),
  };
}
