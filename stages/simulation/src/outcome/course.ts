import type { Random } from '@myocast/base';
import { type Cause, causes, daysPerYear, isDeath, maceCauses } from './causes.ts';
import { pieceEndsYears } from './hazards.ts';

/** One thing that happened; years from the exam. */
export interface CourseEvent {
  readonly cause: Cause;
  readonly years: number;
}

/**
 * What an event does to the hazards after it. CREDO-Kyoto: after HF in year 1 later death
 * has HR 1.64 and later HF 5.72 (PMID 28407886), of which the patients' own differences already
 * make a part. The rest: (recalled). Factors of the same kind do not pile up.
 */
const aftermath: { readonly [Happened in Cause]?: { readonly [Later in Cause]?: number } } = {
  'hf-hospitalisation': { 'hf-hospitalisation': 1.5 },
  'recurrent-mi': {
    'recurrent-mi': 1.8,
    'hf-hospitalisation': 1.6,
    'cardiovascular-death': 1.6,
    'unplanned-revascularisation': 1.2,
  },
  'unplanned-revascularisation': { 'unplanned-revascularisation': 1.3, 'recurrent-mi': 1.2 },
};

/** In the 30 days after an infarction the cardiovascular hazard is that many times as high. (recalled) */
const acute = { years: 30 / daysPerYear, factor: 12 } as const;

/** By what each cause's hazard is multiplied some years after the exam, by what has happened until then. */
export function hazardFactors(events: readonly CourseEvent[], years: number): number[] {
  const factors = causes.map(() => 1);
  for (const { cause } of events)
    for (const [later, factor] of Object.entries(aftermath[cause] ?? {})) {
      const row = causes.indexOf(later as Cause);
      factors[row] = Math.max(factors[row]!, factor);
    }
  if (years < acuteUntil(events)) factors[0]! *= acute.factor;
  return factors;
}

/** Years from the exam until which the last infarction among the events is an acute one; 0 without any. */
export function acuteUntil(events: readonly CourseEvent[]): number {
  const last = events.findLast(({ cause }) => cause === 'recurrent-mi');
  return last ? last.years + acute.years : 0;
}

/**
 * The whole course of a patient until death or five years: events by competing
 * hazards, constant in pieces, that change with what has happened.
 *
 * @param table hazards a year by cause and piece, from `hazardTable`
 */
export function drawCourse(random: Random, table: readonly (readonly number[])[]): readonly CourseEvent[] {
  const events: CourseEvent[] = [];
  let years = 0;
  let piece = 0;
  while (piece < pieceEndsYears.length) {
    const calm = acuteUntil(events);
    const end = years < calm ? Math.min(pieceEndsYears[piece]!, calm) : pieceEndsYears[piece]!;
    const factors = hazardFactors(events, years);
    const hazards = table.map((row, cause) => row[piece]! * factors[cause]!);
    const total = hazards.reduce((sum, hazard) => sum + hazard, 0);
    const wait = random.exponential(total);
    if (years + wait >= end) {
      years = end;
      if (end === pieceEndsYears[piece]) piece++;
      continue;
    }
    years += wait;
    const cause = random.choice(causes, hazards);
    events.push({ cause, years });
    if (isDeath(cause)) return events;
  }
  return events;
}

/** Years to the first event of a cause; Infinity where there was none. */
export function firstOf(course: readonly CourseEvent[], cause: Cause): number {
  return course.find((event) => event.cause === cause)?.years ?? Number.POSITIVE_INFINITY;
}

/** The first MACE of a course, if any. */
export function firstMace(course: readonly CourseEvent[]): CourseEvent | null {
  return course.find(({ cause }) => maceCauses.includes(cause)) ?? null;
}
