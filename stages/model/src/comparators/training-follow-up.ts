import { compositeFollowUp, type Outcome } from '@myocast/predictors';
import type { FollowUp } from '@myocast/survival';

/**
 * The composite of the training rows as follow-up.
 *
 * @throws RangeError when there are fewer than two events of the composite: nothing could be held out
 */
export function trainingFollowUp(outcome: Outcome, rows: readonly number[]): FollowUp {
  const followUp = compositeFollowUp(outcome, rows);
  const events = followUp.event.filter((code) => code === 1).length;
  if (events < 2)
    throw new RangeError(
      `expected at least 2 events of ${outcome.compositeName} among the training rows, found ${events}`,
    );
  return followUp;
}
