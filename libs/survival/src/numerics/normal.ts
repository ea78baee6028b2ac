import { chiSquareTail } from './chi-square.ts';

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * Lower tail of the standard normal distribution, P(Z ≤ x); relative error below 1e-13
 * in both tails. By the incomplete gamma function: 2 P(Z > x) = Q(1/2, x²/2) for x ≥ 0.
 */
export function normalTail(x: number): number {
  const half = chiSquareTail(x * x, 1) / 2;
  return x > 0 ? 1 - half : half;
}

/** Two-sided p-value of a standard normal statistic. */
export function twoSidedP(z: number): number {
  return chiSquareTail(z * z, 1);
}

/**
 * The value below which a standard normal variable falls with this probability.
 *
 * Acklam's rational approximation, then two steps of Halley's method on `normalTail`.
 *
 * @throws RangeError when the probability is not strictly between 0 and 1
 */
export function normalQuantileAt(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`normalQuantileAt: expected a probability between 0 and 1, got ${probability}`);
  if (probability > 0.5) return -normalQuantileAt(1 - probability);
  let x = firstGuess(probability);
  for (let step = 0; step < 2; step++) {
    const error = (normalTail(x) - probability) / normalDensity(x);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

/** Relative error below 1.2e-9; probability at most 1/2. */
function firstGuess(probability: number): number {
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return (
      horner(
        [
          -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
          4.374664141464968, 2.938163982698783,
        ],
        q,
      ) / horner([7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1], q)
    );
  }
  const q = probability - 0.5;
  const r = q * q;
  return (
    (q *
      horner(
        [
          -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
          2.506628277459239,
        ],
        r,
      )) /
    horner(
      [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
      r,
    )
  );
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
