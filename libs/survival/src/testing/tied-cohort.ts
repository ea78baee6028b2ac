import type { Random } from '@myocast/base';
import type { FollowUp } from '../follow-up.ts';

export function followUpOf(days: number[], event: number[]): FollowUp {
  return { days: Float64Array.from(days), event: Uint8Array.from(event) };
}

/** Few distinct days and risks, so that ties of every sort occur. */
export function tiedCohort(random: Random, n: number): { risk: Float64Array; followUp: FollowUp } {
  return {
    risk: Float64Array.from({ length: n }, () => random.integer(6)),
    followUp: followUpOf(
      Array.from({ length: n }, () => random.integer(10)),
      Array.from({ length: n }, () => random.integer(3)),
    ),
  };
}

/** Late entry, ties, competing events and weights that are not whole numbers. */
export function lateTiedCohort(
  random: Random,
  n: number,
): FollowUp & { entryDays: Float64Array; weights: Float64Array } {
  const { followUp } = tiedCohort(random, n);
  const days = followUp.days.map((day) => day + 1);
  return {
    days,
    event: followUp.event,
    entryDays: days.map((day) => random.integer(day)),
    weights: days.map(() => 0.5 + random.integer(4) / 2),
  };
}
