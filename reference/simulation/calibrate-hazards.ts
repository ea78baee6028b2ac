import { Random } from '../../libs/base/src/index.ts';
import { baselineHazards, patternNorms } from '../../stages/simulation/src/calibration.ts';
import { type Cause, causes } from '../../stages/simulation/src/outcome/causes.ts';
import { drawCourse, firstMace, firstOf } from '../../stages/simulation/src/outcome/course.ts';
import {
  frailtySd,
  hazardTable,
  pieceEndsYears,
  predictorsOf,
} from '../../stages/simulation/src/outcome/hazards.ts';
import { calibrationPatients, writeCalibration } from './calibrated-cohort.ts';
import { report, rounded } from './moments.ts';

/** Cumulative incidence at 6, 12, 24, 60 months: DOMAIN B5, recommended calibration targets. */
const targets: Record<Cause, readonly number[]> = {
  'cardiovascular-death': [0.01, 0.015, 0.023, 0.047],
  'recurrent-mi': [0.013, 0.022, 0.036, 0.07],
  'hf-hospitalisation': [0.022, 0.032, 0.046, 0.08],
  'unplanned-revascularisation': [0.02, 0.035, 0.055, 0.11],
  'non-cardiovascular-death': [0.003, 0.007, 0.015, 0.045],
};
const courses = 20;
const rounds = 4;

/**
 * Baseline hazards under which the first events of each component, drawn with all that recurs and
 * competes, have the published cumulative incidence. Each round multiplies the hazard of a piece by the
 * increment wanted over the increment found; the same random numbers in every round, which begin at the hazards
 * of the last calibration.
 */
export function calibrateHazards(): void {
  const random = new Random('calibration frailty');
  const people = calibrationPatients().map(({ patient, pattern }) => ({
    predictors: predictorsOf(patient, pattern),
    logFrailty: random.normal(0, frailtySd),
  }));
  const baseline = Object.fromEntries(causes.map((cause) => [cause, [...baselineHazards[cause]]])) as Record<
    Cause,
    number[]
  >;
  for (let round = 1; round <= rounds; round++) {
    const found = Object.fromEntries(causes.map((cause) => [cause, [0, 0, 0, 0]])) as typeof baseline;
    const mace = [0, 0, 0, 0];
    for (const [row, { predictors, logFrailty }] of people.entries()) {
      const table = hazardTable(predictors, logFrailty, baseline);
      const draw = new Random(`calibration course ${row}`);
      for (let repeat = 0; repeat < courses; repeat++) {
        const course = drawCourse(draw, table);
        for (const cause of causes) count(found[cause], firstOf(course, cause));
        count(mace, firstMace(course)?.years ?? Number.POSITIVE_INFINITY);
      }
    }
    const n = people.length * courses;
    for (const cause of causes)
      for (const piece of pieceEndsYears.keys()) {
        const wanted = targets[cause][piece]! - (targets[cause][piece - 1] ?? 0);
        const got = found[cause][piece]! / n;
        baseline[cause][piece] = rounded(
          baseline[cause][piece]! * Math.min(8, Math.max(0.125, wanted / got)),
        );
      }
    let sum = 0;
    report(`round ${round}: first MACE ${mace.map((found) => rounded((sum += found) / n)).join(', ')}`);
  }
  writeCalibration(patternNorms, baseline);
}

function count(pieces: number[], years: number): void {
  const piece = pieceEndsYears.findIndex((end) => years <= end);
  if (piece >= 0) pieces[piece]!++;
}
