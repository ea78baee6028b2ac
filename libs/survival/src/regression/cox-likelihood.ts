import { addCrossProducts, mirror } from '../numerics/cross-products.ts';
import { exactDay } from './cox-exact.ts';
import { type CoxHazards, coxHazards, expectedEvents, linearPredictors } from './cox-hazards.ts';
import type { CoxRows } from './cox-rows.ts';

/** Log partial likelihood with its gradient [p] and information, the negative Hessian [p, p]. */
export interface CoxDerivatives {
  readonly logLikelihood: number;
  readonly gradient: Float64Array;
  readonly information: Float64Array;
}

/** ln L = sum of w η over events - sum over event days of ln(risk set), with its derivatives. */
export function coxDerivatives(rows: CoxRows, beta: Float64Array): CoxDerivatives {
  const hazards = coxHazards(rows, linearPredictors(rows, beta));
  const factor = rows.ties === 'exact' ? untied(rows) : null;
  const expected = expectedEvents(rows, hazards, factor);
  const gradient = scoreOf(rows, rowScores(rows, expected, null));
  const information = informationOf(rows, hazards, expected, everyColumn(rows.p), factor);
  let logLikelihood = logPartialLikelihood(rows, hazards, factor);
  if (factor)
    for (let k = 0; k < factor.length; k++)
      if (factor[k] === 0) logLikelihood -= exactDay(rows, hazards, k, gradient, information);
  mirror(information, rows.p);
  return { logLikelihood, gradient, information };
}

/** 1 on the days with one event, 0 on the others: the exact sum is for them. */
function untied({ eventDays }: CoxRows): Float64Array {
  return Float64Array.from(eventDays.events, (count) => (count === 1 ? 1 : 0));
}

/** Without the terms of the risk sets of the days whose factor is 0. */
export function logPartialLikelihood(
  { event, weights }: CoxRows,
  { eta, logRisk, shift }: CoxHazards,
  factor: Float64Array | null = null,
): number {
  let sum = 0;
  for (let row = 0; row < eta.length; row++) if (event[row] === 1) sum += weights[row]! * (eta[row]! - shift);
  for (let k = 0; k < logRisk.length; k++) if (factor?.[k] !== 0) sum -= logRisk[k]!;
  return sum;
}

/**
 * [n] derivative of the log-likelihood by η: events less expected events, with the case weight.
 *
 * @param factor [days] by which the events of each day are multiplied
 */
export function rowScores(
  { n, event, weights, firstDay }: CoxRows,
  expected: Float64Array,
  factor: Float64Array | null,
): Float64Array {
  const scores = new Float64Array(n);
  for (let row = 0; row < n; row++)
    scores[row] = (event[row] === 1 ? weights[row]! * (factor?.[firstDay[row]!] ?? 1) : 0) - expected[row]!;
  return scores;
}

/** [p] Xᵀ of a value of each row. */
export function scoreOf({ n, p, x }: CoxRows, scores: Float64Array): Float64Array {
  const gradient = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const column = x.subarray(j * n, (j + 1) * n);
    let sum = 0;
    for (let row = 0; row < n; row++) sum += scores[row]! * column[row]!;
    gradient[j] = sum;
  }
  return gradient;
}

/**
 * The information of some predictors, lower triangle of [q, q]: the sum of expected · x xᵀ over rows,
 * less over the events of each day w · m mᵀ with m the mean of those at risk. With S the sum of
 * risk · x over the risk set, F over those who fail and T the sum of risk, m = (S - s F) / T; the
 * sum over the events of a day is a (S - (b/a) F)(…)ᵀ + (c - b²/a) F Fᵀ of the day's `squares` a, b, c.
 *
 * @param columns [q] the predictors
 * @param factor [days] by which the terms of each day are multiplied, as they are in `expected`
 */
export function informationOf(
  rows: CoxRows,
  { risk, squares: [a, b, c] }: CoxHazards,
  expected: Float64Array,
  columns: Int32Array,
  factor: Float64Array | null = null,
): Float64Array {
  const { count } = rows.eventDays;
  const q = columns.length;
  const information = new Float64Array(q * q);
  addCrossProducts(rows.x, columns, expected, information);
  const { atRisk, failing } = firstMoments(rows, risk, columns);
  const weights = new Float64Array(count);
  const rest = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const share = b[k]! / a[k]!;
    weights[k] = -a[k]! * (factor?.[k] ?? 1);
    rest[k] = (b[k]! * share - c[k]!) * (factor?.[k] ?? 1);
    if (share !== 0) for (let at = k; at < q * count; at += count) atRisk[at]! -= share * failing[at]!;
  }
  const all = everyColumn(q);
  addCrossProducts(atRisk, all, weights, information);
  if (rest.some((weight) => weight !== 0)) addCrossProducts(failing, all, rest, information);
  return information;
}

/** 0 … p - 1 */
export const everyColumn = (p: number) => Int32Array.from({ length: p }, (_, j) => j);

/** [q, days] sums of risk · x over the risk set, and over those who fail. */
export function firstMoments(
  { n, x, event, eventDays, byEntry }: CoxRows,
  risk: Float64Array,
  columns: Int32Array,
): { readonly atRisk: Float64Array; readonly failing: Float64Array } {
  const { count, from, to, start, entered } = eventDays;
  const atRisk = new Float64Array(columns.length * count);
  const failing = new Float64Array(columns.length * count);
  for (let j = 0; j < columns.length; j++) {
    const column = x.subarray(columns[j]! * n, (columns[j]! + 1) * n);
    for (let k = 0, row = 0, left = 0, sum = 0; k < count; k++) {
      if (k === 0 || start[k] !== start[k - 1]) [row, left, sum] = [start[k]!, start[k]!, 0];
      for (; row < from[k]!; row++) sum += risk[row]! * column[row]!;
      let failed = 0;
      for (; row < to[k]!; row++) {
        const value = risk[row]! * column[row]!;
        sum += value;
        if (event[row] === 1) failed += value;
      }
      for (; left < entered[k]!; left++) sum -= risk[byEntry![left]!]! * column[byEntry![left]!]!;
      atRisk[j * count + k] = sum;
      failing[j * count + k] = failed;
    }
  }
  return { atRisk, failing };
}
