import { accepted, type Checked, issue, refused } from '@myocast/base';
import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { type ChiSquareTest, type CoxFit, type CoxInput, chiSquareTest, rowsAtMeans } from './cox.ts';
import { approximateDay, type CoxRows, relativeRisks, type Ties, visitEventDays } from './cox-likelihood.ts';
import { stepCount } from './step-count.ts';

export interface ProportionalHazards {
  /** [p] one predictor each */
  readonly terms: readonly (ChiSquareTest & { readonly name: string })[];
  readonly global: ChiSquareTest;
}

/**
 * Score test of proportional hazards: does the effect of a predictor change with time,
 * in proportion to 1 minus the Kaplan-Meier curve just before it?
 *
 * Refused where the events are too few for twice as many coefficients.
 *
 * @throws RangeError with exact ties, which have no residuals
 *
 * Source: grambsch1994 (docs/references.bib).
 * Agrees with: R survival `cox.zph(terms = FALSE)`, version 3.
 */
export function proportionalHazards(input: CoxInput, fit: CoxFit, ties: Ties): Checked<ProportionalHazards> {
  if (ties === 'exact')
    throw new RangeError('proportionalHazards: expected Efron or Breslow ties, got exact');
  const p = fit.names.length;
  const rows = rowsAtMeans(input, ties, fit.means);
  const { gradient, information } = withTimeEffects(rows, fit.coefficients);
  const all = Array.from({ length: 2 * p }, (_, at) => at);
  const statistics = [...fit.names.keys()].map((j) => statistic([...all.slice(0, p), p + j]));
  const global = statistic(all);
  const failed = statistics.indexOf(null);
  if (failed >= 0 || global === null)
    return refused(
      issue(
        'not-estimable',
        failed >= 0 ? fit.names[failed]! : 'proportional hazards',
        'expected enough events on different days to see an effect change with time',
      ),
    );
  return accepted({
    terms: fit.names.map((name, j) => ({ name, ...chiSquareTest(statistics[j]!, 1) })),
    global: chiSquareTest(global, p),
  });

  /** The score test of those of these coefficients that are effects of time. */
  function statistic(places: readonly number[]): number | null {
    const u = Float64Array.from(places, (at) => gradient[at]!);
    const size = places.length;
    const matrix = Float64Array.from(
      { length: size * size },
      (_, at) => information[places[Math.floor(at / size)]! * 2 * p + places[at % size]!]!,
    );
    const factor = cholesky(
      matrix,
      u.map((_, j) => 1e-10 * matrix[j * size + j]!),
    );
    if (!factor.ok) return null;
    const solved = solveCholesky(factor, u);
    return u.reduce((sum, value, j) => sum + value * solved[j]!, 0);
  }
}

/** Gradient [2p] and information [2p, 2p] of the model with x and x · g(t), at no effect of g. */
function withTimeEffects(rows: CoxRows, beta: Float64Array) {
  const { p, x, event, weights } = rows;
  const transformed = timeTransform(rows);
  const gradient = new Float64Array(2 * p);
  const information = new Float64Array(4 * p * p);
  const mean = new Float64Array(p);
  const { risk } = relativeRisks(rows, beta);
  visitEventDays(rows, risk, (day) => {
    const g = transformed(day.day);
    const dayGradient = new Float64Array(p);
    const dayInformation = new Float64Array(p * p);
    for (let row = day.from; row < day.to; row++)
      if (event[row] === 1) for (let j = 0; j < p; j++) dayGradient[j]! += weights[row]! * x[row * p + j]!;
    approximateDay(rows.ties, day, mean, dayGradient, dayInformation);
    for (let j = 0; j < p; j++) {
      gradient[p + j]! += g * dayGradient[j]!;
      for (let k = 0; k < p; k++) {
        const value = dayInformation[Math.max(j, k) * p + Math.min(j, k)]!;
        information[j * 2 * p + k]! += value;
        information[(p + j) * 2 * p + k]! += g * value;
        information[j * 2 * p + p + k]! += g * value;
        information[(p + j) * 2 * p + p + k]! += g * g * value;
      }
    }
  });
  return { gradient, information };
}

/** 1 minus Kaplan-Meier just before a day, over all strata and without weights, less its mean over the events. */
function timeTransform({ n, days, entryDays, event }: CoxRows): (day: number) => number {
  const exits = Float64Array.from(days).sort();
  const entries = Float64Array.from(entryDays).sort();
  const failures = Float64Array.from(days.filter((_, row) => event[row] === 1)).sort();
  const distinct = Float64Array.from(new Set(failures));
  const before = new Float64Array(distinct.length + 1).fill(1);
  let earlier = 0;
  for (const [k, day] of distinct.entries()) {
    const until = stepCount(failures, day);
    const gone = lowerCount(exits, day);
    const notYet = n - lowerCount(entries, day);
    before[k + 1] = before[k]! * (1 - (until - earlier) / (n - gone - notYet));
    earlier = until;
  }
  const transform = (day: number) => 1 - before[lowerCount(distinct, day)]!;
  const centre = failures.reduce((sum, day) => sum + transform(day), 0) / failures.length;
  return (day) => transform(day) - centre;
}

/** How many of these ascending days are before t. */
function lowerCount(days: Float64Array, t: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
