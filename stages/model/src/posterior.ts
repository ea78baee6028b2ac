import type { EffectScores } from './effect-scores.ts';
import { fitWideWithPosterior, type WideData } from './wide-path.ts';

/** How sure the linear path is of a subject's logit: a normal approximation around the ridge regression. */
export interface RiskPosterior {
  /** [p + 2 curves] log odds ratio of one standard deviation of each column, and of a bend */
  readonly slopes: readonly number[];
  /** [(1 + p)²] covariance of the mean intercept and the slopes */
  readonly covariance: readonly number[];
}

/** Posterior of the linear path fitted to all training rows, with the effective number of its parameters. */
export function posteriorOf(
  data: WideData,
  { weights }: EffectScores,
  members: readonly number[],
  penalty: number,
): { readonly posterior: RiskPosterior; readonly effectiveParameters: number } {
  const { wide, covariance, determined } = fitWideWithPosterior(data, members, penalty);
  const { intervals, g, p } = data;
  const q = intervals + g + p;
  /** Of the fit's coefficients, how much each adds to the intercept (row 0) and to the slopes. */
  const sources = Array.from({ length: 1 + p }, (_, row): [at: number, share: number][] => {
    if (row === 0) return Array.from({ length: intervals }, (_, k) => [k, 1 / intervals]);
    const j = row - 1;
    return [
      ...weights.map((own, h): [number, number] => [intervals + h, own[j] ?? 0]),
      [intervals + g + j, 1],
    ];
  });
  const mapped = Array.from({ length: (1 + p) ** 2 }, () => 0);
  for (const [row, left] of sources.entries())
    for (const [column, right] of sources.entries())
      for (const [a, u] of left)
        for (const [b, v] of right) mapped[row * (1 + p) + column]! += u * v * covariance[a * q + b]!;
  const slopes = Array.from(wide.slopes, (slope, j) =>
    weights.reduce((sum, own, h) => sum + (own[j] ?? 0) * wide.scoreWeights[h]!, slope),
  );
  const effectiveParameters = determined.slice(intervals).reduce((sum, share) => sum + share, 0);
  return { posterior: { slopes, covariance: mapped.map(sixDigits) }, effectiveParameters };
}

/** What a file of a model needs of a covariance. */
const sixDigits = (value: number) => Number(value.toPrecision(6));

/**
 * Variance of a subject's logit: of the coefficients, and for every column that is
 * missing the spread that its value would have had.
 *
 * @param features [p + 2 curves] columns, 0 where missing, and their bends
 * @param observed [p] 1 where observed
 */
export function logitVariance(
  { slopes, covariance }: RiskPosterior,
  features: ArrayLike<number>,
  observed: ArrayLike<number>,
): number {
  const width = slopes.length + 1;
  const at = (row: number) => (row === 0 ? 1 : features[row - 1]!);
  let variance = 0;
  for (let row = 0; row < width; row++)
    for (let column = 0; column < width; column++)
      variance += at(row) * at(column) * covariance[row * width + column]!;
  for (let j = 0; j < observed.length; j++)
    if (!observed[j]) variance += slopes[j]! ** 2 + covariance[(j + 1) * width + j + 1]!;
  return variance;
}
