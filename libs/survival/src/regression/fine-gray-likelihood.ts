import type { FollowUp } from '../follow-up.ts';
import type { CoxDerivatives } from './cox-likelihood.ts';
import { Moments } from './moments.ts';

/** What the weighted partial likelihood is computed from; rows in ascending time. */
export interface FineGrayRows {
  readonly n: number;
  readonly p: number;
  /** [n, p] */
  readonly x: Float64Array;
  readonly days: Float64Array;
  /** [n] 0 censored, 1 the cause, ≥ 2 competing */
  readonly event: Uint8Array;
  /** [n] G(T-), survival of the censoring time just before the row's own */
  readonly censoring: Float64Array;
}

export function fineGrayRows(x: Float64Array, { days, event }: FollowUp): FineGrayRows {
  const n = days.length;
  const p = x.length / n;
  const order = Int32Array.from(days.keys()).sort((a, b) => days[a]! - days[b]! || a - b);
  const sorted = new Float64Array(x.length);
  for (const [at, row] of order.entries()) sorted.set(x.subarray(row * p, (row + 1) * p), at * p);
  const sortedDays = Float64Array.from(order, (row) => days[row]!);
  const sortedEvent = Uint8Array.from(order, (row) => event[row]!);
  return {
    n,
    p,
    x: sorted,
    days: sortedDays,
    event: sortedEvent,
    censoring: censoringBefore(sortedDays, sortedEvent),
  };
}

/** Kaplan-Meier of the censorings just before each row's day; those with an event on a day are at risk of it. */
function censoringBefore(days: Float64Array, event: Uint8Array): Float64Array {
  const n = days.length;
  const before = new Float64Array(n);
  let survival = 1;
  for (let from = 0; from < n; ) {
    let censored = 0;
    let to = from;
    for (; to < n && days[to] === days[from]; to++) {
      before[to] = survival;
      if (event[to] === 0) censored++;
    }
    survival *= 1 - censored / (n - from);
    from = to;
  }
  return before;
}

/** A day with events of the cause. */
export interface FineGrayDay {
  readonly day: number;
  readonly count: number;
  /** G(day-) */
  readonly censoring: number;
  /** Rows at or after it begin here */
  readonly from: number;
  /** Increment of the baseline subdistribution hazard */
  readonly hazard: number;
  /** [p] weighted mean of the predictors of those at risk */
  readonly mean: Float64Array;
  /** [p, p] their weighted second moments, below the diagonal */
  readonly second: Float64Array;
  /** ln of the weighted sum of risks */
  readonly logarithm: number;
}

/** The days with events of the cause, ascending, and exp(η) of each row. */
export function fineGrayDays(
  { n, p, x, days, event, censoring }: FineGrayRows,
  beta: Float64Array,
): { readonly days: readonly FineGrayDay[]; readonly risk: Float64Array; readonly eta: Float64Array } {
  const eta = new Float64Array(n);
  for (let row = 0, at = 0; row < n; row++) for (let j = 0; j < p; j++, at++) eta[row]! += x[at]! * beta[j]!;
  const shift = eta.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const risk = eta.map((value) => Math.exp(value - shift));
  const starts = eventStarts(days, event);
  const stayed = competingBefore();
  const atRisk = new Moments(p);
  const found: FineGrayDay[] = [];
  let row = n;
  for (let k = starts.length - 1; k >= 0; k--) {
    const { from, count } = starts[k]!;
    for (; row > from; row--) atRisk.add(risk[row - 1]!, x, (row - 1) * p);
    const g = censoring[from]!;
    const { zero, first, second } = stayed[k]!;
    const total = atRisk.zero + g * zero;
    found.push({
      day: days[from]!,
      count,
      censoring: g,
      from,
      hazard: (count / total) * Math.exp(-shift),
      mean: first.map((value, j) => (atRisk.first[j]! + g * value) / total),
      second: second.map((value, at) => (atRisk.second[at]! + g * value) / total),
      logarithm: Math.log(total) + shift,
    });
  }
  return { days: found.reverse(), risk: eta.map(Math.exp), eta };

  /** Before each event day: sums over those with a competing event of risk / G(T-). */
  function competingBefore() {
    const sums = new Moments(p);
    let at = 0;
    return starts.map(({ from }) => {
      for (; at < from; at++) if (event[at]! > 1) sums.add(risk[at]! / censoring[at]!, x, at * p);
      return {
        zero: sums.zero,
        first: Float64Array.from(sums.first),
        second: Float64Array.from(sums.second),
      };
    });
  }
}

/** The first row of each day with events of the cause, and how many there are. */
function eventStarts(days: Float64Array, event: Uint8Array): { from: number; count: number }[] {
  const starts: { from: number; count: number }[] = [];
  for (let from = 0; from < days.length; ) {
    let count = 0;
    let to = from;
    for (; to < days.length && days[to] === days[from]; to++) if (event[to] === 1) count++;
    if (count > 0) starts.push({ from, count });
    from = to;
  }
  return starts;
}

export function fineGrayDerivatives(rows: FineGrayRows, beta: Float64Array): CoxDerivatives {
  const { n, p, x, event } = rows;
  const { days, eta } = fineGrayDays(rows, beta);
  let logLikelihood = 0;
  const gradient = new Float64Array(p);
  const information = new Float64Array(p * p);
  for (let row = 0; row < n; row++) {
    if (event[row] !== 1) continue;
    logLikelihood += eta[row]!;
    for (let j = 0; j < p; j++) gradient[j]! += x[row * p + j]!;
  }
  for (const { count, mean, second, logarithm } of days) {
    logLikelihood -= count * logarithm;
    for (let j = 0; j < p; j++) {
      gradient[j]! -= count * mean[j]!;
      for (let k = 0; k <= j; k++)
        information[j * p + k]! += count * (second[j * p + k]! - mean[j]! * mean[k]!);
    }
  }
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) information[k * p + j] = information[j * p + k]!;
  return { logLikelihood, gradient, information };
}
