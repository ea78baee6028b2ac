import { type CoxFit, type CoxInput, rowsAtMeans } from './cox.ts';
import { type RowResiduals, residualsOfRows } from './cox-residuals.ts';
import type { CoxRows, Ties } from './cox-rows.ts';
import { type CoxSteps, coxSteps } from './cox-steps.ts';
import { stepCount } from './step-count.ts';

export interface CoxResiduals extends RowResiduals {
  /** [n, p] by how much each row moves each coefficient, to first order: positive where it raises it */
  readonly dfbeta: Float64Array;
  readonly schoenfeld: SchoenfeldResiduals;
}

/** Events in the order of strata and days. */
export interface SchoenfeldResiduals {
  /** [events] rows of the table */
  readonly rows: Int32Array;
  /** [events] */
  readonly days: Float64Array;
  /** [events, p] predictors of the one who failed less the mean of those at risk */
  readonly values: Float64Array;
  /**
   * [events, p] values · covariance · number of events + coefficients: their course over time is that of
   * an effect that changes
   */
  readonly scaled: Float64Array;
}

/**
 * Residuals of a fitted Cox model on the rows it was fitted to.
 *
 * @throws RangeError with exact ties, which have none
 *
 * Source: therneau1990, schoenfeld1982 (docs/references.bib).
 * Agrees with: R survival `residuals(coxph, type = ...)`, Efron and Breslow ties; R multiplies
 * the score and dfbeta residuals by the case weights only with `weighted = TRUE`, as here never.
 */
export function coxResiduals(input: CoxInput, fit: CoxFit, ties: Ties): CoxResiduals {
  if (ties === 'exact') throw new RangeError('coxResiduals: expected Efron or Breslow ties, got exact');
  const rows = rowsAtMeans(input, ties, fit.means);
  const steps = coxSteps(rows, fit.coefficients);
  const residuals = residualsOfRows(rows, fit.coefficients, steps);
  const { p } = rows;
  const dfbeta = new Float64Array(residuals.score.length);
  for (let row = 0; row < rows.n; row++)
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++)
        dfbeta[row * p + j]! += residuals.score[row * p + k]! * fit.naiveCovariance[k * p + j]!;
  return { ...residuals, dfbeta, schoenfeld: schoenfeld(rows, steps, fit) };
}

function schoenfeld(
  rows: CoxRows,
  steps: readonly CoxSteps[],
  { naiveCovariance, coefficients }: CoxFit,
): SchoenfeldResiduals {
  const { n, p, x, days, event, strata, source } = rows;
  const byStratum = new Map(steps.map((step) => [step.stratum, step]));
  const events = Int32Array.from({ length: n }, (_, row) => row)
    .filter((row) => event[row] === 1)
    .sort((a, b) => strata[a]! - strata[b]! || days[a]! - days[b]! || source[a]! - source[b]!);
  const values = new Float64Array(events.length * p);
  for (const [at, row] of events.entries()) {
    const step = byStratum.get(strata[row]!)!;
    const k = stepCount(step.days, days[row]!) - 1;
    for (let j = 0; j < p; j++) values[at * p + j] = x[j * n + row]! - step.means[k * p + j]!;
  }
  return {
    rows: events.map((row) => source[row]!),
    days: Float64Array.from(events, (row) => days[row]!),
    values,
    scaled: values.map((_, at) => {
      const [event, j] = [at - (at % p), at % p];
      let sum = 0;
      for (let k = 0; k < p; k++) sum += values[event + k]! * naiveCovariance[k * p + j]!;
      return sum * events.length + coefficients[j]!;
    }),
  };
}
