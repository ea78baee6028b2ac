import { stepCount } from './step-count.ts';
import { linearPredictors } from './cox-hazards.ts';
import type { CoxRows } from './cox-rows.ts';
import type { CoxSteps } from './cox-steps.ts';

/** Residuals of each row of the table, without its case weight. */
export interface RowResiduals {
  /** [n] events minus expected events */
  readonly martingale: Float64Array;
  /** [n] */
  readonly deviance: Float64Array;
  /** [n, p] terms of the score */
  readonly score: Float64Array;
}

/**
 * Martingale, deviance and score residuals of the rows a model was fitted to.
 *
 * Source: therneau1990 (docs/references.bib).
 * Agrees with: R survival `residuals(coxph, type = "martingale" | "deviance" | "score")`, Efron and Breslow ties.
 */
export function residualsOfRows(rows: CoxRows, beta: Float64Array, steps: readonly CoxSteps[]): RowResiduals {
  const { n, p, x, days, entryDays, event, strata, source } = rows;
  const eta = linearPredictors(rows, beta);
  const martingale = new Float64Array(n);
  const score = new Float64Array(n * p);
  const byStratum = new Map(steps.map((step) => [step.stratum, step]));
  for (let row = 0; row < n; row++) {
    const here = byStratum.get(strata[row]!);
    if (!here) continue;
    const last = stepCount(here.days, days[row]!) - 1;
    const first = stepCount(here.days, entryDays[row]!) - 1;
    const fails = event[row] === 1;
    const between = (values: Float64Array, width: number, j: number) =>
      (last < 0 ? 0 : values[last * width + j]!) - (first < 0 ? 0 : values[first * width + j]!);
    const relative = Math.exp(eta[row]!);
    const hazard = between(here.cumulativeHazard, 1, 0) - (fails ? here.spared[last]! : 0);
    martingale[source[row]!] = (fails ? 1 : 0) - relative * hazard;
    for (let j = 0; j < p; j++) {
      const value = x[j * n + row]!;
      const mean = between(here.cumulativeMean, p, j) - (fails ? here.sparedMean[last * p + j]! : 0);
      score[source[row]! * p + j] =
        (fails ? value - here.means[last * p + j]! : 0) - relative * (value * hazard - mean);
    }
  }
  const events = new Uint8Array(n);
  for (let row = 0; row < n; row++) events[source[row]!] = event[row]!;
  return { martingale, deviance: martingale.map((value, row) => deviance(value, events[row]!)), score };
}

function deviance(martingale: number, event: number): number {
  const logarithm = event === 1 ? Math.log(event - martingale) : 0;
  return Math.sign(martingale) * Math.sqrt(Math.max(0, -2 * (martingale + event * logarithm)));
}

/** Bᵀ B of the sums over each cluster of w · score · covariance: the sandwich covariance, [p, p]. */
export function sandwich(
  score: Float64Array,
  weights: Float64Array,
  covariance: Float64Array,
  cluster: Int32Array,
): Float64Array {
  const n = weights.length;
  const p = score.length / n;
  const sums = new Map<number, Float64Array>();
  for (let row = 0; row < n; row++) {
    const sum = sums.get(cluster[row]!) ?? new Float64Array(p);
    sums.set(cluster[row]!, sum);
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++) sum[j]! += weights[row]! * score[row * p + k]! * covariance[k * p + j]!;
  }
  const total = new Float64Array(p * p);
  for (const sum of sums.values())
    for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) total[j * p + k]! += sum[j]! * sum[k]!;
  return total;
}
