import { accepted, type Checked, issue, refused } from '@myocast/base';
import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { type ChiSquareTest, type CoxFit, type CoxInput, chiSquareTest, rowsAtMeans } from './cox.ts';
import { mirror } from '../numerics/cross-products.ts';
import { coxHazards, expectedEvents, linearPredictors } from './cox-hazards.ts';
import { everyColumn, informationOf, rowScores, scoreOf } from './cox-likelihood.ts';
import type { CoxRows, Ties } from './cox-rows.ts';
import { type TimeScale, timeTransform } from './time-transform.ts';

export interface ProportionalHazards {
  /** [p] one predictor each */
  readonly terms: readonly (ChiSquareTest & { readonly name: string })[];
  readonly global: ChiSquareTest;
}

/**
 * Score test of proportional hazards: does the effect of a predictor change with time, in
 * proportion to a function of it (by default 1 minus the Kaplan-Meier curve just before)?
 *
 * Refused where the events are too few for twice as many coefficients, and the logarithm where an
 * event is on day 0.
 *
 * @throws RangeError with exact ties, which have no residuals
 *
 * Source: grambsch1994 (docs/references.bib).
 * Agrees with: R survival `cox.zph(terms = FALSE, transform = …)`, version 3.
 */
export function proportionalHazards(
  input: CoxInput,
  fit: CoxFit,
  ties: Ties,
  scale: TimeScale = 'km',
): Checked<ProportionalHazards> {
  if (ties === 'exact')
    throw new RangeError('proportionalHazards: expected Efron or Breslow ties, got exact');
  const p = fit.names.length;
  const rows = rowsAtMeans(input, ties, fit.means);
  if (scale === 'log' && rows.eventDays.day.includes(0))
    return refused(issue('bad-value', 'day 0', 'expected events after day 0 for the logarithm of time'));
  const { gradient, information } = withTimeEffects(rows, fit.coefficients, scale);
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
function withTimeEffects(rows: CoxRows, beta: Float64Array, scale: TimeScale) {
  const { p } = rows;
  const hazards = coxHazards(rows, linearPredictors(rows, beta));
  const g = timeTransform(rows, scale);
  const gradient = new Float64Array(2 * p);
  const information = new Float64Array(4 * p * p);
  for (const power of [0, 1, 2]) {
    const factor = g.map((value) => value ** power);
    const expected = expectedEvents(rows, hazards, factor);
    const block = informationOf(rows, hazards, expected, everyColumn(p), factor);
    mirror(block, p);
    for (const corner of [0, 1, 2 * p, 2 * p + 1].filter((_, at) => [0, 1, 1, 2][at] === power))
      place(block, p, Math.floor(corner / (2 * p)) * p, (corner % (2 * p)) * p, information);
    if (power === 1) gradient.set(scoreOf(rows, rowScores(rows, expected, factor)), p);
  }
  return { gradient, information };
}

/** Copies a [p, p] block into a [2p, 2p] matrix. */
function place(block: Float64Array, p: number, row: number, column: number, target: Float64Array): void {
  for (let j = 0; j < p; j++) target.set(block.subarray(j * p, (j + 1) * p), (row + j) * 2 * p + column);
}
