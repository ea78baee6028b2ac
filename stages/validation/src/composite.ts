import type { Outcome } from '@myocast/predictors';
import type { FollowUp } from '@myocast/survival';

/**
 * The composite endpoint as follow-up: 1 its causes, 2 the causes that compete with it.
 *
 * A yes/no outcome becomes an event on day 1 or a follow-up to day 2. Then concordance
 * is the AUC (a pair of two events is on one day, hence left out), the Brier score at
 * day 1 the plain mean square, and the incidence at day 1 the prevalence.
 */
export function compositeFollowUp({ days, cause, causes, compositeCauses }: Outcome): FollowUp {
  const member = causes.map((name) => compositeCauses.includes(name));
  const event = cause.map((code) => {
    if (code === 0) return 0;
    return member[code - 1] ? 1 : 2;
  });
  return { days: days ?? Float64Array.from(event, (code) => (code === 1 ? 1 : 2)), event };
}

/** The horizon on the time axis of `compositeFollowUp`. */
export function horizonOf(outcome: Outcome, horizonDays: number | null): number | null {
  return outcome.days === null ? 1 : horizonDays;
}

/** How many subjects had which event, by cause. */
export function countEvents({ cause, causes }: Outcome): { readonly [cause: string]: number } {
  return Object.fromEntries(
    causes.map((name, index) => [name, cause.filter((code) => code === index + 1).length]),
  );
}
