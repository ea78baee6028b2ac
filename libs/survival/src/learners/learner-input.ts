import { type Issue, issue } from '@myocast/base';
import { checkFollowUp, type FollowUp, refuseLateEntry } from '../follow-up.ts';

/** What a learner is fitted to. */
export interface LearnerInput {
  /** p column names, for the issues */
  readonly names: readonly string[];
  /** [n, p] nothing missing; a category is a number or columns of 0 and 1 */
  readonly predictors: Float64Array;
  readonly followUp: FollowUp;
}

/**
 * What in a table stops the `caller`: a missing or infinite predictor value, by its column and row
 * (a missing value is NaN), and a table without the event.
 *
 * @param isEvent whether a code of `event` counts as one
 * @throws RangeError when lengths differ, there is no predictor, or there are entry days
 */
export function issuesOfInput(
  caller: string,
  { names, predictors, followUp }: LearnerInput,
  isEvent: (code: number) => boolean,
): Issue[] {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  if (names.length === 0) throw new RangeError(`${caller}: expected at least one predictor, got none`);
  const issues = issuesOfPredictors(caller, names, predictors, followUp.days.length);
  const { event, weights } = followUp;
  if (!event.some((code, row) => isEvent(code) && weights?.[row] !== 0))
    issues.push(issue('too-few-events', caller, 'expected an event, found none'));
  return issues;
}

/** One issue a column with missing or infinite values, which names the first row of them. */
export function issuesOfPredictors(
  caller: string,
  names: readonly string[],
  predictors: Float64Array,
  n = predictors.length / names.length,
): Issue[] {
  const p = names.length;
  if (predictors.length !== n * p || !Number.isInteger(n))
    throw new RangeError(`${caller}: expected ${p} values a row, got ${predictors.length} in ${n} rows`);
  const counts = new Int32Array(p);
  const first = new Int32Array(p);
  for (let at = predictors.length - 1; at >= 0; at--) {
    if (Number.isFinite(predictors[at]!)) continue;
    counts[at % p]!++;
    first[at % p] = Math.floor(at / p);
  }
  return names.flatMap((name, column) => {
    if (counts[column] === 0) return [];
    const value = predictors[first[column]! * p + column]!;
    const [kind, found] = Number.isNaN(value)
      ? (['missing-value', 'none'] as const)
      : (['bad-value', String(value)] as const);
    const rest = counts[column] === 1 ? '' : `, and ${counts[column]! - 1} more such rows`;
    return [issue(kind, name, `expected a number, found ${found} in row ${first[column]}${rest}`)];
  });
}
