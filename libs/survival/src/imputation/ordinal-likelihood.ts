import type { Derivatives } from '../regression/newton.ts';
import type { CategoryRows } from './augmented-rows.ts';

/** What one row adds: derivatives by its linear predictor η and by the thresholds above and below its category. */
interface RowTerms {
  readonly log: number;
  readonly first: readonly [above: number, below: number];
  readonly second: readonly [aboveAbove: number, belowBelow: number, aboveBelow: number];
}

/**
 * Weighted log-likelihood of the proportional odds model: logit P(Y ≤ k) = θ_k - η, η = Σ slope · x.
 *
 * @param parameters [categories - 1 + q] ascending thresholds θ, then the slopes; -Infinity where they do not ascend
 *
 * Source: mccullagh1980 (docs/references.bib).
 */
export function ordinalDerivatives(
  { x, codes, weights, categories, q }: CategoryRows,
  parameters: Float64Array,
): Derivatives {
  const cuts = categories - 1;
  const size = cuts + q;
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  const [above, below] = [new Float64Array(size), new Float64Array(size)];
  let logLikelihood = 0;
  for (let row = 0; row < codes.length && logLikelihood > Number.NEGATIVE_INFINITY; row++) {
    const own = x.subarray(row * q, (row + 1) * q);
    const upper = argumentOf(parameters, codes[row]!, cuts, own, above) ?? Number.POSITIVE_INFINITY;
    const lower = argumentOf(parameters, codes[row]! - 1, cuts, own, below) ?? Number.NEGATIVE_INFINITY;
    const terms = rowTerms(upper, lower);
    logLikelihood += weights[row]! * terms.log;
    addRow(gradient, information, { above, below }, terms, weights[row]!);
  }
  return { logLikelihood, gradient, information };
}

/** θ - η of a row for one threshold, and how it changes with every parameter; null beyond the first and the last threshold. */
function argumentOf(
  parameters: Float64Array,
  threshold: number,
  cuts: number,
  x: Float64Array,
  direction: Float64Array,
): number | null {
  direction.fill(0);
  if (threshold < 0 || threshold >= cuts) return null;
  direction[threshold] = 1;
  let value = parameters[threshold]!;
  for (let j = 0; j < x.length; j++) {
    direction[cuts + j] = -x[j]!;
    value -= parameters[cuts + j]! * x[j]!;
  }
  return value;
}

const logistic = (z: number) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

/** Of ln(F(upper) - F(lower)) and F(z) = 1 / (1 + e^-z), whose density is f = F (1 - F), f' = f (1 - 2 F). */
function rowTerms(upper: number, lower: number): RowTerms {
  const [F1, F0] = [logistic(upper), logistic(lower)];
  // in the upper tail the difference of the complements is exact
  const p = lower > 0 ? logistic(-lower) - logistic(-upper) : F1 - F0;
  if (!(p > 0)) return { log: Number.NEGATIVE_INFINITY, first: [0, 0], second: [0, 0, 0] };
  const [f1, f0] = [F1 * logistic(-upper), F0 * logistic(-lower)];
  const [r1, r0] = [f1 / p, f0 / p];
  return {
    log: Math.log(p),
    first: [r1, -r0],
    second: [r1 * (1 - 2 * F1) - r1 * r1, -r0 * (1 - 2 * F0) - r0 * r0, r1 * r0],
  };
}

function addRow(
  gradient: Float64Array,
  information: Float64Array,
  { above, below }: { readonly above: Float64Array; readonly below: Float64Array },
  { first, second }: RowTerms,
  weight: number,
): void {
  const size = gradient.length;
  for (let i = 0; i < size; i++) {
    const [a, b] = [above[i]!, below[i]!];
    if (a === 0 && b === 0) continue;
    gradient[i]! += weight * (first[0] * a + first[1] * b);
    for (let j = 0; j < size; j++) {
      const [c, d] = [above[j]!, below[j]!];
      information[i * size + j]! -=
        weight * (second[0] * a * c + second[1] * b * d + second[2] * (a * d + b * c));
    }
  }
}
