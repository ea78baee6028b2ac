import type { Random } from '@myocast/base';
import type { FollowUp } from '@myocast/survival';
import { crossValidationFolds } from '@myocast/survival/resampling';

const most = 5;

/**
 * Folds of the training rows, [n], by which hyper-parameters are chosen: five, or as many as there are events,
 * balanced by event, competing event and neither.
 */
export function innerFolds({ event }: FollowUp, random: Random): Int32Array {
  const events = event.filter((code) => code === 1).length;
  return crossValidationFolds(event.length, { folds: Math.min(most, events), random, event })[0]!;
}

/** The rows of an [n, p] matrix, in the order given. */
export function matrixRows(matrix: Float64Array, p: number, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length * p);
  for (const [place, row] of rows.entries()) taken.set(matrix.subarray(row * p, (row + 1) * p), place * p);
  return taken;
}
