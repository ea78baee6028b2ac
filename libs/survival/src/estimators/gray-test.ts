import { checkFollowUp, type FollowUp } from '../follow-up.ts';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { grayScores } from './gray-scores.ts';
import { groupsOf, stratifiedRiskTables } from './grouped-risk-table.ts';

/** The comparison of g cumulative incidences of one cause. */
export interface GrayTest {
  /** Null, with its p, where the scores have no covariance of full rank: a group without anybody at risk, or no event. */
  readonly chiSquare: number | null;
  readonly degreesOfFreedom: number;
  readonly p: number | null;
  /**
   * One entry a group, in ascending order of its code. `score`: weighted events less expected; null where late
   * entry brings subjects into a group of which all before them have had an event.
   */
  readonly groups: readonly {
    readonly group: number;
    readonly subjects: number;
    readonly events: number;
    readonly competing: number;
    readonly score: number | null;
  }[];
}

export interface GrayOptions {
  /** The code in `event` whose incidence is compared; 1 where absent. */
  readonly cause?: number | undefined;
  /** Power of 1 - F(t-), the pooled share without the event, that weighs a day: above 0 for early differences. 0 where absent. */
  readonly rho?: number | undefined;
  /** [n] code of the stratum of each subject: groups are compared within strata */
  readonly strata?: ArrayLike<number> | undefined;
}

/**
 * Gray's test that g groups have one cumulative incidence of a cause. A group's subjects who had a competing
 * event stay among those who may still have the event, which is what tells it from the log-rank
 * test of the cause-specific hazard.
 *
 * Late entry is honoured by the same formulas with those under observation as the risk set; no other program is
 * known to compare with. Case weights are counts of subjects, others are refused.
 *
 * @param group [n] code of the group of each subject
 * @throws RangeError when the lengths differ, there are not at least two groups, weights are no counts, or rho is
 * negative
 *
 * Source: gray1988 (docs/references.bib). Agrees with: R cmprsk `cuminc(days, event, group, strata, rho)$Tests`.
 */
export function grayTest(
  group: ArrayLike<number>,
  followUp: FollowUp,
  { cause = 1, rho = 0, strata }: GrayOptions = {},
): GrayTest {
  checkFollowUp('grayTest', followUp, group.length);
  const { codes, member } = groupsOf('grayTest', group, followUp, strata);
  if (!(rho >= 0 && Number.isFinite(rho)))
    throw new RangeError(`grayTest: expected a rho of 0 or more, got ${rho}`);
  if (!(cause >= 1)) throw new RangeError(`grayTest: expected a cause of 1 or more, got ${cause}`);
  const coded = { ...followUp, event: followUp.event.map((code) => causeFirst(code, cause)) };
  const size = codes.length;
  const strataScores = stratifiedRiskTables(member, size, coded, strata).map((table) =>
    grayScores(table, rho),
  );
  const score = summed(strataScores.map((own) => own.score));
  const covariance = summed(strataScores.map((own) => own.covariance));
  const free = size - 1;
  const chiSquare = quadraticForm(score, covariance, free);
  return {
    chiSquare,
    degreesOfFreedom: free,
    p: chiSquare === null ? null : chiSquareTail(chiSquare, free),
    groups: codes.map((code, g) => ({
      group: code,
      ...countsOf(coded, member, g),
      score: finite(score[g]!),
    })),
  };
}

function summed(parts: readonly Float64Array[]): Float64Array {
  return parts[0]!.map((_, at) => parts.reduce((sum, part) => sum + part[at]!, 0));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The cause becomes 1, every other event 2. */
function causeFirst(code: number, cause: number): number {
  if (code === 0) return 0;
  return code === cause ? 1 : 2;
}

function countsOf({ event, weights }: FollowUp, member: Int32Array, g: number) {
  let [subjects, events, competing] = [0, 0, 0];
  for (const [row, own] of member.entries()) {
    if (own !== g) continue;
    const weight = weights?.[row] ?? 1;
    subjects += weight;
    if (event[row] === 1) events += weight;
    if (event[row] === 2) competing += weight;
  }
  return { subjects, events, competing };
}

/** s' V⁻¹ s of the first groups: the last follows from the others. */
function quadraticForm(score: Float64Array, covariance: Float64Array, free: number): number | null {
  const size = score.length;
  const part = new Float64Array(free * free).map(
    (_, at) => covariance[Math.floor(at / free) * size + (at % free)]!,
  );
  if (!score.every(Number.isFinite) || !part.every(Number.isFinite)) return null;
  const floor = new Float64Array(free).map((_, g) => 1e-12 * Math.abs(part[g * free + g]!));
  const factor = cholesky(part, floor);
  if (!factor.ok) return null;
  const solved = solveCholesky(factor, score.subarray(0, free));
  let sum = 0;
  for (let g = 0; g < free; g++) sum += score[g]! * solved[g]!;
  return Math.max(0, sum);
}
