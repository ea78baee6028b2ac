import type { Random } from '@myocast/base';
import type { Patient } from '../clinical.ts';
import { type Cause, daysPerYear, isDeath } from './causes.ts';
import type { CourseEvent } from './course.ts';
import { drawEvidence, type Evidence, type Suspicion } from './evidence.ts';
import { lastSeenDay, type Visit } from './visits.ts';

/** A suspected event as the study has it. Days from the exam. */
export interface SuspectedEvent {
  readonly what: Suspicion;
  /** The day on which it was. */
  readonly trueDay: number;
  /** The day as reported: of the record, the middle of the month, or the middle between two contacts. */
  readonly day: number;
  readonly precision: 'day' | 'month' | 'interval';
  /** Last contact before it without it, and the day on which the study learned of it. */
  readonly unknownUntilDay: number;
  readonly knownDay: number;
  readonly source: 'hospital record' | 'visit' | 'registry';
  readonly evidence: Evidence;
}

/** Half of the admissions are to the study's own hospital, which knows at once; of the others the letter comes in 80 %, the month in 15 % (assumption). */
const ownHospital = 0.5;
const letterComes = 0.8;
const monthKnown = 0.75;

/** Rates a year of what looks like an event and is none (assumption). */
const falseRates = { 'no-infarction': 0.012, 'no-heart-failure': 0.012 } as const;

/** A planned second procedure is done 3 to 45 days after the exam: within 60 days of the first (DOMAIN E1). */
const stagedDays = { from: 3, to: 45 } as const;

/** A re-infarction is treated by PCI in the same stay in 0.7 (assumption). */
const pciOfInfarction = 0.7;

/** Everything that looked like an event until a day, in the order of time. */
function drawOccurrences(
  random: Random,
  course: readonly CourseEvent[],
  { clinical }: Patient,
  untilDay: number,
): { readonly what: Suspicion; readonly trueDay: number }[] {
  const happened = course.map(({ cause, years }) => ({
    what: cause,
    trueDay: Math.max(1, Math.ceil(years * daysPerYear)),
  }));
  const last = happened.at(-1);
  const deathDay = last && isDeath(last.what) ? last.trueDay : Number.POSITIVE_INFINITY;
  const all: { what: Suspicion; trueDay: number }[] = [...happened];
  for (const { what, trueDay } of happened)
    if (what === 'recurrent-mi' && random.chance(pciOfInfarction))
      all.push({ what: 'pci-of-infarction', trueDay });
  for (const [what, rate] of Object.entries(falseRates)) {
    const trueDay = Math.ceil(random.exponential(rate) * daysPerYear);
    all.push({ what: what as Suspicion, trueDay });
  }
  const staged = stagedDays.from + random.integer(stagedDays.to - stagedDays.from + 1);
  if (clinical.non_culprit === 'staged') all.push({ what: 'staged-pci', trueDay: staged });
  return all
    .filter(({ trueDay }) => trueDay <= Math.min(untilDay, deathDay))
    .sort((a, b) => a.trueDay - b.trueDay);
}

/** What the study comes to know of the course, from its own hospitals, at the visits and from the registry. */
export function drawSuspectedEvents(
  random: Random,
  course: readonly CourseEvent[],
  patient: Patient,
  visits: readonly Visit[],
  endDay: number,
): readonly SuspectedEvent[] {
  const known: SuspectedEvent[] = [];
  for (const { what, trueDay } of drawOccurrences(random, course, patient, endDay)) {
    const own = random.chance(ownHospital);
    const letter = random.uniform();
    const evidence = drawEvidence(random, what, patient);
    const report = own
      ? { ...exact(trueDay), knownDay: trueDay }
      : reportAtContact(what, trueDay, visits, letter);
    if (report === null) continue;
    const unknownUntilDay = lastSeenBefore(visits, trueDay);
    known.push({
      what,
      trueDay,
      evidence,
      unknownUntilDay,
      source: own ? 'hospital record' : isDeath(what as Cause) ? 'registry' : 'visit',
      ...report,
    });
  }
  return known;
}

type Report = Pick<SuspectedEvent, 'day' | 'precision' | 'knownDay'>;

function exact(trueDay: number): Pick<Report, 'day' | 'precision'> {
  return { day: trueDay, precision: 'day' };
}

/** What the next contact says; null where there is none. The day of a death is known. */
function reportAtContact(
  what: Suspicion,
  trueDay: number,
  visits: readonly Visit[],
  letter: number,
): Report | null {
  const knownDay = visits.find(({ day }) => day !== null && day >= trueDay)?.day ?? null;
  if (knownDay === null) return null;
  if (isDeath(what as Cause) || letter < letterComes) return { ...exact(trueDay), knownDay };
  return { ...imprecise(trueDay, lastSeenBefore(visits, trueDay), knownDay, letter), knownDay };
}

function lastSeenBefore(visits: readonly Visit[], trueDay: number): number {
  return lastSeenDay(visits.filter(({ day }) => day !== null && day < trueDay));
}

/** A month is kept as the middle of 30.4 days, an interval as its middle. */
function imprecise(
  trueDay: number,
  from: number,
  to: number,
  letter: number,
): { readonly day: number; readonly precision: 'month' | 'interval' } {
  const monthLength = daysPerYear / 12;
  if (letter < letterComes + monthKnown * (1 - letterComes)) {
    const middle = Math.round((Math.floor(trueDay / monthLength) + 0.5) * monthLength);
    return { day: Math.min(Math.max(from + 1, middle), to), precision: 'month' };
  }
  return { day: Math.max(1, Math.round((from + to) / 2)), precision: 'interval' };
}
