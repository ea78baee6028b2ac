import type { Outcome } from '@myocast/predictors';

/** A curve per cause and the survival without any of them, at the interval ends; index 0 is time zero. */
export interface Incidence {
  /** [causes][k + 1] */
  readonly causes: readonly Float64Array[];
  /** [k + 1] probability that no cause has happened yet. */
  readonly eventFree: Float64Array;
}

/**
 * Ends of the discrete time intervals, in days: event times (of any cause) that
 * cut the events into equally large groups, and as the last one the longest
 * follow-up. At least four events fall into an interval, so that a small study
 * gets few of them. Interval j is (end[j - 1], end[j]]; time zero is in the first.
 *
 * Without times (a yes/no outcome) there is one interval, which ends at 1.
 *
 * @param rows the training rows: the ends are fitted and must not see the others
 */
export function fitIntervals(outcome: Outcome, rows: readonly number[], most = 6): readonly number[] {
  const { days, cause } = outcome;
  if (days === null) return [1];
  const last = rows.reduce((longest, row) => Math.max(longest, days[row]!), 0);
  if (!(last > 0)) throw new RangeError('fitIntervals: expected a follow-up above 0 days, got none');
  const events = rows
    .filter((row) => cause[row]! > 0)
    .map((row) => days[row]!)
    .sort((a, b) => a - b);
  const count = Math.max(1, Math.min(most, Math.floor(events.length / 4)));
  const cuts = Array.from({ length: count - 1 }, (_, j) => {
    return events[Math.ceil(((j + 1) * events.length) / count) - 1]!;
  });
  return [...new Set(cuts.filter((cut) => cut > 0 && cut < last)), last];
}

/**
 * What each subject tells about each interval: [n, k, causes + 1]. A 1 at a
 * cause is an event of it in the interval; the last entry is the share of the
 * interval that was survived. It is 1 for an interval lived through to its end,
 * and for a subject censored within it the exact fraction that passed (right for
 * a constant hazard within the interval, as (1 - h)^fraction). Censoring at the
 * end itself counts as lived through; an event at the end belongs to the interval.
 */
export function personPeriods(
  outcome: Outcome,
  rows: readonly number[],
  ends: readonly number[],
): Float64Array {
  const width = outcome.causes.length + 1;
  const periods = new Float64Array(rows.length * ends.length * width);
  for (const [index, row] of rows.entries()) {
    const cause = outcome.cause[row]!;
    const days = outcome.days === null ? 1 : outcome.days[row]!;
    for (const [k, end] of ends.entries()) {
      const start = k === 0 ? 0 : ends[k - 1]!;
      const cell = (index * ends.length + k) * width;
      if (days <= end && cause > 0) {
        periods[cell + cause - 1] = 1;
        break;
      }
      periods[cell + width - 1] = Math.max(0, Math.min(1, (days - start) / (end - start)));
      if (days < end) break;
    }
  }
  return periods;
}

/**
 * Minus the log-likelihood of person-periods under cause-specific discrete hazards.
 *
 * @param hazards [n, k, causes] probability of each cause in an interval, given that none came before
 * @param periods [n, k, causes + 1] as `personPeriods` gives them
 */
export function negativeLogLikelihood(
  hazards: Float64Array,
  periods: Float64Array,
  causeCount: number,
): number {
  const width = causeCount + 1;
  const cells = periods.length / width;
  if (hazards.length !== cells * causeCount)
    throw new RangeError(
      `negativeLogLikelihood: expected ${cells * causeCount} hazards, got ${hazards.length}`,
    );
  let total = 0;
  for (let cell = 0; cell < cells; cell++) {
    let none = 1;
    for (let c = 0; c < causeCount; c++) {
      const hazard = hazards[cell * causeCount + c]!;
      none -= hazard;
      const events = periods[cell * width + c]!;
      if (events > 0) total -= events * Math.log(hazard);
    }
    const survived = periods[cell * width + causeCount]!;
    if (survived > 0) total -= survived * Math.log(none);
  }
  return total;
}

/** The softmax over the causes and "no event" (whose logit is 0): logits [k, causes] to hazards [k, causes]. */
export function hazardsOf(logits: ArrayLike<number>, causeCount: number): Float64Array {
  const hazards = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += causeCount) {
    let largest = 0;
    for (let c = 0; c < causeCount; c++) largest = Math.max(largest, logits[start + c]!);
    let total = Math.exp(-largest);
    for (let c = 0; c < causeCount; c++) total += Math.exp(logits[start + c]! - largest);
    for (let c = 0; c < causeCount; c++) {
      hazards[start + c] = Math.exp(logits[start + c]! - largest) / total;
    }
  }
  return hazards;
}

/**
 * Cumulative incidence of each cause from one subject's hazards [k, causes]:
 * F_c(k) = F_c(k - 1) + S(k - 1) h_c(k), and S(k) = S(k - 1) (1 - sum of h(k)).
 */
export function incidenceOf(hazards: ArrayLike<number>, causeCount: number): Incidence {
  const intervals = hazards.length / causeCount;
  const causes = Array.from({ length: causeCount }, () => new Float64Array(intervals + 1));
  const eventFree = new Float64Array(intervals + 1).fill(1);
  for (let k = 0; k < intervals; k++) {
    let lost = 0;
    for (let c = 0; c < causeCount; c++) {
      const hazard = hazards[k * causeCount + c]!;
      causes[c]![k + 1] = causes[c]![k]! + eventFree[k]! * hazard;
      lost += hazard;
    }
    eventFree[k + 1] = eventFree[k]! * (1 - lost);
  }
  return { causes, eventFree };
}

/**
 * Life-table hazards [k, causes], the maximum of the likelihood without
 * predictors: events of the cause / (events of all causes + shares survived).
 */
export function lifeTable(periods: Float64Array, intervals: number, causeCount: number): Float64Array {
  const width = causeCount + 1;
  const totals = new Float64Array(intervals * width);
  for (const [index, value] of periods.entries()) {
    totals[index % totals.length] = totals[index % totals.length]! + value;
  }
  const hazards = new Float64Array(intervals * causeCount);
  for (let k = 0; k < intervals; k++) {
    const atRisk = totals.subarray(k * width, (k + 1) * width).reduce((sum, value) => sum + value, 0);
    for (let c = 0; c < causeCount; c++) {
      hazards[k * causeCount + c] = atRisk > 0 ? totals[k * width + c]! / atRisk : 0;
    }
  }
  return hazards;
}

/**
 * Cumulative incidences at any times, from one subject's hazards [k, causes] of the
 * intervals that end at `ends`. Within an interval the hazard is constant, as the
 * likelihood has it: a share f of it is survived with (1 - h)^f.
 *
 * @param times rising; those beyond the last end get its value
 */
export function incidenceAt(
  hazards: ArrayLike<number>,
  causeCount: number,
  ends: readonly number[],
  times: readonly number[],
): Incidence {
  const whole = incidenceOf(hazards, causeCount);
  const causes = Array.from({ length: causeCount }, () => new Float64Array(times.length));
  const eventFree = new Float64Array(times.length);
  for (const [place, time] of times.entries()) {
    const found = ends.findIndex((end) => time <= end);
    const k = found < 0 ? ends.length - 1 : found;
    const start = k === 0 ? 0 : ends[k - 1]!;
    const share = Math.max(0, Math.min(1, (time - start) / (ends[k]! - start)));
    const own = Array.from({ length: causeCount }, (_, c) => hazards[k * causeCount + c]!);
    const lost = own.reduce((sum, hazard) => sum + hazard, 0);
    const before = whole.eventFree[k]!;
    const gone = before * (1 - (1 - Math.min(lost, 1)) ** share);
    eventFree[place] = before - gone;
    for (const [c, hazard] of own.entries())
      causes[c]![place] = whole.causes[c]![k]! + (lost > 0 ? (gone * hazard) / lost : 0);
  }
  return { causes, eventFree };
}

/**
 * A curve that is known at interval ends, read at any time: linear in between,
 * and held at its last value after the last end, where nobody was observed.
 */
export function curveAt(timesDays: readonly number[], curve: ArrayLike<number>, days: number): number {
  if (days <= timesDays[0]!) return curve[0]!;
  for (let k = 1; k < timesDays.length; k++) {
    const [start, end] = [timesDays[k - 1]!, timesDays[k]!];
    if (days <= end) return curve[k - 1]! + ((curve[k]! - curve[k - 1]!) * (days - start)) / (end - start);
  }
  return curve[timesDays.length - 1]!;
}
