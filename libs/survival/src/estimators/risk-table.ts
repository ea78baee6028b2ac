import { type FollowUp, orderByDays } from '../follow-up.ts';

/** Who is under observation, and what happens, on each distinct day of a follow-up; k days. */
export interface RiskTable {
  /** [k] ascending */
  readonly days: Float64Array;
  /** [k] subjects, by their case weights, whose time is this day or later */
  readonly atRisk: Float64Array;
  /** [k] subjects with the event of interest on this day */
  readonly events: Float64Array;
  /** [k] subjects with any event, competing ones included */
  readonly anyEvents: Float64Array;
  /** [k] subjects censored on this day */
  readonly censored: Float64Array;
}

/**
 * A row of weight 0 stands for nobody and leaves no day.
 *
 * @param cause the code that counts as the event of interest
 */
export function riskTable({ days, event, weights }: FollowUp, cause = 1): RiskTable {
  const order = orderByDays(days).filter((row) => weights?.[row] !== 0);
  const distinct = [...new Set(Array.from(order, (row) => days[row]!))];
  const table = {
    days: Float64Array.from(distinct),
    atRisk: new Float64Array(distinct.length),
    events: new Float64Array(distinct.length),
    anyEvents: new Float64Array(distinct.length),
    censored: new Float64Array(distinct.length),
  };
  let at = 0;
  for (const row of order) {
    if (days[row]! !== table.days[at]!) at++;
    const weight = weights?.[row] ?? 1;
    if (event[row] === 0) table.censored[at]! += weight;
    else table.anyEvents[at]! += weight;
    if (event[row] === cause) table.events[at]! += weight;
  }
  let left = 0;
  for (let k = distinct.length - 1; k >= 0; k--) {
    left += table.anyEvents[k]! + table.censored[k]!;
    table.atRisk[k] = left;
  }
  return table;
}
