import { type Checked, accepted, issue, refused } from '@myocast/base';
import { cholesky } from '../numerics/cholesky.ts';
import { checkFollowUp, checkValues, type FollowUp } from '../follow-up.ts';

export interface ParametricInput {
  /** p column names, for the issues; none for a model without covariates */
  readonly names: readonly string[];
  /** [n, p] one row a subject, nothing missing */
  readonly predictors: Float64Array;
  readonly followUp: FollowUp;
}

/** The subjects that a likelihood in log time is made of. */
export interface ParametricRows {
  readonly n: number;
  /** Columns of `design`: the constant and p predictors. */
  readonly width: number;
  /** [n, width] a column of 1, then the predictors at mean 0 and standard deviation 1 */
  readonly design: Float64Array;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** [n] log days */
  readonly logTime: Float64Array;
  /** [n] log of the day of entry, -Infinity from day 0 on */
  readonly logEntry: Float64Array;
  readonly isEvent: Uint8Array;
  readonly weights: Float64Array;
}

/**
 * Checks the input of a parametric model and puts it on the scale of log time.
 *
 * A subject censored on day 0 says nothing on survival and is left out of the likelihood, like
 * one of weight 0; an event on day 0 has no logarithm and is refused by its row. So are a table
 * without events, and a predictor that is constant or a combination of those before it.
 *
 * @throws RangeError when lengths differ, a value is not finite, or a weight is negative
 */
export function parametricRows(
  caller: string,
  { names, predictors, followUp }: ParametricInput,
): Checked<ParametricRows> {
  const { days, event, entryDays, weights } = followUp;
  const p = names.length;
  checkFollowUp(caller, followUp);
  checkValues(caller, 'predictor values', predictors, days.length * p);
  const early = days.findIndex((day, row) => day === 0 && event[row] === 1 && weights?.[row] !== 0);
  if (early >= 0)
    return refused(
      issue(
        'bad-value',
        `row ${early}`,
        'expected the event after day 0, found it on day 0, which has no logarithm',
      ),
    );
  const kept = Int32Array.from(days.keys()).filter((row) => days[row]! > 0 && weights?.[row] !== 0);
  if (!kept.some((row) => event[row] === 1))
    return refused(issue('too-few-events', caller, 'expected an event, found none'));

  const { design, means, scales } = standardisedDesign(predictors, kept, p);
  const rows: ParametricRows = {
    n: kept.length,
    width: p + 1,
    design,
    means,
    scales,
    logTime: Float64Array.from(kept, (row) => Math.log(days[row]!)),
    logEntry: Float64Array.from(kept, (row) => Math.log(Math.max(entryDays?.[row] ?? 0, 0))),
    isEvent: Uint8Array.from(kept, (row) => (event[row] === 1 ? 1 : 0)),
    weights: Float64Array.from(kept, (row) => weights?.[row] ?? 1),
  };
  const dependent = firstDependent(rows);
  if (dependent > 0)
    return refused(
      issue(
        'not-estimable',
        names[dependent - 1]!,
        'expected a predictor that varies and is not a linear combination of those before it',
      ),
    );
  return accepted(rows);
}

/** What to say of a parameter without a finite estimate. */
export function notFinite(name: string) {
  return issue(
    'not-estimable',
    name,
    'expected a finite estimate, but the likelihood rises without end; leave the term out, or join its category with another that has events',
  );
}

function standardisedDesign(predictors: Float64Array, kept: Int32Array, p: number) {
  const n = kept.length;
  const design = new Float64Array(n * (p + 1)).fill(1);
  const means = new Float64Array(p);
  const scales = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    for (const row of kept) means[j]! += predictors[row * p + j]! / n;
    for (const row of kept) scales[j]! += (predictors[row * p + j]! - means[j]!) ** 2 / n;
    scales[j] = Math.sqrt(scales[j]!);
    const isConstant = scales[j]! <= 1e-12 * Math.abs(means[j]!);
    if (isConstant) scales[j] = 0;
    scales[j] ||= 1;
    for (const [at, row] of kept.entries())
      design[at * (p + 1) + j + 1] = isConstant ? 0 : (predictors[row * p + j]! - means[j]!) / scales[j]!;
  }
  return { design, means, scales };
}

/** The first column of the design that depends on those before it; -1 where there is none. */
function firstDependent({ n, width, design, weights }: ParametricRows): number {
  const products = new Float64Array(width * width);
  for (let row = 0; row < n; row++)
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++)
        products[i * width + j]! += weights[row]! * design[row * width + i]! * design[row * width + j]!;
  const floor = Float64Array.from({ length: width }, (_, j) =>
    Math.max(1e-9 * products[j * width + j]!, 1e-12),
  );
  const factor = cholesky(products, floor);
  return factor.ok ? -1 : factor.column;
}

/** [q, q] from the parameters of standardised predictors to those of the predictors as given. */
export function backTransform({ means, scales }: ParametricRows, q: number): Float64Array {
  const matrix = new Float64Array(q * q);
  for (let j = 0; j < q; j++) matrix[j * q + j] = 1;
  for (const [j, scale] of scales.entries()) {
    matrix[(j + 1) * q + j + 1] = 1 / scale;
    matrix[j + 1] = -means[j]! / scale;
  }
  return matrix;
}
