// Forecasts from later days on, of virtual patients without images whose true risk is known; writes docs/results/landmark.{json,md}.
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  type Course,
  curveAt,
  type Forecast,
  forecast,
  landmarkForecast,
  nextEvent,
  trainForecast,
  trainLandmark,
} from '@myocast/model';
import { maceCauses } from '@myocast/study';
import { type Judged, judgementOf } from './landmark/judged.ts';
import { landmarkStudy, type LandmarkStudy } from './landmark/landmark-study.ts';
import { landmarkMarkdown } from './landmark/markdown.ts';
import { observedCourse, trueCourse } from './landmark/study-courses.ts';
import { trueRisk } from './cohort/true-risk.ts';

const { values: options } = parseArgs({
  options: {
    patients: { type: 'string', default: '2000' },
    seeds: { type: 'string', default: '31,32' },
    months: { type: 'string', default: '6,12,24' },
    out: { type: 'string', default: 'docs/results' },
  },
});
const patients = Number(options.patients);
const months = options.months.split(',').map(Number);
const daysPerMonth = 365.2425 / 12;

/** Test patients come from a study of another seed. Seeds are of studies whose every value the protocol takes: one in three draws one beyond its range. */
const otherSeed = 100;

async function trained(study: LandmarkStudy, seed: number) {
  const { table, outcome, people } = study;
  const rows = [...table.subjects.keys()];
  const random = new Random(seed);
  const baseline = await trainForecast({ table, outcome, rows, random, config: { epochs: 10 } });
  const courses = people.map(observedCourse);
  const landmark = trainLandmark({ baseline, table, rows, courses, random: random.fork('landmarks') });
  return { ...baseline, plan: { ...baseline.plan, landmark } };
}
type Trained = Awaited<ReturnType<typeof trained>>;

/** Forecasts at a landmark of all test patients who are alive then. */
async function judgedAt(
  study: number,
  model: Trained,
  { people, table }: LandmarkStudy,
  first: readonly Forecast[],
  landmarkDays: number,
): Promise<Judged[]> {
  const [known, real] = [people.map(observedCourse), people.map(trueCourse)];
  const rows = [...people.keys()].filter((row) => real[row]!.endDays > landmarkDays);
  const forecasts = await landmarkForecast(
    model,
    table,
    rows,
    rows.map((row) => ({ landmarkDays, known: known[row]! })),
  );
  const end = model.plan.intervalEnds.at(-1)!;
  return rows.map((row, at) => {
    const { risk, low, high } = forecasts[at]!.composite;
    const { predictors, course } = people[row]!.subject;
    const past = known[row]!.events.filter(
      ({ days, knownDays }) => Math.max(days, knownDays!) <= landmarkDays,
    );
    return {
      study,
      landmark: risk.at(-1)!,
      conditional: conditional(first[row]!, landmarkDays, end),
      truth: trueRisk(predictors, course, landmarkDays),
      low: low.at(-1)!,
      high: high.at(-1)!,
      ...whatCame(real[row]!, landmarkDays, model.plan.causes),
      earlierHf: past.some(({ cause }) => cause === 'hf-hospitalisation'),
      earlierEvent: past.length > 0,
    };
  });
}

function whatCame(course: Course, landmarkDays: number, causes: readonly string[]) {
  const { days, cause } = nextEvent(course, landmarkDays, causes);
  const isMace = cause > 0 && (maceCauses as readonly string[]).includes(causes[cause - 1]!);
  return {
    days: days - landmarkDays,
    event: cause === 0 ? (0 as const) : isMace ? (1 as const) : (2 as const),
  };
}

/** (F(t) - F(s)) / S(s) of the forecast from the index date. */
function conditional({ timesDays, composite, incidence }: Forecast, from: number, to: number): number {
  const at = (curve: readonly number[], days: number) => curveAt(timesDays, curve, days);
  const gone = Object.values(incidence).reduce((sum, curve) => sum + at(curve, from), 0);
  return (at(composite.risk, to) - at(composite.risk, from)) / (1 - gone);
}

/** The largest distance between forecasts of the baseline and at the index date. */
async function differenceAtIndexDate(
  model: Trained,
  table: LandmarkStudy['table'],
  first: readonly Forecast[],
) {
  const rows = [...table.subjects.keys()];
  const again = await landmarkForecast(
    model,
    table,
    rows,
    rows.map(() => ({ landmarkDays: 0, known: { events: [], findings: [] } })),
  );
  return again.reduce(
    (most, { composite }, row) =>
      composite.risk.reduce(
        (own, risk, t) => Math.max(own, Math.abs(risk - first[row]!.composite.risk[t]!)),
        most,
      ),
    0,
  );
}

const studies: { seed: number; training: Trained['plan']['landmark']['training'] }[] = [];
const judged = new Map<number, Judged[]>(months.map((month) => [month, []]));
let largestDifference = 0;
for (const seed of options.seeds.split(',').map(Number)) {
  const model = await trained(await landmarkStudy(patients, seed), seed);
  const test = await landmarkStudy(patients, seed + otherSeed);
  const first = await forecast(model, test.table, [...test.table.subjects.keys()]);
  largestDifference = Math.max(largestDifference, await differenceAtIndexDate(model, test.table, first));
  for (const month of months)
    judged.get(month)!.push(...(await judgedAt(seed, model, test, first, month * daysPerMonth)));
  studies.push({ seed, training: model.plan.landmark.training });
}

const groups: readonly [name: string, belongs: (one: Judged) => boolean][] = [
  ['all', () => true],
  ['no event known', ({ earlierEvent }) => !earlierEvent],
  ['earlier event', ({ earlierEvent }) => earlierEvent],
  ['earlier HF', ({ earlierHf }) => earlierHf],
];
const record = {
  date: new Date().toISOString().slice(0, 10),
  patients,
  studies,
  atIndexDate: { largestDifference },
  groups: months.flatMap((month) =>
    groups.map(([group, belongs]) => ({
      months: month,
      group,
      judgement: judgementOf(judged.get(month)!.filter(belongs)),
    })),
  ),
};
await writeFileAtomic(`${options.out}/landmark.json`, `${JSON.stringify(record, null, 2)}\n`);
const text = landmarkMarkdown(record);
await writeFileAtomic(`${options.out}/landmark.md`, text);
console.log(text);

/** Forecasts that are the same differ by their rounding alone, of which a standard error says nothing. */
const rounding = 1e-12;
const worse = record.groups.filter(
  ({ judgement: { brierDifference: own } }) => own.value > Math.max(2 * own.standardError, rounding),
);
const notHigher = record.groups.filter(
  ({ group, judgement: { expected } }) => group === 'earlier HF' && expected.landmark <= expected.conditional,
);
const problems = [
  ...worse.map(({ months: month, group }) => `month ${month}, ${group}: worse than the conditional forecast`),
  ...notHigher.map(({ months: month }) => `month ${month}: not higher after HF`),
  ...(largestDifference > 1e-12 ? ['not the baseline forecast on the index date'] : []),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
