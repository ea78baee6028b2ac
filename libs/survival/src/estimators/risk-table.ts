import { type FollowUp, orderByDays } from '../follow-up.ts';

/** Who is under observation, and what happens, on each distinct day of a follow-up; k days. */
export interface RiskTable {
  /** [k] ascending */
  readonly days: Float64Array;
  /** [k] subjects whose time is this day or later */
  readonly atRisk: Float64Array;
  /** [k] subjects with the event of interest on this day */
  readonly events: Float64Array;
  /** [k] subjects with any event, competing ones included */
  readonly anyEvents: Float64Array;
  /** [k] subjects censored on this day */
  readonly censored: Float64Array;
}

/** @param cause the code that counts as the event of interest */
export function riskTable({ days, event }: FollowUp, cause = 1): RiskTable {
  const order = orderByDays(days);
  const distinct = [...new Set(Array.from(order, (row) => days[row]!))];
  const table = {
    days: Float64Array.from(distinct),
    atRisk: new Float64Array(distinct.length),
    events: new Float64Array(distinct.length),
    anyEvents: new Float64Array(distinct.length),
    censored: new Float64Array(distinct.length),
  };
  let at = 0;
  for (const [seen, row] of order.entries()) {
    if (days[row]! !== table.days[at]!) at++;
    if (table.atRisk[at] === 0) table.atRisk[at] = days.length - seen;
    if (event[row] === 0) table.censored[at]!++;
    else table.anyEvents[at]!++;
    if (event[row] === cause) table.events[at]!++;
  }
  return table;
}
