import { causes, daysPerYear, maceCauses } from '../../stages/simulation/src/outcome/causes.ts';
import { acuteUntil, type CourseEvent, hazardFactors } from '../../stages/simulation/src/outcome/course.ts';
import {
  frailtySd,
  hazardTable,
  pieceEndsYears,
  type Predictors,
} from '../../stages/simulation/src/outcome/hazards.ts';

type Hazards = readonly (readonly number[])[];

/** The frailty's distribution on a grid of 41 points over eight standard deviations. */
const frailties = Array.from({ length: 41 }, (_, at) => {
  const z = (at - 20) / 5;
  return { log: z * frailtySd, density: Math.exp((-z * z) / 2) };
});

/**
 * The true risk of a next MACE from a landmark to a later time of a virtual patient who is alive then: by the
 * hazards behind the simulation, with all that has happened. The frailty is known to nobody; what has happened
 * tells of it, by Bayes' theorem.
 *
 * @param untilYears from the index date, at most 5
 */
export function trueRisk(
  predictors: Predictors,
  course: readonly CourseEvent[],
  landmarkDays: number,
  untilYears: number = pieceEndsYears.at(-1)!,
): number {
  const from = landmarkDays / daysPerYear;
  const past = course.filter(({ years }) => years <= from);
  const table = hazardTable(predictors, 0);
  const gone = cumulativeHazard(table, past, from);
  const weights = frailties.map(
    ({ log, density }) => density * Math.exp(past.length * log - Math.exp(log) * gone),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const risk = frailties.reduce(
    (sum, { log }, at) => sum + weights[at]! * incidence(table, past, from, untilYears, Math.exp(log)),
    0,
  );
  return risk / total;
}

/** Hazards of MACE and of all causes in the stretches between two times in which nothing changes. */
function stretches(table: Hazards, past: readonly CourseEvent[], from: number, to: number) {
  const cuts = [...pieceEndsYears, acuteUntil(past), to].filter((years) => years > from && years <= to);
  const ends = [...new Set(cuts)].sort((a, b) => a - b);
  return ends.map((end, at) => {
    const start = at === 0 ? from : ends[at - 1]!;
    const piece = pieceEndsYears.findIndex((last) => start < last);
    const factors = hazardFactors(past, start);
    const own = causes.map((_, cause) => table[cause]![piece]! * factors[cause]!);
    return { years: end - start, mace: sum(own.slice(0, maceCauses.length)), all: sum(own) };
  });
}

/** All causes, along the course as it was. */
function cumulativeHazard(table: Hazards, past: readonly CourseEvent[], until: number): number {
  const times = [0, ...past.map(({ years }) => years), until];
  return sum(
    times
      .slice(1)
      .flatMap((end, at) =>
        stretches(table, past.slice(0, at), times[at]!, end).map(({ years, all }) => years * all),
      ),
  );
}

function incidence(
  table: Hazards,
  past: readonly CourseEvent[],
  from: number,
  to: number,
  frailty: number,
): number {
  let [risk, free] = [0, 1];
  for (const { years, mace, all } of stretches(table, past, from, to)) {
    const lost = free * (1 - Math.exp(-frailty * all * years));
    risk += (lost * mace) / all;
    free -= lost;
  }
  return risk;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
