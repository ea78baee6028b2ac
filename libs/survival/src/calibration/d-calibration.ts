import { checkFollowUp, checkValues, type FollowUp, refuseLateEntry } from '../follow-up.ts';
import { chiSquareTail } from '../numerics/chi-square.ts';

/** Whether predicted survival probabilities at the time of the event are uniform. */
export interface DCalibration {
  /** [bins] subjects with a survival probability from i / bins to (i + 1) / bins at their event, the censored ones shared out */
  readonly counts: Float64Array;
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  /** Small: the predicted survival curves are not calibrated over the whole of the follow-up */
  readonly p: number;
}

/**
 * Distribution calibration: at the time of the event the predicted survival probability of a
 * calibrated model is uniform between 0 and 1. A subject with the event counts in the bin of its
 * probability s. One censored would have its event later, at a probability uniform below
 * s: each bin gets its length below s, over s; at s = 0 all goes to the lowest bin. A probability on a border
 * belongs to the bin above it, 1 to the highest. A competing event counts as a censoring, which is sound only for the
 * cause-specific survival probability.
 *
 * With mostly censored subjects the counts are uniform by construction, and the test has little power.
 *
 * @param survival [n] predicted probability of no event by the subject's own last day
 * @throws RangeError when lengths differ, a value is not a probability, there is late entry, or fewer than 2 bins
 *
 * Source: haider2020 (docs/references.bib).
 */
export function dCalibration(
  survival: Float64Array,
  followUp: FollowUp,
  { bins = 10 }: { readonly bins?: number } = {},
): DCalibration {
  checkFollowUp('dCalibration', followUp);
  refuseLateEntry('dCalibration', followUp);
  checkValues('dCalibration', 'survival probabilities', survival, followUp.days.length);
  if (survival.some((value) => value < 0 || value > 1))
    throw new RangeError('dCalibration: expected survival probabilities between 0 and 1');
  if (!(Number.isInteger(bins) && bins >= 2))
    throw new RangeError(`dCalibration: expected 2 or more bins, got ${bins}`);
  const counts = new Float64Array(bins);
  let total = 0;
  for (const [row, s] of survival.entries()) {
    const weight = followUp.weights?.[row] ?? 1;
    total += weight;
    if (followUp.event[row] === 1) counts[binOf(s, bins)]! += weight;
    else shareOut(counts, s, weight);
  }
  const expected = total / bins;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return { counts, chiSquare, degreesOfFreedom: bins - 1, p: chiSquareTail(chiSquare, bins - 1) };
}

function binOf(s: number, bins: number): number {
  return Math.min(bins - 1, Math.floor(s * bins));
}

/** One censored at survival s: uniform from 0 to s. */
function shareOut(counts: Float64Array, s: number, weight: number): void {
  const bins = counts.length;
  const bin = binOf(s, bins);
  for (let lower = 0; lower < bin; lower++) counts[lower]! += weight / (bins * s);
  counts[bin]! += s > 0 ? weight * (1 - bin / (bins * s)) : weight;
}
