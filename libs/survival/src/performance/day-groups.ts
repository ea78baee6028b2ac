import type { FollowUp } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';

/**
 * Some rows of a follow-up by ascending day, held flat: a place is a position in that order, and
 * the places of day g are starts[g] to starts[g + 1] - 1.
 */
export interface DayGroups {
  /** [n] row at each place */
  readonly rows: Int32Array;
  /** [k] distinct days, ascending */
  readonly days: Float64Array;
  /** [k + 1] */
  readonly starts: Int32Array;
  /** [n] by place */
  readonly event: Uint8Array;
  readonly weights: Float64Array;
}

export function dayGroups(followUp: FollowUp, among?: Int32Array): DayGroups {
  const times = among ? Float64Array.from(among, (row) => followUp.days[row]!) : followUp.days;
  const order = ascendingOrder(times);
  const rows = among ? order.map((at) => among[at]!) : order;
  const n = rows.length;
  const days = new Float64Array(n);
  const starts = new Int32Array(n + 1);
  let groups = 0;
  for (let place = 0; place < n; place++) {
    const day = followUp.days[rows[place]!]!;
    if (groups > 0 && days[groups - 1] === day) continue;
    days[groups] = day;
    starts[groups++] = place;
  }
  starts[groups] = n;
  const event = new Uint8Array(n);
  const weights = new Float64Array(n).fill(1);
  for (let place = 0; place < n; place++) {
    event[place] = followUp.event[rows[place]!]!;
    if (followUp.weights) weights[place] = followUp.weights[rows[place]!]!;
  }
  return { rows, days: days.slice(0, groups), starts: starts.slice(0, groups + 1), event, weights };
}

/** The first of the days that is t or later; their number where none is. */
export function firstDayFrom(days: Float64Array, t: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
