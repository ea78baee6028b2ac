import type { Random } from '@myocast/base';
import type { Patient } from '../clinical.ts';
import { type Cause, causes, daysPerYear, isDeath } from './causes.ts';
import type { CourseEvent } from './course.ts';
import { drawSuspectedEvents, type SuspectedEvent } from './suspected-events.ts';
import { drawVisits, lastSeenDay, type Visit } from './visits.ts';

export interface Outcome {
  readonly followUpDays: number;
  /** First event of any cause; null when none was known at the end of observation. */
  readonly firstEvent: Cause | null;
  /** Administrative end of the follow-up, which fixes the date of the CMR exam. */
  readonly administrativeYears: number;
}

/** What the study knows of a patient's course. */
export interface ObservedCourse {
  readonly outcome: Outcome;
  readonly visits: readonly Visit[];
  /** Known suspected events, in the order of their days. */
  readonly suspected: readonly SuspectedEvent[];
  readonly lossDay: number | null;
}

/** Lost 2 % a year (DOMAIN B7); one in four of them withdraws consent (assumption). */
const lossRate = -Math.log(1 - 0.02);
const withdraws = 0.25;

/**
 * Follows a patient: the closing is uniform on 1 to 5 years (DOMAIN B6). The first event is
 * the first that is known and meets its definition; a death without a named cause counts
 * as cardiovascular (DOMAIN E1). Without one, observation ends at the last contact.
 */
export function observe(random: Random, course: readonly CourseEvent[], patient: Patient): ObservedCourse {
  const administrativeYears = random.uniform(1, 5);
  const administrativeDay = Math.ceil(administrativeYears * daysPerYear);
  const loss = Math.ceil(random.exponential(lossRate) * daysPerYear);
  const ending = {
    administrativeDay,
    lossDay: loss < administrativeDay ? loss : Number.POSITIVE_INFINITY,
    lossKind: random.chance(withdraws) ? ('withdrawn' as const) : ('lost' as const),
  };
  const death = course.find(({ cause }) => isDeath(cause));
  const deathDay = death ? Math.ceil(death.years * daysPerYear) : Number.POSITIVE_INFINITY;
  const visits = drawVisits(random, ending, deathDay);
  const endDay = Math.min(administrativeDay, ending.lossDay);
  const suspected = drawSuspectedEvents(random, course, patient, visits, endDay).toSorted(
    (a, b) => a.day - b.day,
  );
  const first = suspected.find(({ what }) => causes.includes(what as Cause));
  return {
    outcome: {
      followUpDays: Math.max(1, first?.day ?? lastKnownDay(visits, suspected)),
      firstEvent: first ? adjudicated(first) : null,
      administrativeYears,
    },
    visits,
    suspected,
    lossDay: Number.isFinite(ending.lossDay) && ending.lossDay < deathDay ? ending.lossDay : null,
  };
}

function lastKnownDay(visits: readonly Visit[], suspected: readonly SuspectedEvent[]): number {
  return suspected.reduce((last, { day }) => Math.max(last, day), lastSeenDay(visits));
}

function adjudicated({ what, evidence }: SuspectedEvent): Cause {
  const undetermined = isDeath(what as Cause) && evidence.death_certificate === 'unknown';
  return undetermined ? 'cardiovascular-death' : (what as Cause);
}
