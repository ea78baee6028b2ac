import { chiSquareTail } from '../numerics/chi-square.ts';

/** Estimates of k studies on one scale, with the variances of their errors. */
export interface StudyEstimates {
  /** [k] */
  readonly values: Float64Array;
  /** [k] above 0 */
  readonly variances: Float64Array;
}

/** How the variance between studies is estimated. */
export type BetweenMethod = 'dersimonian-laird' | 'reml' | 'paule-mandel';

/** The weighted mean for one variance between studies. */
export interface WeightedStudies {
  /** [k] 1 / (variance + between) */
  readonly weights: Float64Array;
  readonly sum: number;
  readonly mean: number;
  /** Cochran's Q: sum of weight × (value - mean)² */
  readonly q: number;
}

export function weightedStudies({ values, variances }: StudyEstimates, between: number): WeightedStudies {
  const weights = variances.map((variance) => 1 / (variance + between));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const mean = values.reduce((total, value, at) => total + weights[at]! * value, 0) / sum;
  const q = values.reduce((total, value, at) => total + weights[at]! * (value - mean) ** 2, 0);
  return { weights, sum, mean, q };
}

/**
 * Variance between studies, 0 or more; 0 for one study.
 *
 * 'dersimonian-laird': in closed form from Cochran's Q. 'paule-mandel': such that Q with the total variances is
 * k - 1. 'reml': the highest point of the restricted likelihood, looked for on the whole range, because there can be two.
 *
 * Source: dersimonian1986; paule1982; viechtbauer2005 (docs/references.bib). Agrees with: R metafor `rma`.
 */
export function betweenVariance(studies: StudyEstimates, method: BetweenMethod): number {
  const k = studies.values.length;
  if (k < 2) return 0;
  if (method === 'reml') return restrictedMaximum(studies);
  const { weights, sum, q } = weightedStudies(studies, 0);
  if (q <= k - 1) return 0;
  if (method === 'paule-mandel')
    return solved(studies, (between) => weightedStudies(studies, between).q - (k - 1));
  return (q - (k - 1)) / (sum - squaresOf(weights) / sum);
}

/**
 * 95 % interval of the variance between studies by the Q-profile method, for two studies or more: where
 * Cochran's Q with the total variances is at the 97.5 % and the 2.5 % point of its chi-square distribution. It does
 * not depend on how the variance was estimated, and can lie apart from it.
 *
 * Source: viechtbauer2007 (docs/references.bib). Agrees with: R metafor `confint(rma(…))`.
 */
export function betweenVarianceInterval(studies: StudyEstimates): { low: number; high: number } {
  const free = studies.values.length - 1;
  const end = (tail: number) =>
    solved(studies, (between) => tail - chiSquareTail(weightedStudies(studies, between).q, free));
  return { low: end(0.025), high: end(0.975) };
}

/** Where a function that falls with the variance between studies crosses 0; 0 where it starts below. */
function solved(studies: StudyEstimates, falling: (between: number) => number): number {
  if (falling(0) <= 0) return 0;
  let high = mostPlausible(studies);
  while (falling(high) > 0) high *= 4;
  return bisected(falling, 0, high);
}

function bisected(falling: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const gridPoints = 200;

/** Roots of the score with a maximum, between the points of a grid, and the edge at 0. */
function restrictedMaximum(studies: StudyEstimates): number {
  const highest = mostPlausible(studies);
  const grid = Array.from({ length: gridPoints + 1 }, (_, at) => highest * (at / gridPoints) ** 4);
  const scores = grid.map((between) => restrictedScore(studies, between));
  let best = 0;
  let bestLikelihood = restrictedLogLikelihood(studies, 0);
  for (let at = 0; at < gridPoints; at++) {
    if (!(scores[at]! > 0 && scores[at + 1]! <= 0)) continue;
    const root = bisected((between) => restrictedScore(studies, between), grid[at]!, grid[at + 1]!);
    const logLikelihood = restrictedLogLikelihood(studies, root);
    if (logLikelihood > bestLikelihood) [best, bestLikelihood] = [root, logLikelihood];
  }
  return best;
}

/** Beyond this the score is negative. */
function mostPlausible({ values, variances }: StudyEstimates): number {
  const k = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / k;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1);
  return 10 * (spread + Math.max(...variances));
}

/** Twice the derivative of the restricted log-likelihood: Σ w² (y - mean)² - Σ w + Σ w² / Σ w. */
function restrictedScore(studies: StudyEstimates, between: number): number {
  const { weights, sum, mean } = weightedStudies(studies, between);
  const fit = studies.values.reduce((total, value, at) => total + (weights[at]! * (value - mean)) ** 2, 0);
  return fit - sum + squaresOf(weights) / sum;
}

function restrictedLogLikelihood(studies: StudyEstimates, between: number): number {
  const { weights, sum, q } = weightedStudies(studies, between);
  return (weights.reduce((total, weight) => total + Math.log(weight), 0) - Math.log(sum) - q) / 2;
}

export function squaresOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value ** 2, 0);
}
