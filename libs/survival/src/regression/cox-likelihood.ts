import { type FollowUp, orderByDays } from '../follow-up.ts';

/** How events on one day share the risk set. */
export type Ties = 'efron' | 'breslow';

/** What the partial likelihood is computed from; rows in descending time. */
export interface CoxRows {
  readonly n: number;
  readonly p: number;
  /** [n, p] */
  readonly x: Float64Array;
  readonly days: Float64Array;
  /** [n] 1 for the event, 0 for all else */
  readonly event: Uint8Array;
  readonly weights: Float64Array;
  readonly ties: Ties;
}

/** Log partial likelihood with its gradient [p] and information, the negative Hessian [p, p]. */
export interface CoxDerivatives {
  readonly logLikelihood: number;
  readonly gradient: Float64Array;
  readonly information: Float64Array;
}

export function coxRows(
  x: Float64Array,
  { days, event }: FollowUp,
  weights: Float64Array,
  ties: Ties,
): CoxRows {
  const n = days.length;
  const p = x.length / n;
  const order = orderByDays(days).reverse();
  const sorted = new Float64Array(x.length);
  for (const [at, row] of order.entries()) sorted.set(x.subarray(row * p, (row + 1) * p), at * p);
  return {
    n,
    p,
    x: sorted,
    days: Float64Array.from(order, (row) => days[row]!),
    event: Uint8Array.from(order, (row) => (event[row] === 1 ? 1 : 0)),
    weights: Float64Array.from(order, (row) => weights[row]!),
    ties,
  };
}

/** Sums over a set of subjects of w exp(η), w exp(η) x and, below the diagonal, w exp(η) x xᵀ. */
class Moments {
  zero = 0;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly p: number;
  constructor(p: number) {
    this.p = p;
    this.first = new Float64Array(p);
    this.second = new Float64Array(p * p);
  }
  add(risk: number, x: Float64Array, offset: number): void {
    this.zero += risk;
    for (let j = 0; j < this.p; j++) {
      const weighted = risk * x[offset + j]!;
      this.first[j]! += weighted;
      for (let k = 0; k <= j; k++) this.second[j * this.p + k]! += weighted * x[offset + k]!;
    }
  }
  clear(): void {
    this.zero = 0;
    this.first.fill(0);
    this.second.fill(0);
  }
}

/** Visits each day with events, latest first, with the risk set and those who fail. */
function visitEventDays(
  rows: CoxRows,
  risk: Float64Array,
  visit: (day: number, atRisk: Moments, failing: Moments, count: number, meanWeight: number) => void,
): void {
  const atRisk = new Moments(rows.p);
  const failing = new Moments(rows.p);
  for (let row = 0; row < rows.n; ) {
    const day = rows.days[row]!;
    let count = 0;
    let weight = 0;
    failing.clear();
    for (; row < rows.n && rows.days[row] === day; row++) {
      atRisk.add(risk[row]!, rows.x, row * rows.p);
      if (rows.event[row] === 0) continue;
      failing.add(risk[row]!, rows.x, row * rows.p);
      count++;
      weight += rows.weights[row]!;
    }
    if (count > 0) visit(day, atRisk, failing, count, weight / count);
  }
}

/**
 * With d events on one day, Breslow's approximation uses the whole risk set d times;
 * Efron's takes off l / d of those who fail at the l-th time, l = 0 … d - 1.
 *
 * Source: efron1977 (docs/references.bib). Case weights as in R's `coxph`: each of the d terms has the mean weight.
 */
function shareOfFailing(ties: Ties, l: number, count: number): number {
  return ties === 'efron' ? l / count : 0;
}

/** w exp(η - shift), and the shift that keeps it from overflowing. */
function relativeRisks(
  rows: CoxRows,
  beta: Float64Array,
): { eta: Float64Array; risk: Float64Array; shift: number } {
  const eta = new Float64Array(rows.n);
  for (let row = 0; row < rows.n; row++)
    for (let j = 0; j < rows.p; j++) eta[row]! += rows.x[row * rows.p + j]! * beta[j]!;
  const shift = eta.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return { eta, risk: eta.map((value, row) => rows.weights[row]! * Math.exp(value - shift)), shift };
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
  visitEventDays(rows, risk, (_, atRisk, failing, count, weight) => {
    for (let l = 0; l < count; l++) {
      const share = shareOfFailing(rows.ties, l, count);
      const total = atRisk.zero - share * failing.zero;
      logLikelihood -= weight * (Math.log(total) + shift);
      for (let j = 0; j < p; j++) {
        mean[j] = (atRisk.first[j]! - share * failing.first[j]!) / total;
        gradient[j]! -= weight * mean[j]!;
        for (let k = 0; k <= j; k++) {
          const second = (atRisk.second[j * p + k]! - share * failing.second[j * p + k]!) / total;
          information[j * p + k]! += weight * (second - mean[j]! * mean[k]!);
        }
      }
    }
  });
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) information[k * p + j] = information[j * p + k]!;
  return { logLikelihood, gradient, information };
}

/** Cumulative hazard of a subject with x = 0, on the days with events, ascending. */
export function coxBaseline(
  rows: CoxRows,
  beta: Float64Array,
): { days: Float64Array; cumulativeHazard: Float64Array } {
  const { risk, shift } = relativeRisks(rows, beta);
  const steps: { day: number; hazard: number }[] = [];
  visitEventDays(rows, risk, (day, atRisk, failing, count, weight) => {
    let hazard = 0;
    for (let l = 0; l < count; l++)
      hazard += weight / (atRisk.zero - shareOfFailing(rows.ties, l, count) * failing.zero);
    steps.push({ day, hazard: hazard * Math.exp(-shift) });
  });
  steps.reverse();
  let sum = 0;
  return {
    days: Float64Array.from(steps, ({ day }) => day),
    cumulativeHazard: Float64Array.from(steps, ({ hazard }) => (sum += hazard)),
  };
}
