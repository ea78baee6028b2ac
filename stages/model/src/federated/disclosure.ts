import type { PredictorTable } from '@myocast/predictors';
import type { ColumnScale } from '../scaler.ts';
import type { FederatedPlan } from './messages.ts';

/** Below which a site answers nothing. */
export interface DisclosureLimits {
  readonly fewestSubjects: number;
  /** Of the composite. */
  readonly fewestEvents: number;
  /** Of any cell that a sum tells of: a value of a binary column, those with a column observed, the events of an interval. 0 is allowed. */
  readonly smallestCell: number;
  /** Subjects for every coefficient: with fewer the sums come near to the rows themselves. */
  readonly subjectsPerCoefficient: number;
  /** Different coefficients at which statistics are given: each is another equation about the same rows. */
  readonly mostRounds: number;
  /** A steep enough slope would weigh one subject and nobody else. */
  readonly largestCoefficient: number;
  /** By how many of its own standard deviations a mean may differ from the site's, and by which factor a spread: a narrow enough scale would pick one subject out. */
  readonly furthestScale: number;
}

export const disclosureDefaults: DisclosureLimits = {
  fewestSubjects: 50,
  fewestEvents: 10,
  smallestCell: 5,
  subjectsPerCoefficient: 3,
  mostRounds: 40,
  largestCoefficient: 15,
  furthestScale: 5,
};

/** What the limits are held against: the rows of a site. */
export interface SiteCounts {
  readonly table: PredictorTable;
  readonly rows: readonly number[];
  /** Events of the composite in each interval. */
  readonly eventsByInterval: readonly number[];
}

/** Why sums of these rows would say too much of single subjects; empty where they would not. */
export function disclosureRisks(
  plan: FederatedPlan,
  { table, rows, eventsByInterval }: SiteCounts,
  limits: DisclosureLimits,
): string[] {
  const events = eventsByInterval.reduce((sum, own) => sum + own, 0);
  // A message names the limit, never the count: that would be the disclosure.
  const reasons: string[] = [];
  if (rows.length < limits.fewestSubjects)
    reasons.push(`expected at least ${limits.fewestSubjects} subjects, found fewer`);
  if (events < limits.fewestEvents)
    reasons.push(`expected at least ${limits.fewestEvents} events, found fewer`);
  const coefficients = plan.intervalEnds.length + plan.columns.length;
  if (rows.length < limits.subjectsPerCoefficient * coefficients)
    reasons.push(
      `expected at least ${limits.subjectsPerCoefficient} subjects for each of ${coefficients} coefficients, found fewer`,
    );
  const isSmall = (count: number) => count > 0 && count < limits.smallestCell;
  for (const [k, count] of eventsByInterval.entries())
    if (isSmall(count))
      reasons.push(`interval to day ${plan.intervalEnds[k]}: fewer than ${limits.smallestCell} events`);
  for (const column of plan.columns)
    if (cellsOf(column, table, rows).some(isSmall))
      reasons.push(`column ${column.name}: a cell of fewer than ${limits.smallestCell} subjects`);
  return reasons;
}

/** Why sums at this place would say too much: of scales and coefficients as no fit has them. */
export function placeRisks(
  scales: readonly ColumnScale[],
  coefficients: readonly number[],
  { table, rows }: Pick<SiteCounts, 'table' | 'rows'>,
  { largestCoefficient, furthestScale }: DisclosureLimits,
): string[] {
  const reasons: string[] = [];
  if (coefficients.some((value) => Math.abs(value) > largestCoefficient))
    reasons.push(`expected coefficients of at most ${largestCoefficient}, found a larger one`);
  for (const { name, log, mean, sd } of scales) {
    const values = valuesOf(name, table, rows);
    if (log && values.some((value) => value <= 0))
      reasons.push(`column ${name}: expected no logarithm, for values are not above 0`);
    const own = meanAndSd(log ? values.map((value) => Math.log(Math.max(value, 1e-6))) : values);
    // Of a column without spread here nothing can be picked out.
    if (own.sd === 0) continue;
    const isFar =
      Math.abs(mean - own.mean) > furthestScale * own.sd ||
      Math.max(sd / own.sd, own.sd / sd) > furthestScale;
    if (isFar) reasons.push(`column ${name}: expected a scale near that of this site, found another`);
  }
  return reasons;
}

function meanAndSd(values: readonly number[]): { mean: number; sd: number } {
  const n = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) };
}

/** The observed values of a column; none where the table lacks it. */
export function valuesOf(
  name: string,
  { columns, values, observed }: PredictorTable,
  rows: readonly number[],
): number[] {
  const column = columns.findIndex((entry) => entry.name === name);
  if (column < 0) return [];
  return rows.flatMap((row) => {
    const cell = row * columns.length + column;
    return observed[cell] ? [values[cell]!] : [];
  });
}

/** Subjects with a value and without; of a binary column with each value. */
function cellsOf(
  { name, kind }: FederatedPlan['columns'][number],
  table: PredictorTable,
  rows: readonly number[],
): number[] {
  const found = valuesOf(name, table, rows);
  const cells = [found.length, rows.length - found.length];
  const ones = found.filter((value) => value !== 0).length;
  return kind === 'binary' ? [...cells, ones, found.length - ones] : cells;
}
