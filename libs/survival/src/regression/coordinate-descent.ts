import { cholesky, solveCholesky } from '../numerics/cholesky.ts';

/** ½ (b - from)ᵀ H (b - from) - gᵀ (b - from) + Σ first |b| + second / 2 b²: a log-likelihood near `from`, negated, with its penalty. */
export interface PenalisedQuadratic {
  /** [q, q] H, symmetric */
  readonly curvature: Float64Array;
  /** [q] g */
  readonly gradient: Float64Array;
  /** [q] */
  readonly from: Float64Array;
  /** [q] 0 or more */
  readonly first: Float64Array;
  /** [q] 0 or more */
  readonly second: Float64Array;
}

const mostRounds = 200;
const sweepsPerRound = 5;
const settled = 1e-12;

/**
 * The b with the least value, by cyclic coordinate descent. Sweeps find which coefficients are 0 and
 * the signs of the others; the others then solve linear equations, whose answer is exact where it has
 * those signs, so that predictors that hang together cost no accuracy.
 *
 * Source: simon2011 (docs/references.bib).
 */
export function descend(problem: PenalisedQuadratic): Float64Array {
  const b = Float64Array.from(problem.from);
  const slope = Float64Array.from(problem.gradient);
  for (let round = 0; round < mostRounds; round++) {
    for (let sweep = 0; sweep < sweepsPerRound; sweep++)
      if (sweepOnce(problem, b, slope) <= settled) return b;
    const exact = solveSupport(problem, b);
    if (exact) return exact;
  }
  return b;
}

/** Moves every coordinate to its least value; returns the largest move. `slope` is g - H (b - from). */
function sweepOnce(
  { curvature, first, second }: PenalisedQuadratic,
  b: Float64Array,
  slope: Float64Array,
): number {
  const q = b.length;
  let largest = 0;
  for (let j = 0; j < q; j++) {
    const own = curvature[j * q + j]!;
    if (!(own + second[j]! > 0)) continue;
    const next = softened(own * b[j]! + slope[j]!, first[j]!) / (own + second[j]!);
    const move = next - b[j]!;
    if (move === 0) continue;
    b[j] = next;
    for (let k = 0, at = j * q; k < q; k++, at++) slope[k]! -= curvature[at]! * move;
    largest = Math.max(largest, Math.abs(move));
  }
  return largest;
}

function softened(value: number, threshold: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - threshold);
}

/** The least value among those with the zeros and signs of b; null where it has other signs or is no minimum. */
function solveSupport(problem: PenalisedQuadratic, b: Float64Array): Float64Array | null {
  const { curvature, gradient, from, first, second } = problem;
  const q = b.length;
  const support = Int32Array.from(b.keys()).filter((j) => b[j] !== 0);
  const size = support.length;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const j = support[i]!;
    for (let k = 0; k < size; k++) matrix[i * size + k] = curvature[j * q + support[k]!]!;
    matrix[i * size + i]! += second[j]!;
    right[i] = gradient[j]! - first[j]! * Math.sign(b[j]!);
    for (let k = 0; k < q; k++) right[i]! += curvature[j * q + k]! * from[k]!;
  }
  const factor = cholesky(
    matrix,
    right.map((_, i) => 1e-12 * matrix[i * size + i]!),
  );
  if (!factor.ok) return null;
  const solved = new Float64Array(q);
  const values = solveCholesky(factor, right);
  for (let i = 0; i < size; i++) solved[support[i]!] = values[i]!;
  return isLeast(problem, b, solved) ? solved : null;
}

/** Whether signs are kept and no coefficient of 0 would move. */
function isLeast(
  { curvature, gradient, from, first }: PenalisedQuadratic,
  b: Float64Array,
  solved: Float64Array,
): boolean {
  const q = b.length;
  for (let j = 0; j < q; j++) {
    if (Math.sign(solved[j]!) !== Math.sign(b[j]!)) return false;
    if (b[j] !== 0) continue;
    let slope = gradient[j]!;
    for (let k = 0; k < q; k++) slope -= curvature[j * q + k]! * (solved[k]! - from[k]!);
    if (Math.abs(slope) > first[j]! * (1 + 1e-12) + 1e-15) return false;
  }
  return true;
}
