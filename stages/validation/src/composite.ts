import type { Outcome } from '@myocast/predictors';

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
