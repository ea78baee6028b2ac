import type { Course, CourseEvent } from '@myocast/model';
import { type Cause, causes, daysPerYear, isDeath } from '../../stages/simulation/src/outcome/causes.ts';
import type { SuspectedEvent } from '../../stages/simulation/src/outcome/suspected-events.ts';
import { lastSeenDay } from '../../stages/simulation/src/outcome/visits.ts';
import type { Simulated } from '../cohort/simulated-people.ts';

/** A course as the study has it: its true events on the days as reported, each from when it was known. */
export function observedCourse({ subject: { observed } }: Simulated): Course {
  const events = observed.suspected.filter(({ what }) => causes.includes(what as Cause)).map(adjudicated);
  const death = events.find(({ cause }) => isDeath(cause as Cause));
  const last = observed.suspected.reduce(
    (day, event) => Math.max(day, event.day),
    lastSeenDay(observed.visits),
  );
  return { events, findings: [], endDays: Math.max(1, death?.days ?? last) };
}

function adjudicated({ what, evidence, day, knownDay }: SuspectedEvent): CourseEvent {
  const undetermined = isDeath(what as Cause) && evidence.death_certificate === 'unknown';
  return { cause: undetermined ? 'cardiovascular-death' : what, days: day, knownDays: knownDay };
}

/** The course as it was, to five years or death. */
export function trueCourse({ subject: { course } }: Simulated): Course {
  const events = course.map(({ cause, years }) => ({
    cause,
    days: Math.max(1, Math.ceil(years * daysPerYear)),
  }));
  const last = events.at(-1);
  const died = last !== undefined && isDeath(last.cause);
  return { events, findings: [], endDays: died ? last.days : Math.ceil(5 * daysPerYear) };
}
