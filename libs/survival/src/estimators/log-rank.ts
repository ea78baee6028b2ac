import { checkFollowUp, type FollowUp } from '../follow-up.ts';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { twoSidedP } from '../numerics/normal.ts';
import { groupsOf, stratifiedRiskTables } from './grouped-risk-table.ts';
import { checkWeighting, type LogRankSums, type LogRankWeighting, logRankSums } from './log-rank-sums.ts';

/** The comparison of g survival curves. */
export interface LogRank {
  /** Null, with its p, where no event day has subjects of two groups at risk of whom some go on. */
  readonly chiSquare: number | null;
  /** Groups that were at risk on an event day, less one. */
  readonly degreesOfFreedom: number;
  readonly p: number | null;
  /**
   * One entry a group, in ascending order of its code. `events` counts; `observed` and `expected` are the sums
   * that are compared, each event with the weight of its day.
   */
  readonly groups: readonly LogRankGroup[];
  /** [g, g] covariance of observed less expected */
  readonly covariance: Float64Array;
  /** Present with `scores`. */
  readonly trend?: LogRankTrend;
}

export interface LogRankGroup {
  readonly group: number;
  readonly subjects: number;
  readonly events: number;
  readonly observed: number;
  readonly expected: number;
}

/** Whether the hazard rises with the scores of the groups: above 0 where higher scores have more events. */
export interface LogRankTrend {
  /** [g] */
  readonly scores: readonly number[];
  /** Standard normal without a trend; null, with its p, where the scores do not differ among those at risk. */
  readonly z: number | null;
  readonly p: number | null;
}

export interface LogRankOptions extends LogRankWeighting {
  /** [n] code of the stratum of each subject: groups are compared within strata */
  readonly strata?: ArrayLike<number> | undefined;
  /** [g] a score for each group, in ascending order of the codes, for a test of trend */
  readonly scores?: readonly number[] | undefined;
}

/**
 * Log-rank test (Mantel-Haenszel) that g groups have one hazard, or one of its weighted forms, of which each
 * looks at another part of the follow-up (`LogRankWeighting`).
 *
 * Competing events count as censorings. Ties are handled by the hypergeometric variance. Late
 * entry is honoured. Case weights are counts of subjects: a row of weight 2 is two rows, and
 * other weights are refused, because the variance would not be right. A group that was never at risk on
 * an event day is left out, as R does.
 *
 * @param group [n] code of the group of each subject
 * @throws RangeError when the lengths differ, there are not at least two groups, or weights are no counts
 *
 * Source: mantel1966 (docs/references.bib); the weighted forms and the trend, klein2003.
 * Agrees with: R survival `survdiff(…, rho)`, and with late entry the score test of `coxph(…, ties = "exact")`;
 * lifelines `multivariate_logrank_test(weightings)`.
 */
export function logRank(group: ArrayLike<number>, followUp: FollowUp, options: LogRankOptions = {}): LogRank {
  checkFollowUp('logRank', followUp, group.length);
  const { codes, member } = groupsOf('logRank', group, followUp, options.strata);
  checkWeighting(options);
  const size = codes.length;
  if (options.scores !== undefined && options.scores.length !== size)
    throw new RangeError(`logRank: expected ${size} scores, got ${options.scores.length}`);
  const sums = logRankSums(stratifiedRiskTables(member, size, followUp, options.strata), size, options);
  const { chiSquare, degreesOfFreedom } = statistic(sums);
  const subjects = new Float64Array(size);
  for (const [row, own] of member.entries()) subjects[own]! += followUp.weights?.[row] ?? 1;
  return {
    chiSquare,
    degreesOfFreedom,
    p: chiSquare === null ? null : chiSquareTail(chiSquare, degreesOfFreedom),
    groups: codes.map((code, g) => ({
      group: code,
      subjects: subjects[g]!,
      events: sums.events[g]!,
      observed: sums.observed[g]!,
      expected: sums.expected[g]!,
    })),
    covariance: sums.covariance,
    ...(options.scores ? { trend: trendOf(sums, options.scores) } : {}),
  };
}

/** The last of the groups at risk follows from the others. */
function statistic({ observed, expected, covariance }: LogRankSums): {
  chiSquare: number | null;
  degreesOfFreedom: number;
} {
  const size = observed.length;
  const free = [...observed.keys()].filter((g) => expected[g]! > 0).slice(0, -1);
  if (free.length === 0) return { chiSquare: null, degreesOfFreedom: 0 };
  const difference = Float64Array.from(free, (g) => observed[g]! - expected[g]!);
  const part = Float64Array.from(free.flatMap((g) => free.map((h) => covariance[g * size + h]!)));
  const floor = Float64Array.from(free, (g) => 1e-12 * covariance[g * size + g]!);
  const factor = cholesky(part, floor);
  if (!factor.ok) return { chiSquare: null, degreesOfFreedom: free.length };
  const solved = solveCholesky(factor, difference);
  const chiSquare = difference.reduce((sum, value, g) => sum + value * solved[g]!, 0);
  return { chiSquare: Math.max(0, chiSquare), degreesOfFreedom: free.length };
}

function trendOf({ observed, expected, covariance }: LogRankSums, scores: readonly number[]): LogRankTrend {
  const size = observed.length;
  let [sum, variance, scale] = [0, 0, 0];
  for (let g = 0; g < size; g++) {
    sum += scores[g]! * (observed[g]! - expected[g]!);
    scale += scores[g]! ** 2 * covariance[g * size + g]!;
    for (let h = 0; h < size; h++) variance += scores[g]! * scores[h]! * covariance[g * size + h]!;
  }
  if (!(variance > 1e-12 * scale)) return { scores, z: null, p: null };
  const z = sum / Math.sqrt(variance);
  return { scores, z, p: twoSidedP(z) };
}
