import { chiSquareTail } from '../numerics/chi-square.ts';
import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { checkFollowUp, type FollowUp, orderByDays } from '../follow-up.ts';

/** The comparison of g survival curves. */
export interface LogRank {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** One entry a group, in ascending order of its code. */
  readonly groups: readonly { group: number; subjects: number; observed: number; expected: number }[];
}

/**
 * Log-rank test (Mantel-Haenszel) that g groups have one hazard.
 *
 * Competing events count as censorings. Ties are handled by the hypergeometric variance.
 *
 * @param group [n] code of the group of each subject
 * @throws RangeError when the lengths differ, or there are not at least two groups and one event
 *
 * Source: mantel1966 (docs/references.bib). Agrees with: R survival `survdiff`.
 */
export function logRank(group: ArrayLike<number>, followUp: FollowUp): LogRank {
  checkFollowUp('logRank', followUp, group.length);
  const codes = [...new Set(Array.from(group))].sort((a, b) => a - b);
  if (codes.length < 2) throw new RangeError(`logRank: expected at least 2 groups, got ${codes.length}`);
  const member = Array.from(group, (code) => codes.indexOf(code));
  const sums = accumulate(member, codes.length, followUp);
  const free = codes.length - 1;
  const difference = sums.observed.slice(0, free).map((value, g) => value - sums.expected[g]!);
  const factor = cholesky(leading(sums.variance, codes.length), new Float64Array(free).fill(1e-12));
  if (!factor.ok)
    throw new RangeError('logRank: expected an event while subjects of every group are at risk, found none');
  const solved = solveCholesky(factor, difference);
  const chiSquare = difference.reduce((sum, value, g) => sum + value * solved[g]!, 0);
  return {
    chiSquare,
    degreesOfFreedom: free,
    p: chiSquareTail(Math.max(0, chiSquare), free),
    groups: codes.map((code, g) => ({
      group: code,
      subjects: member.filter((own) => own === g).length,
      observed: sums.observed[g]!,
      expected: sums.expected[g]!,
    })),
  };
}

function accumulate(member: readonly number[], size: number, { days, event }: FollowUp) {
  const observed = new Float64Array(size);
  const expected = new Float64Array(size);
  const variance = new Float64Array(size * size);
  const atRisk = new Float64Array(size);
  const order = orderByDays(days).reverse();
  for (let start = 0; start < order.length; ) {
    const t = days[order[start]!]!;
    let deaths = 0;
    for (; start < order.length && days[order[start]!] === t; start++) {
      const row = order[start]!;
      atRisk[member[row]!]!++;
      if (event[row] !== 1) continue;
      deaths++;
      observed[member[row]!]!++;
    }
    if (deaths > 0) addDay(deaths, start, atRisk, expected, variance);
  }
  return { observed, expected, variance };
}

/** Mean and hypergeometric covariance of the deaths per group on a day with n at risk. */
function addDay(
  deaths: number,
  n: number,
  atRisk: Float64Array,
  expected: Float64Array,
  variance: Float64Array,
): void {
  const size = atRisk.length;
  const spread = n > 1 ? (deaths * (n - deaths)) / (n - 1) : 0;
  for (let g = 0; g < size; g++) {
    const share = atRisk[g]! / n;
    expected[g]! += deaths * share;
    for (let h = 0; h < size; h++) {
      variance[g * size + h]! += spread * share * ((g === h ? 1 : 0) - atRisk[h]! / n);
    }
  }
}

/** The last group follows from the others. */
function leading(matrix: Float64Array, size: number): Float64Array {
  const part = new Float64Array((size - 1) ** 2);
  for (let g = 0; g < size - 1; g++)
    for (let h = 0; h < size - 1; h++) part[g * (size - 1) + h] = matrix[g * size + h]!;
  return part;
}
