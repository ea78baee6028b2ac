import type { Outcome } from '@myocast/predictors';
import type { FollowUp } from '@myocast/survival';

/**
 * The composite of these rows as follow-up: 1 its causes, 2 the causes that compete with it. A
 * yes/no outcome becomes an event on day 1 or a follow-up to day 2.
 *
 * @throws RangeError when there are fewer than two events of the composite: nothing could be held out
 */
export function compositeFollowUp(
  { days, cause, causes, compositeCauses, compositeName }: Outcome,
  rows: readonly number[],
): FollowUp {
  const codes = [0, ...causes.map((name) => (compositeCauses.includes(name) ? 1 : 2))];
  const event = Uint8Array.from(rows, (row) => codes[cause[row]!]!);
  const events = event.filter((code) => code === 1).length;
  if (events < 2)
    throw new RangeError(
      `expected at least 2 events of ${compositeName} among the training rows, found ${events}`,
    );
  return {
    days: Float64Array.from(rows, (row, at) => (days === null ? (event[at] === 1 ? 1 : 2) : days[row]!)),
    event,
  };
}
