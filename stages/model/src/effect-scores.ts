import {
  groupOfCause,
  type PublishedEffect,
  publishedEffects,
  type EffectGroup,
} from './published-effects.ts';
import type { ColumnScale } from './scaler.ts';

/** Linear scores over standardised columns, from effects that were published. */
export interface EffectScores {
  readonly groups: readonly EffectGroup[];
  /** [groups][p] log hazard ratio of one standard deviation of each column */
  readonly weights: readonly (readonly number[])[];
}

/**
 * The published effects on these columns. A column whose logarithm is taken here gets the
 * effect that one unit has at its geometric mean. Empty where none of the outcome's causes
 * has published effects, or none of the columns.
 *
 * Where several columns say the same (multivessel and three-vessel disease), each
 * effect is used for the one column of its name alone.
 */
export function effectScores(columns: readonly ColumnScale[], causes: readonly string[]): EffectScores {
  const groups = (Object.keys(publishedEffects) as EffectGroup[]).filter((group) =>
    causes.some((cause) => groupOfCause[cause] === group),
  );
  const weights = groups.map((group) => columns.map((column) => weightOf(column, publishedEffects[group])));
  const used = groups.filter((_, g) => weights[g]!.some((weight) => weight !== 0));
  return { groups: used, weights: weights.filter((own) => own.some((weight) => weight !== 0)) };
}

function weightOf({ name, log, mean, sd }: ColumnScale, effects: readonly PublishedEffect[]): number {
  const own = effects.find(({ variable }) => variable === name);
  if (own === undefined) return 0;
  return own.logRatio * sd * (log ? Math.exp(mean) : 1);
}

/** [n, groups] the scores of n subjects; what is missing counts as average. */
export function scoresOf(
  { weights }: EffectScores,
  columns: ArrayLike<number>,
  n: number,
  p: number,
): Float64Array {
  const scores = new Float64Array(n * weights.length);
  for (let index = 0; index < n; index++)
    for (const [g, own] of weights.entries())
      for (let j = 0; j < p; j++) scores[index * weights.length + g]! += own[j]! * columns[index * p + j]!;
  return scores;
}
