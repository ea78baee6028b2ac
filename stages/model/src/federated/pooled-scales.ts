import { type ColumnScale, skewedFrom, varies } from '../scaler.ts';
import type { FederatedPlan, FederatedReply, FederatedRequest } from './messages.ts';

type Sums = Extract<FederatedReply, { reply: 'sums' }>['columns'];
type Spreads = Extract<FederatedReply, { reply: 'spreads' }>['columns'];
type Means = Extract<FederatedRequest, { ask: 'spreads' }>['means'];

/** Means of all sites' values by column; of the logarithms null where any site has a value that is not above 0. */
export function pooledMeans(sites: readonly Sums[]): { counts: number[]; means: Means } {
  const counts = sites[0]!.map((_, j) => total(sites.map((own) => own[j]!.count)));
  const means = counts.map((count, j) => {
    const logs = sites.map((own) => own[j]!.log);
    return {
      value: count === 0 ? 0 : total(sites.map((own) => own[j]!.value)) / count,
      log: count === 0 || logs.includes(null) ? null : total(logs.map((log) => log!)) / count,
    };
  });
  return { counts, means };
}

/**
 * The scales of the columns by the rules of `fitScaler`, from sums about the common
 * means: skewed columns above 0 as logarithms, those that never vary left out.
 */
export function pooledScales(
  { columns }: FederatedPlan,
  counts: readonly number[],
  means: Means,
  sites: readonly Spreads[],
): ColumnScale[] {
  return columns.flatMap(({ name, source, kind }, j): ColumnScale[] => {
    const [n, mean] = [counts[j]!, means[j]!];
    const sumOf = (key: 'squares' | 'cubes') => total(sites.map((own) => own[j]![key]));
    const plain = spreadOf(n, mean.value, sumOf('squares'));
    if (plain === null) return [];
    const skewness = sumOf('cubes') / (n * plain.sd ** 3);
    const log = kind === 'continuous' && mean.log !== null && skewness > skewedFrom;
    if (!log) return [{ name, source, log, ...plain }];
    const spread = spreadOf(n, mean.log!, total(sites.map((own) => own[j]!.logSquares ?? 0)));
    return spread === null ? [] : [{ name, source, log, ...spread }];
  });
}

function spreadOf(n: number, mean: number, squares: number): { mean: number; sd: number } | null {
  if (n === 0) return null;
  const sd = Math.sqrt(squares / n);
  return varies(mean, sd) ? { mean, sd } : null;
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
