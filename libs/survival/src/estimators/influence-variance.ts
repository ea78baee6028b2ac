import type { FollowUp } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';

/**
 * What a row adds to an estimate, to first order, on the k days of its follow-up. A row at
 * risk from entry e to its day x has on day k the influence
 *
 *   while it is at risk   X(k) - X(e) + F(k) (A(k) - A(e))
 *   from its day x on     X(x) - X(e) + px(x) + F(k) (A(x) - A(e) + pa(x))
 *
 * with px and pa of its own kind of event and 0 for a censoring. The hazard it was exposed to
 * is in X and A, the event it had in px and pa; an estimate that is a sum over days has A = 0.
 */
export interface Influence {
  /** [k] X, summed up to and including a day */
  readonly exposure: Float64Array;
  /** [k] px of the event of interest */
  readonly jump: Float64Array;
  /** [k] px of a competing event; where absent it is a censoring */
  readonly competingJump?: Float64Array;
  /** The parts that are multiplied by F(k), the estimate itself. */
  readonly scaled?: {
    /** [k] F */
    readonly by: Float64Array;
    /** [k] A, summed up to and including a day */
    readonly exposure: Float64Array;
    /** [k] pa of every event */
    readonly jump: Float64Array;
  };
}

/** Rows by day: what an influence needs to know of a follow-up. */
export interface InfluenceRows {
  readonly followUp: FollowUp;
  /** [k] the days of the risk table of these rows */
  readonly days: Float64Array;
  /** The event of interest. */
  readonly cause: number;
  /** [n] code of the cluster to which a row belongs; each row its own where absent */
  readonly cluster?: ArrayLike<number> | undefined;
}

/**
 * The infinitesimal-jackknife variance of an estimate on each of k days: the sum over clusters of
 * the squared sum of the influences of their rows times their case weights.
 *
 * One pass over the days. A cluster's influence is p + F(k) q + m D(k), where m is the weight it has
 * at risk and D = X + F A is common to all; p, q and m change only when one of its rows enters or
 * leaves, so that six sums of products over clusters are all that is kept.
 */
export function influenceVariance(rows: InfluenceRows, influence: Influence): Float64Array {
  const { exposure, scaled } = influence;
  const sums = clusterSums(rows);
  const pass = passage(rows, influence, sums.add);
  return rows.days.map((_, k) => {
    pass(k);
    const factor = scaled?.by[k] ?? 0;
    return sums.squared(factor, exposure[k]! + factor * (scaled?.exposure[k] ?? 0));
  });
}

type Add = (row: number, p: number, q: number, m: number) => void;

/** Lets the rows enter that are at risk on day k and those leave whose day it is. */
function passage(
  { followUp, days, cause }: InfluenceRows,
  { exposure, jump, competingJump, scaled }: Influence,
  add: Add,
): (k: number) => void {
  const { entryDays, event, weights } = followUp;
  const leaving = ascendingOrder(followUp.days);
  const entering = entryDays === undefined ? leaving : ascendingOrder(entryDays);
  let [entered, left] = [0, 0];
  const enter = (row: number, k: number, weight: number) => {
    if (k === 0) add(row, 0, 0, weight);
    else add(row, -weight * exposure[k - 1]!, -weight * (scaled?.exposure[k - 1] ?? 0), weight);
  };
  const leave = (row: number, k: number, weight: number) => {
    const code = event[row]!;
    const other = code === 0 ? 0 : (competingJump?.[k] ?? 0);
    const own = code === cause ? jump[k]! : other;
    const shared = code === 0 ? 0 : (scaled?.jump[k] ?? 0);
    add(row, weight * (exposure[k]! + own), weight * ((scaled?.exposure[k] ?? 0) + shared), -weight);
  };
  const mass = (row: number) => (weights === undefined ? 1 : weights[row]!);
  return (k) => {
    const day = days[k]!;
    for (; entered < entering.length; entered++) {
      const row = entering[entered]!;
      if (entryDays !== undefined && entryDays[row]! >= day) break;
      if (mass(row) > 0) enter(row, k, mass(row));
    }
    for (; left < leaving.length && followUp.days[leaving[left]!]! <= day; left++) {
      const row = leaving[left]!;
      if (mass(row) > 0) leave(row, k, mass(row));
    }
  };
}

/** Sums over clusters of the products of p, q and m, and the sum of (p + f q + d m)² that they give. */
function clusterSums({ followUp, cluster }: InfluenceRows): {
  add: Add;
  squared: (f: number, d: number) => number;
} {
  const place = cluster === undefined ? null : denseCodes(cluster);
  const size = place?.size ?? followUp.days.length;
  const [p, q, m] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const sums = new Float64Array(6);
  const put = (c: number, sign: number) => {
    const [pc, qc, mc] = [p[c]!, q[c]!, m[c]!];
    sums[0]! += sign * pc * pc;
    sums[1]! += sign * qc * qc;
    sums[2]! += sign * mc * mc;
    sums[3]! += sign * pc * qc;
    sums[4]! += sign * pc * mc;
    sums[5]! += sign * qc * mc;
  };
  return {
    add: (row, dp, dq, dm) => {
      const c = place === null ? row : place.codes[row]!;
      put(c, -1);
      p[c]! += dp;
      q[c]! += dq;
      m[c]! += dm;
      put(c, 1);
    },
    squared: (f, d) => {
      const [pp, qq, mm, pq, pm, qm] = sums as unknown as [number, number, number, number, number, number];
      return Math.max(0, pp + f * f * qq + d * d * mm + 2 * (f * pq + d * pm + f * d * qm));
    },
  };
}

/** Codes from 0 without gaps. */
export function denseCodes(codes: ArrayLike<number>): { codes: Int32Array; size: number } {
  const known = new Map<number, number>();
  const dense = Int32Array.from(codes, (code) => {
    const place = known.get(code) ?? known.size;
    known.set(code, place);
    return place;
  });
  return { codes: dense, size: known.size };
}
