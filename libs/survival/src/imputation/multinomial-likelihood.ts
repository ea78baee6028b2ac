import type { Derivatives } from '../regression/newton.ts';
import type { CategoryRows } from './augmented-rows.ts';

/**
 * Weighted log-likelihood of a multinomial logistic regression, category 0 being the reference: logistic
 * regression where there are two.
 *
 * @param parameters [categories - 1, q + 1] a constant and q slopes of each other category
 */
export function multinomialDerivatives(
  { x, codes, weights, categories, q }: CategoryRows,
  parameters: Float64Array,
): Derivatives {
  const width = q + 1;
  const others = categories - 1;
  const size = others * width;
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  const shares = new Float64Array(others);
  const scores = new Float64Array(others);
  const terms = new Float64Array(width);
  terms[0] = 1;
  let logLikelihood = 0;
  for (let row = 0; row < codes.length; row++) {
    for (let j = 0; j < q; j++) terms[j + 1] = x[row * q + j]!;
    const logReference = categoryShares(parameters, terms, scores, shares);
    const weight = weights[row]!;
    const code = codes[row]!;
    logLikelihood += weight * (code === 0 ? logReference : logReference + scores[code - 1]!);
    for (let a = 0; a < others; a++) {
      const residual = weight * ((code === a + 1 ? 1 : 0) - shares[a]!);
      for (let j = 0; j < width; j++) gradient[a * width + j]! += residual * terms[j]!;
    }
    addInformation(information, terms, shares, weight);
  }
  fillUpperTriangle(information, size);
  return { logLikelihood, gradient, information };
}

/** Writes the score and probability of each category but the first, and gives the log of that of the first. */
function categoryShares(
  parameters: Float64Array,
  terms: Float64Array,
  scores: Float64Array,
  shares: Float64Array,
): number {
  const width = terms.length;
  let most = 0;
  for (let a = 0; a < shares.length; a++) {
    let score = 0;
    for (let j = 0; j < width; j++) score += parameters[a * width + j]! * terms[j]!;
    scores[a] = score;
    most = Math.max(most, scores[a]!);
  }
  let total = Math.exp(-most);
  for (const score of scores) total += Math.exp(score - most);
  for (let a = 0; a < shares.length; a++) shares[a] = Math.exp(scores[a]! - most) / total;
  return -most - Math.log(total);
}

/** Adds weight · (diag(p) - p pᵀ) ⊗ terms termsᵀ, in the lower triangle. */
function addInformation(
  information: Float64Array,
  terms: Float64Array,
  shares: Float64Array,
  weight: number,
): void {
  for (let a = 0; a < shares.length; a++)
    for (let b = 0; b <= a; b++)
      addBlock(information, terms, a, b, weight * shares[a]! * ((a === b ? 1 : 0) - shares[b]!));
}

function fillUpperTriangle(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j]!;
}

/** Adds factor · terms termsᵀ to the block of two categories, in the lower triangle. */
function addBlock(
  information: Float64Array,
  terms: Float64Array,
  a: number,
  b: number,
  factor: number,
): void {
  const width = terms.length;
  const size = Math.sqrt(information.length);
  for (let i = 0; i < width; i++) {
    const start = (a * width + i) * size + b * width;
    const last = a === b ? i : width - 1;
    for (let j = 0; j <= last; j++) information[start + j]! += factor * terms[i]! * terms[j]!;
  }
}
