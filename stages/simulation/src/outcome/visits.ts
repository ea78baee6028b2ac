import type { Random } from '@myocast/base';
import { clamp } from '../injury.ts';

/** A visit of the plan, and what came of it. Days from the exam. */
export interface Visit {
  readonly number: number;
  readonly plannedDay: number;
  readonly windowDays: number;
  /** Null where nobody was reached. */
  readonly day: number | null;
  readonly contact: 'clinic' | 'telephone' | 'registry' | null;
  readonly status: 'seen' | 'missed' | 'dead' | 'withdrawn' | 'lost';
}

/** When observation ends for reasons other than death. */
export interface Ending {
  readonly administrativeDay: number;
  /** Infinity where the patient stays in the study. */
  readonly lossDay: number;
  readonly lossKind: 'withdrawn' | 'lost';
}

/** Six months, in days. */
const intervalDays = 182.625;

/** ± 30 days up to month 12, ± 45 later (DOMAIN E3). */
function windowDays(number: number): number {
  return number <= 2 ? 30 : 45;
}

/** A visit is missed in 5 % (DOMAIN B7); at the closing 97 % of those still in the study are reached (assumption). */
const missedShare = 0.05;
const closingReach = 0.97;

/**
 * Every six months until the closing, and a last call at the closing. A patient who
 * has died is reported dead by the first contact that is tried afterwards.
 */
export function drawVisits(random: Random, ending: Ending, deathDay: number): readonly Visit[] {
  const { administrativeDay } = ending;
  const visits: Visit[] = [];
  for (let number = 1; ; number++) {
    const plannedDay = Math.round(number * intervalDays);
    const window = windowDays(number);
    if (plannedDay - window >= administrativeDay) break;
    const shift = Math.round(clamp(random.normal(0, window / 2.5), -window, window));
    const day = Math.max(1, Math.min(plannedDay + shift, administrativeDay));
    const kind = random.chance(0.65) ? ('clinic' as const) : ('telephone' as const);
    const reached = !random.chance(missedShare);
    visits.push(outcomeOf({ number, plannedDay, windowDays: window }, day, reached, kind, ending, deathDay));
    if (visits.at(-1)!.status === 'dead') return visits;
  }
  const last = { number: visits.length + 1, plannedDay: administrativeDay, windowDays: 0 };
  const reached = random.chance(closingReach);
  visits.push(outcomeOf(last, administrativeDay, reached, 'telephone', ending, deathDay));
  return visits;
}

type Planned = Pick<Visit, 'number' | 'plannedDay' | 'windowDays'>;

function outcomeOf(
  planned: Planned,
  day: number,
  reached: boolean,
  kind: 'clinic' | 'telephone',
  { lossDay, lossKind }: Ending,
  deathDay: number,
): Visit {
  const { number, plannedDay, windowDays: window } = planned;
  const visit = (seenOn: number | null, contact: Visit['contact'], status: Visit['status']): Visit => ({
    number,
    plannedDay,
    windowDays: window,
    day: seenOn,
    contact,
    status,
  });
  if (lossDay < Math.min(day, deathDay)) return visit(null, null, lossKind);
  if (!reached) return visit(null, null, 'missed');
  if (deathDay <= day) return visit(day, 'registry', 'dead');
  return visit(day, kind, 'seen');
}

/** Last day on which the patient was seen or spoken to; 0 where never after the exam. */
export function lastSeenDay(visits: readonly Visit[]): number {
  return visits.reduce((last, { day, status }) => (status === 'seen' ? Math.max(last, day!) : last), 0);
}
