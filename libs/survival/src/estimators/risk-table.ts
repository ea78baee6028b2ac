import type { FollowUp } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';

/** Who is under observation, and what happens, on each distinct day of a follow-up; k days. */
export interface RiskTable {
  /** [k] ascending: the days on which somebody's observation ends */
  readonly days: Float64Array;
  /** [k] subjects, by their case weights, who entered before this day and whose time is this day or later */
  readonly atRisk: Float64Array;
  /** [k] subjects with the event of interest on this day */
  readonly events: Float64Array;
  /** [k] subjects with any event, competing ones included */
  readonly anyEvents: Float64Array;
  /** [k] subjects censored on this day */
  readonly censored: Float64Array;
}

/** Counts below this share of the cohort are what rounding leaves of 0. */
const negligible = 1e-13;

/**
 * A row of weight 0 stands for nobody and leaves no day. Where all who are at risk leave on one
 * day, the number at risk is the sum of those who leave to the last bit.
 *
 * @param cause the code that counts as the event of interest
 */
export function riskTable(followUp: FollowUp, cause = 1): RiskTable {
  const { days, event, entryDays, weights } = followUp;
  const order = ascendingOrder(days);
  const most = order.length;
  const day = new Float64Array(most);
  const [events, anyEvents, censored] = [0, 1, 2].map(() => new Float64Array(most)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let size = 0;
  for (let at = 0; at < most; at++) {
    const row = order[at]!;
    const weight = weights === undefined ? 1 : weights[row]!;
    if (weight === 0) continue;
    if (size === 0 || days[row] !== day[size - 1]) day[size++] = days[row]!;
    const code = event[row]!;
    if (code === 0) censored[size - 1]! += weight;
    else anyEvents[size - 1]! += weight;
    if (code === cause) events[size - 1]! += weight;
  }
  const table = {
    days: day.slice(0, size),
    atRisk: new Float64Array(size),
    events: events.slice(0, size),
    anyEvents: anyEvents.slice(0, size),
    censored: censored.slice(0, size),
  };
  countAtRisk(table);
  if (entryDays !== undefined) takeOffLateEntries(table, entryDays, weights);
  return table;
}

function countAtRisk({ atRisk, anyEvents, censored }: RiskTable): void {
  let left = 0;
  for (let k = atRisk.length - 1; k >= 0; k--) {
    left += anyEvents[k]! + censored[k]!;
    atRisk[k] = left;
  }
}

/** Those who enter on day t or later are not yet at risk on day t. */
function takeOffLateEntries(
  { days, atRisk, anyEvents, censored }: RiskTable,
  entryDays: Float64Array,
  weights: Float64Array | undefined,
): void {
  const order = ascendingOrder(entryDays);
  const rounding = negligible * (atRisk[0] ?? 0);
  let toCome = 0;
  let at = order.length - 1;
  for (let k = days.length - 1; k >= 0; k--) {
    for (; at >= 0 && entryDays[order[at]!]! >= days[k]!; at--) toCome += weights?.[order[at]!] ?? 1;
    const present = atRisk[k]! - toCome;
    const leaving = anyEvents[k]! + censored[k]!;
    atRisk[k] = present - leaving > rounding ? present : leaving;
  }
}

/**
 * The stretches of time in which late entry leaves nobody under observation: those at risk
 * before have all left, those after have not entered. An estimate does not change there, and
 * says nothing of what would have happened.
 *
 * @returns [from, to] days, ascending: nobody is at risk on days t with from < t ≤ to
 */
export function riskSetGaps({ days, entryDays, weights }: FollowUp): readonly (readonly [number, number])[] {
  if (entryDays === undefined) return [];
  const gaps: [number, number][] = [];
  let covered = 0;
  for (const row of ascendingOrder(entryDays)) {
    if (weights?.[row] === 0) continue;
    if (entryDays[row]! > covered) gaps.push([covered, entryDays[row]!]);
    covered = Math.max(covered, days[row]!);
  }
  return gaps;
}

/** The numbers, by case weights, under observation on some days: entered before, and followed to the day or longer. */
export function numbersAtRisk(
  { days, entryDays, weights }: FollowUp,
  onDays: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(onDays, (t) => {
    let present = 0;
    for (let row = 0; row < days.length; row++)
      if (days[row]! >= t && (entryDays === undefined || entryDays[row]! < t)) present += weights?.[row] ?? 1;
    return present;
  });
}
