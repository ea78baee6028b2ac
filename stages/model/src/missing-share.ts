import { variableOf } from './comparators/column-sets.ts';
import type { ForecastPlan } from './train.ts';

/** What a variable carries of the linear path, and whether the subject lacks it. */
export interface VariableShare {
  readonly variable: string;
  /** Of the variance of the linear path, 0 to 1 */
  readonly share: number;
  /** Whether one of its columns has no value */
  readonly missing: boolean;
}

type LinearPath = Pick<ForecastPlan, 'posterior' | 'curves'> & {
  readonly scaler: { readonly columns: readonly { readonly name: string }[] };
};

/**
 * Share of the linear path's variance that each variable carries, the largest first: with standardised columns taken
 * as uncorrelated, as where the interval counts a missing value, its Σ slope² over that of all; the slopes of a
 * column's bends are the column's. In a path without slopes nothing carries anything.
 *
 * @param observed [p] 1 where the column has a value
 */
export function variableShares(
  { posterior, curves, scaler }: LinearPath,
  observed: ArrayLike<number>,
): readonly VariableShare[] {
  const weights = weightsOf(posterior.slopes, curves, scaler.columns.length);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const found = new Map<string, { share: number; missing: boolean }>();
  for (const [j, { name }] of scaler.columns.entries()) {
    const variable = variableOf(name);
    const known = found.get(variable) ?? { share: 0, missing: false };
    const share = all > 0 ? weights[j]! / all : 0;
    found.set(variable, { share: known.share + share, missing: known.missing || !observed[j] });
  }
  return [...found]
    .map(([variable, own]) => ({ variable, ...own }))
    .sort((a, b) => b.share - a.share || (a.variable < b.variable ? -1 : 1));
}

/** Slope² of each column, with its bends' added. */
function weightsOf(slopes: readonly number[], curves: ForecastPlan['curves'], p: number): number[] {
  const weights = slopes.slice(0, p).map((slope) => slope ** 2);
  for (const [place, { column }] of curves.entries())
    for (const slope of slopes.slice(p + 2 * place, p + 2 * place + 2))
      weights[column] = weights[column]! + slope ** 2;
  return weights;
}

/**
 * Share of the linear path's variance that is not observed; of a path without slopes all where nothing is
 * seen, and none otherwise. Sequences carry nothing of the linear path: what was
 * measured in them does, as columns.
 */
export function missingShare(plan: LinearPath, observed: ArrayLike<number>): number {
  const shares = variableShares(plan, observed);
  if (sumOf(shares) === 0) return shares.every(({ missing }) => missing) ? 1 : 0;
  return sumOf(shares.filter(({ missing }) => missing));
}

/** The fewest missing variables, the largest first, with which at most `limit` of the path would be missing. */
export function neededFor(shares: readonly VariableShare[], limit: number): string[] {
  const missing = shares.filter((entry) => entry.missing);
  const needed: string[] = [];
  let left = sumOf(missing);
  for (const { variable, share } of missing) {
    if (left <= limit) break;
    needed.push(variable);
    left -= share;
  }
  return needed;
}

const sumOf = (shares: readonly VariableShare[]) => shares.reduce((sum, { share }) => sum + share, 0);
