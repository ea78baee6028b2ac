import { type FollowUp, orderByDays } from '../follow-up.ts';

/** Subjects by descending time, in groups of one day. */
export interface BreslowRows {
  readonly order: Int32Array;
  /** [groups + 1] where each day begins in the order */
  readonly starts: Int32Array;
  readonly days: Float64Array;
  /** [n] by subject, 1 for the event */
  readonly event: Uint8Array;
  /** [groups] Σ of weights times exp(score) over those at risk, and of the events' weights: of the last call */
  readonly risk: Float64Array;
  readonly failing: Float64Array;
}

export function breslowRows({ days, event }: FollowUp): BreslowRows {
  const order = orderByDays(days).reverse();
  const starts = Int32Array.from({ length: order.length + 1 }, (_, at) => at).filter(
    (at) => at === 0 || at === order.length || days[order[at]!] !== days[order[at - 1]!],
  );
  return {
    order,
    starts,
    days,
    event: event.map((code) => (code === 1 ? 1 : 0)),
    risk: new Float64Array(starts.length - 1),
    failing: new Float64Array(starts.length - 1),
  };
}

/** Partial likelihood of scores, and the weight of the events in it. */
export interface PartialLikelihood {
  readonly logLikelihood: number;
  readonly events: number;
}

/**
 * Log partial likelihood of scores (log hazard ratios), those who fail on one day sharing their risk set (Breslow).
 *
 * @param score [n]
 * @param weights [n] 0 for who is not there
 */
export function partialLikelihood(
  rows: BreslowRows,
  score: Float64Array,
  weights: Float64Array,
): PartialLikelihood {
  const { order, starts, event, risk, failing } = rows;
  const shift = largest(score);
  let atRisk = 0;
  let logLikelihood = 0;
  let events = 0;
  for (let group = 0; group < failing.length; group++) {
    let deaths = 0;
    for (let at = starts[group]!; at < starts[group + 1]!; at++) {
      const subject = order[at]!;
      const weight = weights[subject]!;
      atRisk += weight * Math.exp(score[subject]! - shift);
      if (event[subject] === 0) continue;
      deaths += weight;
      logLikelihood += weight * (score[subject]! - shift);
    }
    risk[group] = atRisk;
    failing[group] = deaths;
    if (deaths > 0) logLikelihood -= deaths * Math.log(atRisk);
    events += deaths;
  }
  return { logLikelihood, events };
}

/**
 * Martingale residuals δ − Λ(t) exp(score), the negative gradient of the partial likelihood by subject, written into
 * `residual` also for subjects of weight 0.
 */
export function martingaleResiduals(
  rows: BreslowRows,
  score: Float64Array,
  weights: Float64Array,
  residual: Float64Array,
): void {
  partialLikelihood(rows, score, weights);
  const { order, starts, event, risk, failing } = rows;
  const shift = largest(score);
  let hazard = 0;
  for (let group = failing.length - 1; group >= 0; group--) {
    if (failing[group]! > 0) hazard += failing[group]! / risk[group]!;
    for (let at = starts[group]!; at < starts[group + 1]!; at++) {
      const subject = order[at]!;
      residual[subject] = event[subject]! - hazard * Math.exp(score[subject]! - shift);
    }
  }
}

/** Breslow's cumulative hazard at score 0, on the days with events, ascending. */
export function breslowBaseline(rows: BreslowRows, score: Float64Array, weights: Float64Array) {
  partialLikelihood(rows, score, weights);
  const { order, starts, days, risk, failing } = rows;
  const shift = largest(score);
  const groups = Int32Array.from(failing.keys())
    .filter((group) => failing[group]! > 0)
    .reverse();
  let sum = 0;
  return {
    days: Float64Array.from(groups, (group) => days[order[starts[group]!]!]!),
    cumulativeHazard: Float64Array.from(
      groups,
      (group) => (sum += (failing[group]! / risk[group]!) * Math.exp(-shift)),
    ),
  };
}

/** Taken off before exp: the likelihood knows differences only, and a large score does not overflow. */
function largest(score: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < score.length; at++) most = Math.max(most, score[at]!);
  return most;
}
