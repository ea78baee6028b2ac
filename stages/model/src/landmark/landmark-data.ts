import type { Outcome, PredictorTable } from '@myocast/predictors';
import { compositeOf } from '../calibration.ts';
import type { LandmarkPeriods, Stack } from './stack.ts';

/** Everything the regressions after landmarks are fitted to. */
export interface LandmarkData {
  readonly stack: Stack;
  readonly periods: LandmarkPeriods;
  /** [m, q] values of the terms at each row of the stack */
  readonly features: Float64Array;
  readonly q: number;
  /** [q] means of the prior of the composite's effects */
  readonly expected: Float64Array;
  /** [n, k, causes] the baseline's calibrated logits; no event has logit 0 */
  readonly base: Float64Array;
  readonly intervals: number;
  readonly outcome: Pick<Outcome, 'causes' | 'compositeCauses'>;
}

/** The baseline's logits [causes] in a period. */
export function baseOfPeriod({ base, periods, stack, intervals, outcome }: LandmarkData, cell: number) {
  const width = outcome.causes.length;
  const subject = stack.subject[periods.row[cell]!]!;
  const at = (subject * intervals + periods.interval[cell]!) * width;
  return base.subarray(at, at + width);
}

/** Values of the terms [q] in a period. */
export function featuresOfPeriod({ features, q, periods }: LandmarkData, cell: number): Float64Array {
  const row = periods.row[cell]!;
  return features.subarray(row * q, (row + 1) * q);
}

/** x'b */
export function weighed(values: ArrayLike<number>, coefficients: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < coefficients.length; j++) sum += values[j]! * coefficients[j]!;
  return sum;
}

/** ln of the sum of the exponentials of these logits, of the causes at `places`. */
export function logSumOf(places: readonly number[], logit: (place: number) => number): number {
  const largest = places.reduce((most, place) => Math.max(most, logit(place)), -Infinity);
  if (largest === -Infinity) return -Infinity;
  return largest + Math.log(places.reduce((sum, place) => sum + Math.exp(logit(place) - largest), 0));
}

/** Places of the composite's causes, and of those that compete with it. */
export function placesOf(outcome: Pick<Outcome, 'causes' | 'compositeCauses'>) {
  const inside = compositeOf(outcome);
  const outside = [...outcome.causes.keys()].filter((place) => !inside.includes(place));
  return { inside, outside };
}

/** The value of a column in a row at the index date; null where it is missing or there is no such column. */
export function firstValueOf({ columns, values, observed }: PredictorTable, row: number) {
  return (name: string): number | null => {
    const column = columns.findIndex((entry) => entry.name === name);
    const cell = row * columns.length + column;
    return column >= 0 && observed[cell] ? values[cell]! : null;
  };
}
