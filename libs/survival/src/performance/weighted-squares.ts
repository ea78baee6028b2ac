import { firstDayFrom } from './day-groups.ts';
import type { CensoredCohort } from './known-at-horizon.ts';

/** A weighted mean over subjects, and what each subject adds to its error. */
export interface WeightedMean {
  readonly mean: number;
  /** [n] by place, with the estimation of the censoring weights; they add up to 0 */
  readonly influence: Float64Array;
}

/** Squared errors of predicted risks, and of predicting everybody the observed risk. */
export interface WeightedSquares {
  readonly prediction: WeightedMean;
  readonly constant: WeightedMean;
}

/**
 * Sum over the days of share times the mean squared error of the risk by that day, with inverse probability
 * of censoring weights: 1 / G(time-) of a subject with an event by day t, 1 / G(t-) of one event-free to its end
 * (censored on it included), 0 of one censored before it.
 *
 * @param risks [k] of [n] by row
 * @param days [k] ascending
 * @returns null when G is 0 just before one of the days, where nothing is known, or all case weights are 0
 *
 * Source: graf1999; the influence blanche2015 (docs/references.bib).
 */
export function weightedSquares(
  cohort: CensoredCohort,
  risks: readonly Float64Array[],
  days: readonly number[],
  shares: readonly number[],
): WeightedSquares | null {
  const horizons = days.map((t, k) => horizonOf(cohort, t, shares[k]!));
  if (!horizons.every(({ inverse }) => Number.isFinite(inverse))) return null;
  if (!cohort.groups.weights.some((weight) => weight > 0)) return null;
  return {
    prediction: meanOf(cohort, squaresOfPrediction(cohort, horizons, risks)),
    constant: meanOf(cohort, squaresOfConstants(cohort, horizons)),
  };
}

interface Horizon {
  readonly t: number;
  readonly share: number;
  /** 1 / G(t-) */
  readonly inverse: number;
  /** First day of the cohort not before t */
  readonly day: number;
  /** Places before `first` have their time before t, those before `last` by t */
  readonly first: number;
  readonly last: number;
}

function horizonOf(
  { groups: { days, starts }, inverseBefore }: CensoredCohort,
  t: number,
  share: number,
): Horizon {
  const day = firstDayFrom(days, t);
  const first = starts[day]!;
  return {
    t,
    share,
    inverse: inverseBefore(t),
    day,
    first,
    last: days[day] === t ? starts[day + 1]! : first,
  };
}

/** Terms of a mean by what divides them, without the case weights. */
interface Squares {
  /** [n] by place, those divided by G(time-) */
  readonly byEvent: Float64Array;
  /** [n] by place, those divided by G at a horizon */
  readonly byHorizon: Float64Array;
  /** [days + 1] the latter times the case weights, summed by the day of the horizon */
  readonly onDay: Float64Array;
}

function noSquares({ groups }: CensoredCohort): Squares {
  const n = groups.rows.length;
  return {
    byEvent: new Float64Array(n),
    byHorizon: new Float64Array(n),
    onDay: new Float64Array(groups.days.length + 1),
  };
}

/** An event on the day of the horizon may have either divisor: G(time-) is G(t-). */
function squaresOfPrediction(
  cohort: CensoredCohort,
  horizons: readonly Horizon[],
  risks: readonly Float64Array[],
): Squares {
  const { rows, weights, event } = cohort.groups;
  const squares = noSquares(cohort);
  const { byEvent, byHorizon, onDay } = squares;
  const outcome = Float64Array.from(event, (code) => (code === 1 ? 1 : 0));
  for (const [k, { share, inverse, day, first, last }] of horizons.entries()) {
    const risk = risks[k]!;
    for (let place = 0; place < first; place++) {
      const error = outcome[place]! - risk[rows[place]!]!;
      byEvent[place]! += share * error * error;
    }
    const factor = share * inverse;
    let mass = 0;
    for (let place = first; place < last; place++) {
      const error = outcome[place]! - risk[rows[place]!]!;
      byHorizon[place]! += factor * error * error;
      mass += weights[place]! * error * error;
    }
    for (let place = last; place < rows.length; place++) {
      const square = risk[rows[place]!]! * risk[rows[place]!]!;
      byHorizon[place]! += factor * square;
      mass += weights[place]! * square;
    }
    onDay[day]! += factor * mass;
  }
  for (let place = 0; place < rows.length; place++) byEvent[place]! *= cohort.inverse[place]!;
  return squares;
}

/**
 * The same of the risk that was observed by each day. A subject's terms depend on its day and event alone, so that
 * sums over the horizons from that day on, and over those before, serve all. The observed risk has the least score
 * of all constants, hence its estimation adds nothing to the influence.
 */
function squaresOfConstants(cohort: CensoredCohort, horizons: readonly Horizon[]): Squares {
  const { event, starts, days } = cohort.groups;
  const squares = noSquares(cohort);
  const count = horizons.length;
  const { withEvent, without, waiting } = sumsOverHorizons(horizons, observedRisks(cohort, horizons));
  const dayOf = (k: number) => horizons[k]?.t ?? Number.POSITIVE_INFINITY;
  let [from, beyond] = [0, 0]; // first horizons on or after the day, and after it
  for (let day = 0; day < days.length; day++) {
    while (dayOf(from) < days[day]!) from++;
    while (dayOf(beyond) <= days[day]!) beyond++;
    for (let place = starts[day]!; place < starts[day + 1]!; place++) {
      squares.byHorizon[place] = waiting[event[place] === 0 ? beyond : from]!;
      const sums = event[place] === 1 ? withEvent : without;
      // beyond the last horizon G may be 0
      if (from < count) squares.byEvent[place] = cohort.inverse[place]! * sums[from]!;
    }
  }
  const eventFree = eventFreeAt(cohort, horizons);
  for (const [k, { day }] of horizons.entries())
    squares.onDay[day]! += eventFree[k]! * (waiting[k + 1]! - waiting[k]!);
  return squares;
}

/** [k] case weight of those who are event-free to the end of each horizon */
function eventFreeAt(cohort: CensoredCohort, horizons: readonly Horizon[]): number[] {
  const { event, weights } = cohort.groups;
  const left = weightLeft(cohort);
  return horizons.map(({ first, last }) => {
    let eventFree = left[first]!;
    for (let place = first; place < last; place++) if (event[place]! > 0) eventFree -= weights[place]!;
    return eventFree;
  });
}

/** [k + 1] squared errors of constants: with the event and without, from a horizon on; of those who wait, before it. */
function sumsOverHorizons(horizons: readonly Horizon[], constants: readonly number[]) {
  const count = horizons.length;
  const withEvent = new Float64Array(count + 1);
  const without = new Float64Array(count + 1);
  const waiting = new Float64Array(count + 1);
  for (let k = count - 1; k >= 0; k--) {
    const constant = constants[k]!;
    withEvent[k] = withEvent[k + 1]! + horizons[k]!.share * (1 - constant) ** 2;
    without[k] = without[k + 1]! + horizons[k]!.share * constant ** 2;
  }
  for (let k = 0; k < count; k++) {
    const { share, inverse } = horizons[k]!;
    waiting[k + 1] = waiting[k]! + share * inverse * constants[k]! ** 2;
  }
  return { withEvent, without, waiting };
}

/** [k] Weighted share with the event by each day: Kaplan-Meier or Aalen-Johansen, when G is of the subjects themselves. */
function observedRisks(cohort: CensoredCohort, horizons: readonly Horizon[]): number[] {
  const { event, weights } = cohort.groups;
  const n = event.length;
  const left = weightLeft(cohort);
  const any = new Float64Array(n + 1); // of the places before
  const own = new Float64Array(n + 1);
  for (let place = 0; place < n; place++) {
    const term = weights[place]! * cohort.inverse[place]!;
    any[place + 1] = any[place]! + term;
    own[place + 1] = own[place]! + (event[place] === 1 ? term : 0);
  }
  return horizons.map(({ inverse, first, last }) => own[last]! / (any[first]! + left[first]! * inverse));
}

/** [n + 1] case weight of a place and those after it */
function weightLeft({ groups: { weights } }: CensoredCohort): Float64Array {
  const left = new Float64Array(weights.length + 1);
  for (let place = weights.length - 1; place >= 0; place--) left[place] = left[place + 1]! + weights[place]!;
  return left;
}

/** Each subject's own term, and what it does to G. */
function meanOf(cohort: CensoredCohort, { byEvent, byHorizon, onDay }: Squares): WeightedMean {
  const { weights } = cohort.groups;
  const n = weights.length;
  let [sum, total] = [0, 0];
  for (let place = 0; place < n; place++) {
    sum += weights[place]! * (byEvent[place]! + byHorizon[place]!);
    total += weights[place]!;
  }
  const mean = sum / total;
  const pulls = onDay.map((value) => value / total);
  for (let place = 0; place < n; place++)
    pulls[cohort.dayOf[place]!]! += (weights[place]! * byEvent[place]!) / total;
  const influence = cohort.influenceOfG(pulls);
  for (let place = 0; place < n; place++)
    influence[place]! += (weights[place]! * (byEvent[place]! + byHorizon[place]! - mean)) / total;
  return { mean, influence };
}

/**
 * Standard error of a mean from its influence by place: a row of case weight w is w subjects, of whom each adds its
 * share to the error. Null for one subject.
 */
export function influenceError(
  { groups: { weights } }: CensoredCohort,
  influence: Float64Array,
): number | null {
  let [sum, total] = [0, 0];
  for (let place = 0; place < influence.length; place++) {
    if (!(weights[place]! > 0)) continue;
    sum += (influence[place]! * influence[place]!) / weights[place]!;
    total += weights[place]!;
  }
  return total > 1 ? Math.sqrt((sum * total) / (total - 1)) : null;
}
