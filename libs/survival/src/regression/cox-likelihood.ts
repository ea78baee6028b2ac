import type { FollowUp } from '../follow-up.ts';
import { exactDay } from './cox-exact.ts';

/** How events on one day share the risk set; `exact` sums over all sets of that many subjects at risk. */
export type Ties = 'efron' | 'breslow' | 'exact';

/** What the partial likelihood is computed from; rows by stratum, in descending time. */
export interface CoxRows {
  readonly n: number;
  readonly p: number;
  /** [n, p] */
  readonly x: Float64Array;
  readonly days: Float64Array;
  /** [n] -Infinity where the row is under observation from the start */
  readonly entryDays: Float64Array;
  /** [n] 1 for the event, 0 for all else; an event of weight 0 counts as none */
  readonly event: Uint8Array;
  readonly weights: Float64Array;
  readonly offset: Float64Array;
  readonly strata: Int32Array;
  /** [n] the place of each row in the table it came from */
  readonly source: Int32Array;
  /** Places of the rows by stratum, in descending entry; null where nobody enters late. */
  readonly byEntry: Int32Array | null;
  readonly ties: Ties;
}

/** Log partial likelihood with its gradient [p] and information, the negative Hessian [p, p]. */
export interface CoxDerivatives {
  readonly logLikelihood: number;
  readonly gradient: Float64Array;
  readonly information: Float64Array;
}

/** Strata have baselines of their own; an offset is a predictor with coefficient 1. */
export interface CoxDesign {
  /** [n] */
  readonly strata?: Int32Array;
  /** [n] */
  readonly offset?: Float64Array;
}

export function coxRows(
  x: Float64Array,
  { days, event, entryDays }: FollowUp,
  weights: Float64Array,
  ties: Ties,
  { strata, offset }: CoxDesign = {},
): CoxRows {
  const n = days.length;
  const p = x.length / n;
  const stratum = strata ?? new Int32Array(n);
  const source = Int32Array.from(days.keys()).sort(
    (a, b) => stratum[a]! - stratum[b]! || days[b]! - days[a]! || b - a,
  );
  const sorted = new Float64Array(x.length);
  for (let at = 0; at < n; at++) sorted.set(x.subarray(source[at]! * p, (source[at]! + 1) * p), at * p);
  const entries = Float64Array.from(source, (row) => entryDays?.[row] ?? Number.NEGATIVE_INFINITY);
  const sortedStrata = Int32Array.from(source, (row) => stratum[row]!);
  return {
    n,
    p,
    x: sorted,
    days: Float64Array.from(source, (row) => days[row]!),
    entryDays: entries,
    event: Uint8Array.from(source, (row) => (event[row] === 1 && weights[row]! > 0 ? 1 : 0)),
    weights: Float64Array.from(source, (row) => weights[row]!),
    offset: Float64Array.from(source, (row) => offset?.[row] ?? 0),
    strata: sortedStrata,
    source,
    byEntry: entryDays
      ? Int32Array.from(source.keys()).sort(
          (a, b) => sortedStrata[a]! - sortedStrata[b]! || entries[b]! - entries[a]!,
        )
      : null,
    ties,
  };
}

/** Sums over a set of subjects of w exp(η), w exp(η) x and, below the diagonal, w exp(η) x xᵀ. */
export class Moments {
  zero = 0;
  size = 0;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly p: number;
  constructor(p: number) {
    this.p = p;
    this.first = new Float64Array(p);
    this.second = new Float64Array(p * p);
  }
  add(risk: number, x: Float64Array, offset: number, sign = 1): void {
    const { p, first, second } = this;
    this.size += sign;
    if (this.size === 0) return this.clear();
    const signed = sign * risk;
    this.zero += signed;
    for (let j = 0; j < p; j++) {
      const weighted = signed * x[offset + j]!;
      first[j]! += weighted;
      for (let k = 0, at = j * p; k <= j; k++, at++) second[at]! += weighted * x[offset + k]!;
    }
  }
  clear(): void {
    if (this.size === 0 && this.zero === 0) return;
    this.zero = 0;
    this.size = 0;
    this.first.fill(0);
    this.second.fill(0);
  }
}

/** A day with events in one stratum. */
export interface EventDay {
  readonly day: number;
  readonly stratum: number;
  readonly atRisk: Moments;
  readonly failing: Moments;
  readonly count: number;
  readonly meanWeight: number;
  /** The rows of the day are from here … */
  readonly from: number;
  /** … to before here; the rows of the stratum at or after it begin at `start`. */
  readonly to: number;
  readonly start: number;
}

/** Visits each day with events, by stratum and latest first, with the risk set and those who fail. */
export function visitEventDays(rows: CoxRows, risk: Float64Array, visit: (day: EventDay) => void): void {
  const { n, strata } = rows;
  const sums = { atRisk: new Moments(rows.p), failing: new Moments(rows.p) };
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && strata[end] === strata[start]) end++;
    sums.atRisk.clear();
    visitStratum(rows, risk, start, end, sums, visit);
    start = end;
  }
}

function visitStratum(
  rows: CoxRows,
  risk: Float64Array,
  start: number,
  end: number,
  { atRisk, failing }: { readonly atRisk: Moments; readonly failing: Moments },
  visit: (day: EventDay) => void,
): void {
  const { p, x, days, entryDays, event, weights, byEntry } = rows;
  const stratum = rows.strata[start]!;
  let leaving = start;
  for (let row = start; row < end; ) {
    const day = days[row]!;
    const from = row;
    let count = 0;
    let weight = 0;
    failing.clear();
    for (; row < end && days[row] === day; row++) {
      atRisk.add(risk[row]!, x, row * p);
      if (event[row] === 0) continue;
      failing.add(risk[row]!, x, row * p);
      count++;
      weight += weights[row]!;
    }
    if (count === 0) continue;
    if (byEntry) leaving = takeOff(byEntry, leaving, row, day);
    visit({ day, stratum, atRisk, failing, count, meanWeight: weight / count, from, to: row, start });
  }

  /** Takes those off who were not yet under observation on the day. */
  function takeOff(order: Int32Array, from: number, to: number, day: number): number {
    let at = from;
    for (; at < to && entryDays[order[at]!]! >= day; at++)
      atRisk.add(risk[order[at]!]!, x, order[at]! * p, -1);
    return at;
  }
}

/**
 * With d events on one day, Breslow's approximation uses the whole risk set d times;
 * Efron's takes off l / d of those who fail at the l-th time, l = 0 … d - 1.
 *
 * Source: efron1977 (docs/references.bib). Case weights as in R's `coxph`: each of the d terms has the mean weight.
 */
export function shareOfFailing(ties: Ties, l: number, count: number): number {
  return ties === 'efron' ? l / count : 0;
}

/** w exp(η - shift), and the shift that keeps it from overflowing. */
export function relativeRisks(
  rows: CoxRows,
  beta: Float64Array,
): { eta: Float64Array; risk: Float64Array; shift: number } {
  const { n, p, x, weights } = rows;
  const eta = Float64Array.from(rows.offset);
  let shift = Number.NEGATIVE_INFINITY;
  for (let row = 0, at = 0; row < n; row++) {
    for (let j = 0; j < p; j++, at++) eta[row]! += x[at]! * beta[j]!;
    if (eta[row]! > shift) shift = eta[row]!;
  }
  const risk = new Float64Array(n);
  for (let row = 0; row < n; row++) risk[row] = weights[row]! * Math.exp(eta[row]! - shift);
  return { eta, risk, shift };
}

/** ln L = sum of w η over events - sum over event days of ln(risk set), with its derivatives. */
export function coxDerivatives(rows: CoxRows, beta: Float64Array): CoxDerivatives {
  const { p } = rows;
  const { eta, risk, shift } = relativeRisks(rows, beta);
  let logLikelihood = 0;
  const gradient = new Float64Array(p);
  const information = new Float64Array(p * p);
  for (let row = 0; row < rows.n; row++) {
    if (rows.event[row] === 0) continue;
    logLikelihood += rows.weights[row]! * eta[row]!;
    for (let j = 0; j < p; j++) gradient[j]! += rows.weights[row]! * rows.x[row * p + j]!;
  }
  const mean = new Float64Array(p);
  visitEventDays(rows, risk, (day) => {
    if (rows.ties === 'exact' && day.count > 1) {
      logLikelihood -= exactDay(rows, risk, day, gradient, information) + day.count * shift;
      return;
    }
    logLikelihood -= approximateDay(rows.ties, day, mean, gradient, information);
    logLikelihood -= day.count * day.meanWeight * shift;
  });
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) information[k * p + j] = information[j * p + k]!;
  return { logLikelihood, gradient, information };
}

/** Adds one day's terms of gradient and information; returns its part of ln(risk set). */
export function approximateDay(
  ties: Ties,
  { atRisk, failing, count, meanWeight }: EventDay,
  mean: Float64Array,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const p = mean.length;
  let logarithm = 0;
  for (let l = 0; l < count; l++) {
    const share = shareOfFailing(ties, l, count);
    const total = atRisk.zero - share * failing.zero;
    logarithm += meanWeight * Math.log(total);
    for (let j = 0; j < p; j++) {
      const here = (atRisk.first[j]! - share * failing.first[j]!) / total;
      mean[j] = here;
      gradient[j]! -= meanWeight * here;
      for (let k = 0, at = j * p; k <= j; k++, at++) {
        const second = (atRisk.second[at]! - share * failing.second[at]!) / total;
        information[at]! += meanWeight * (second - here * mean[k]!);
      }
    }
  }
  return logarithm;
}
