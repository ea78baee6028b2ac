import type { FollowUp } from '@myocast/survival';
import type { Estimate } from './records.ts';

/** An estimate that cannot be given. */
export function absent(reason: string): Estimate {
  return { value: null, low: null, high: null, reason };
}

/** Whether what happens by day t is known for someone: t is not beyond the last follow-up. */
export function observedTo({ days, event }: FollowUp, t: number): boolean {
  return days.some((time) => time >= t) || event.every((code) => code !== 0);
}
