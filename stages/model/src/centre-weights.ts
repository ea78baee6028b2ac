/**
 * What each subject counts in the likelihood, so that a centre of m subjects counts as m^(1 - balance): 0 leaves every
 * subject alike, 1 makes every centre alike, a half lies between. The weights add up to Kish's effective number
 * of subjects, (Σw)² / Σw², so that a penalty and a posterior do not take subjects for more than they tell.
 *
 * @param centres [n]
 * @param balance 0 to 1
 * @returns [n]
 * @throws RangeError for a balance outside 0 to 1
 *
 * Source: kish1965 (docs/references.bib).
 */
export function centreWeights(centres: readonly string[], balance: number): Float64Array {
  if (!(balance >= 0 && balance <= 1))
    throw new RangeError(`centreWeights: expected a balance from 0 to 1, got ${balance}`);
  const sizes = new Map<string, number>();
  for (const centre of centres) sizes.set(centre, (sizes.get(centre) ?? 0) + 1);
  const weights = Float64Array.from(centres, (centre) => sizes.get(centre)! ** -balance);
  let [sum, squares] = [0, 0];
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return weights.map((weight) => (weight * sum) / squares);
}

/**
 * Person-periods of subjects who count so much each.
 *
 * @param periods [n, …] as `personPeriods` gives them
 * @param weights [n]
 */
export function weightedPeriods(periods: Float64Array, weights: Float64Array): Float64Array {
  const width = periods.length / weights.length;
  return periods.map((value, cell) => value * weights[Math.floor(cell / width)]!);
}
