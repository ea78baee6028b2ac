import type { Derivatives } from '../regression/newton.ts';
import type { CategoryRows } from './augmented-rows.ts';

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
  const [above, below, own] = [new Float64Array(size), new Float64Array(size), new Float64Array(q)];
  const terms = new Float64Array(5);
  let logLikelihood = 0;
  for (let row = 0; row < codes.length && logLikelihood > Number.NEGATIVE_INFINITY; row++) {
    for (let j = 0; j < q; j++) own[j] = x[row * q + j]!;
    const upper = argumentOf(parameters, codes[row]!, cuts, own, above) ?? Number.POSITIVE_INFINITY;
    const lower = argumentOf(parameters, codes[row]! - 1, cuts, own, below) ?? Number.NEGATIVE_INFINITY;
    logLikelihood += weights[row]! * writeRowTerms(upper, lower, terms);
    addRow(gradient, information, above, below, terms, weights[row]!);
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) information[j * size + i] = information[i * size + j]!;
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

/**
 * ln(F(upper) - F(lower)) with F(z) = 1 / (1 + e^-z), whose density is f = F (1 - F) with f' = f (1 - 2 F). Writes its
 * derivatives by upper, lower, twice upper, twice lower, and both.
 */
function writeRowTerms(upper: number, lower: number, terms: Float64Array): number {
  const [F1, F0] = [logistic(upper), logistic(lower)];
  // in the upper tail the difference of the complements is exact
  const p = lower > 0 ? logistic(-lower) - logistic(-upper) : F1 - F0;
  if (!(p > 0)) return Number.NEGATIVE_INFINITY;
  const r1 = (F1 * logistic(-upper)) / p;
  const r0 = (F0 * logistic(-lower)) / p;
  terms[0] = r1;
  terms[1] = -r0;
  terms[2] = r1 * (1 - 2 * F1) - r1 * r1;
  terms[3] = -r0 * (1 - 2 * F0) - r0 * r0;
  terms[4] = r1 * r0;
  return Math.log(p);
}

/** The information in its lower triangle. */
function addRow(
  gradient: Float64Array,
  information: Float64Array,
  above: Float64Array,
  below: Float64Array,
  terms: Float64Array,
  weight: number,
): void {
  const size = gradient.length;
  for (let i = 0; i < size; i++) {
    const [a, b] = [above[i]!, below[i]!];
    if (a === 0 && b === 0) continue;
    gradient[i]! += weight * (terms[0]! * a + terms[1]! * b);
    // the row's second derivatives times the i-th direction
    const byAbove = weight * (terms[2]! * a + terms[4]! * b);
    const byBelow = weight * (terms[3]! * b + terms[4]! * a);
    for (let j = 0; j <= i; j++) information[i * size + j]! -= byAbove * above[j]! + byBelow * below[j]!;
  }
}
