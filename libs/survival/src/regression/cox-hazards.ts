import type { CoxRows } from './cox-rows.ts';

/** The days with events under given linear predictors, in the order of the rows' event days. */
export interface CoxHazards {
  /** [n] */
  readonly eta: Float64Array;
  /** Taken off every η, so that exp does not overflow; hazards are those times exp(shift) */
  readonly shift: number;
  /** [n] w exp(η - shift); 0 for those never at risk on an event day */
  readonly risk: Float64Array;
  /** [days] sum of risk of those at risk */
  readonly atRisk: Float64Array;
  /** [days] and of those who fail */
  readonly failing: Float64Array;
  /** [days] hazard of the day for a subject with η = shift */
  readonly hazard: Float64Array;
  /** [days] what those who fail on the day are spared of it (Efron's ties) */
  readonly spared: Float64Array;
  /** [days] weight of the events times ln(sum of risk), the shift taken off */
  readonly logRisk: Float64Array;
  /** Sums over the events l of a day, T the sum of risk less the share s of those who fail: w / T², w s / T², w s² / T² */
  readonly squares: readonly [Float64Array, Float64Array, Float64Array];
}

/**
 * With d events on one day, Breslow's approximation uses the whole risk set d times;
 * Efron's takes off l / d of those who fail at the l-th time, l = 0 … d - 1. Exact ties have
 * Breslow's hazard, as in R's `survfit`.
 *
 * Source: efron1977 (docs/references.bib). Case weights as in R's `coxph`: each of the d terms has the mean weight.
 */
export function shareOfFailing(ties: CoxRows['ties'], l: number, count: number): number {
  return ties === 'efron' ? l / count : 0;
}

/** O(n): the risk sets grow from the latest day on, and those who had not yet entered are taken off. */
export function coxHazards(rows: CoxRows, eta: Float64Array): CoxHazards {
  const { eventDays } = rows;
  const { risk, shift } = relativeRisks(rows, eta);
  const { atRisk, failing } = riskSums(rows, risk);
  const size = eventDays.count;
  const [hazard, spared, logRisk] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const squares = [new Float64Array(size), new Float64Array(size), new Float64Array(size)] as const;
  for (let k = 0; k < size; k++) {
    const count = eventDays.events[k]!;
    const weight = eventDays.meanWeight[k]!;
    for (let l = 0; l < count; l++) {
      const share = shareOfFailing(rows.ties, l, count);
      const total = atRisk[k]! - share * failing[k]!;
      const part = weight / total;
      hazard[k]! += part;
      spared[k]! += part * share;
      logRisk[k]! += total > 0 ? weight * Math.log(total) : Number.NaN;
      squares[0][k]! += part / total;
      squares[1][k]! += (part * share) / total;
      squares[2][k]! += (part * share * share) / total;
    }
  }
  return { eta, shift, risk, atRisk, failing, hazard, spared, logRisk, squares };
}

/** [n] offset + x β */
export function linearPredictors({ n, x, offset }: CoxRows, beta: Float64Array): Float64Array {
  const eta = offset.slice();
  for (let j = 0; j < beta.length; j++) {
    const slope = beta[j]!;
    if (slope === 0) continue;
    const column = x.subarray(j * n, (j + 1) * n);
    for (let row = 0; row < n; row++) eta[row]! += slope * column[row]!;
  }
  return eta;
}

/** The shift is the largest η of those who are at risk on an event day: nobody else may make their risks underflow. */
function relativeRisks({ n, weights, firstDay }: CoxRows, eta: Float64Array) {
  let shift = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < n; row++)
    if (firstDay[row]! >= 0 && weights[row]! > 0 && eta[row]! > shift) shift = eta[row]!;
  const risk = new Float64Array(n);
  for (let row = 0; row < n; row++)
    if (firstDay[row]! >= 0 && weights[row]! > 0) risk[row] = weights[row]! * Math.exp(eta[row]! - shift);
  return { risk, shift };
}

/** Sum of risk of those at risk on each event day and of those who fail on it. */
function riskSums({ event, eventDays, byEntry }: CoxRows, risk: Float64Array) {
  const { count, from, to, start, entered } = eventDays;
  const [atRisk, failing] = [new Float64Array(count), new Float64Array(count)];
  for (let k = 0, row = 0, left = 0, sum = 0; k < count; k++) {
    if (k === 0 || start[k] !== start[k - 1]) [row, left, sum] = [start[k]!, start[k]!, 0];
    for (; row < to[k]!; row++) {
      sum += risk[row]!;
      if (event[row] === 1 && row >= from[k]!) failing[k]! += risk[row]!;
    }
    for (; left < entered[k]!; left++) sum -= risk[byEntry![left]!]!;
    atRisk[k] = sum;
  }
  return { atRisk, failing };
}

/**
 * The expected events of each row, [n]: its risk times the hazard of its days, in the units of `risk`.
 *
 * @param factor [days] by which each day's hazard is multiplied
 */
export function expectedEvents(
  { n, event, firstDay, endDay, eventDays }: CoxRows,
  { risk, hazard, spared }: CoxHazards,
  factor: Float64Array | null = null,
): Float64Array {
  const since = runningHazard(eventDays, factor ? product(hazard, factor) : hazard);
  const less = factor ? product(spared, factor) : spared;
  const expected = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const first = firstDay[row]!;
    if (first < 0) continue;
    const end = endDay[row]!;
    const sum = since[first]! - (end < 0 ? 0 : since[end]!);
    expected[row] = risk[row]! * (event[row] === 1 ? sum - less[first]! : sum);
  }
  return expected;
}

/** From the first day on: what a subject of the early days has must not be a difference of large numbers. */
function runningHazard({ count, stratum }: CoxRows['eventDays'], hazard: Float64Array): Float64Array {
  const since = hazard.slice();
  for (let k = count - 2; k >= 0; k--) if (stratum[k + 1] === stratum[k]) since[k]! += since[k + 1]!;
  return since;
}

const product = (a: Float64Array, b: Float64Array) => a.map((value, k) => value * b[k]!);
