import { incompleteBeta } from './student-t.ts';

/**
 * The value below which an F variable falls with this probability, by bisection on the beta
 * distribution of d1 F / (d1 F + d2); degrees of freedom may be fractional.
 *
 * @throws RangeError when the probability is not strictly between 0 and 1 or degrees of freedom are not positive
 */
export function fQuantile(probability: number, d1: number, d2: number): number {
  if (!(probability > 0 && probability < 1 && d1 > 0 && d2 > 0))
    throw new RangeError(
      `fQuantile: expected 0 < probability < 1 and positive degrees of freedom, got ${probability}, ${d1}, ${d2}`,
    );
  let [low, high] = [0, 1];
  for (let step = 0; step < 1100 && high - low > 1e-16 * high; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (incompleteBeta(middle, d1 / 2, d2 / 2) < probability) low = middle;
    else high = middle;
  }
  const share = (low + high) / 2;
  return (d2 * share) / (d1 * (1 - share));
}
