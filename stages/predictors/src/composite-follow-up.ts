import type { Outcome } from './records.ts';

/**
 * The composite endpoint of these rows as follow-up: 1 its causes, 2 the causes that compete with it.
 *
 * A yes/no outcome becomes an event on day 1 or a follow-up to day 2. Then concordance
 * is the AUC (a pair of two events is on one day, hence left out), the Brier score at
 * day 1 the plain mean square, and the incidence at day 1 the prevalence.
 *
 * @param rows all where it is not given
 */
export function compositeFollowUp(
  { days, cause, causes, compositeCauses }: Outcome,
  rows: readonly number[] = [...cause.keys()],
): { readonly days: Float64Array; readonly event: Uint8Array } {
  const codes = [0, ...causes.map((name) => (compositeCauses.includes(name) ? 1 : 2))];
  const event = Uint8Array.from(rows, (row) => codes[cause[row]!]!);
  return {
    days: Float64Array.from(rows, (row, at) => (days === null ? (event[at] === 1 ? 1 : 2) : days[row]!)),
    event,
  };
}
