import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import type { Course, CourseEvent, Finding } from './course.ts';

export interface PlantedCourses {
  readonly table: PredictorTable;
  readonly courses: readonly Course[];
  readonly outcome: Outcome;
}

/** Log hazard ratios that are planted. */
export const plantedEffects = { age: 0.7, afterHf: 1.1, perPointOfChange: -0.08 } as const;

const end = 1826;
const daily = 2.2e-4;

/**
 * Courses of n subjects with repeated events: age raises the hazard of HF and of death;
 * HF raises it for good; half are sent to a second exam on day 365, and from then on the change
 * in ejection fraction that it finds moves it. Death of another cause competes.
 */
export function plantedCourses(n: number, seed: number): PlantedCourses {
  const random = new Random(`planted courses ${seed}`);
  const ages = Array.from({ length: n }, () => random.normal());
  const fractions = Array.from({ length: n }, () => random.normal(50, 8));
  const courses = ages.map((age, row) => courseOf(random.fork(`course ${row}`), age, fractions[row]!));
  return {
    table: {
      subjects: ages.map((_, row) => `s${row}`),
      centres: ages.map(() => ''),
      columns: ['age', 'ejection_fraction', 'noise'].map((name) => ({
        name,
        label: name,
        unit: null,
        kind: 'continuous' as const,
        source: 'clinical' as const,
      })),
      values: Float64Array.from(ages.flatMap((age, row) => [age, fractions[row]!, random.normal()])),
      observed: new Uint8Array(3 * n).fill(1),
      segments: [],
      slices: ages.map(() => []),
    },
    courses,
    outcome: firstEvents(courses),
  };
}

function courseOf(random: Random, age: number, fraction: number): Course {
  const [events, findings]: [CourseEvent[], Finding[]] = [[], []];
  const stop = Math.round(random.uniform(0.4 * end, end));
  const change = random.chance(0.5) ? random.normal(2, 7) : null;
  for (let days = 1; days <= stop; days++) {
    if (days === 365 && change !== null)
      findings.push({ name: 'ejection_fraction', value: fraction + change, days, source: 'exam' });
    const cause = causeOfDay(random, age, events.length > 0, findings.length > 0 ? change! : null);
    if (cause === null) continue;
    events.push({ cause, days });
    if (cause !== 'hf') return { events, findings, endDays: days };
  }
  return { events, findings, endDays: stop };
}

function causeOfDay(random: Random, age: number, hadEvent: boolean, change: number | null): string | null {
  const moved = change === null ? 0 : plantedEffects.perPointOfChange * (change - 2);
  const logRatio = plantedEffects.age * age + (hadEvent ? plantedEffects.afterHf : 0) + moved;
  if (random.chance(2e-5)) return 'other';
  if (!random.chance(daily * Math.exp(logRatio))) return null;
  return random.chance(0.6) ? 'hf' : 'death';
}

function firstEvents(courses: readonly Course[]): Outcome {
  const causes = ['hf', 'death', 'other'];
  const first = courses.map(({ events, endDays }) => ({
    days: endDays,
    cause: 0,
    ...firstOf(events, causes),
  }));
  return {
    days: Float64Array.from(first, ({ days }) => days),
    cause: Uint8Array.from(first, ({ cause }) => cause),
    causes,
    compositeCauses: ['hf', 'death'],
    compositeName: 'MACE',
  };
}

function firstOf([first]: readonly CourseEvent[], causes: readonly string[]) {
  return first && { days: first.days, cause: causes.indexOf(first.cause) + 1 };
}
