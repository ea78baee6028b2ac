import type { Random } from '@myocast/base';
import type { Outcome } from '@myocast/predictors';
import { ridgeLogistic } from './ridge-logistic.ts';

/** Person-periods and standardised columns of the training rows, index for index. */
export interface WideData {
  /** [n, p] standardised columns, 0 where missing */
  readonly columns: ArrayLike<number>;
  readonly p: number;
  /** [n, k, causes + 1] */
  readonly periods: Float64Array;
  readonly intervals: number;
  readonly outcome: Pick<Outcome, 'causes' | 'compositeCauses'>;
}

/** A linear hazard regression of the composite: logit of the hazard in interval k = intercept[k] + x'slopes. */
export interface WideFit {
  readonly intercepts: Float64Array;
  /** [p] */
  readonly slopes: Float64Array;
}

/** The ridge penalties that are tried, as multiples of the number of events. */
const strengths = [0.1, 0.3, 1, 3, 10, 30, 1000];

/**
 * Ridge regression of the composite's discrete hazards on the columns: logistic
 * regression of person-periods in which a survived share of an interval counts
 * for that share. Other causes end the observation like a censoring.
 *
 * @param members indices of the subjects to fit to
 * @param penalty ridge penalty of each slope
 */
export function fitWide(data: WideData, members: readonly number[], penalty: number): WideFit {
  const { p, intervals } = data;
  const q = intervals + p;
  const m = members.length * intervals;
  const design = new Float64Array(m * q);
  const target = new Float64Array(m);
  const weight = new Float64Array(m);
  for (const [place, index] of members.entries()) {
    for (let k = 0; k < intervals; k++) {
      const line = place * intervals + k;
      const { events, others } = compositeCell(data, index, k);
      target[line] = events > 0 ? 1 : 0;
      weight[line] = events + others;
      design[line * q + k] = 1;
      for (let j = 0; j < p; j++) design[line * q + intervals + j] = data.columns[index * p + j]!;
    }
  }
  const penalties = Float64Array.from({ length: q }, (_, j) => (j < intervals ? 0 : penalty));
  const coefficients = ridgeLogistic({ design, target, weight, penalty: penalties });
  return { intercepts: coefficients.slice(0, intervals), slopes: coefficients.slice(intervals) };
}

/** Minus the log-likelihood of the composite for these subjects. */
export function wideLoss(data: WideData, fit: WideFit, members: readonly number[]): number {
  let total = 0;
  for (const index of members) {
    let score = 0;
    for (let j = 0; j < data.p; j++) score += data.columns[index * data.p + j]! * fit.slopes[j]!;
    for (let k = 0; k < data.intervals; k++) {
      const { events, others } = compositeCell(data, index, k);
      const eta = score + fit.intercepts[k]!;
      total += (events + others) * Math.log1p(Math.exp(-Math.abs(eta)));
      total += events * Math.max(-eta, 0) + others * Math.max(eta, 0);
    }
  }
  return total;
}

/**
 * The penalty with the smallest loss on parts that were left out in turn.
 *
 * @param parts a partition of the subjects
 */
export function choosePenalty(data: WideData, parts: readonly (readonly number[])[]): number {
  const everyone = parts.flat();
  let events = 0;
  for (const index of everyone) {
    for (let k = 0; k < data.intervals; k++) events += compositeCell(data, index, k).events;
  }
  const losses = strengths.map((strength) => {
    const penalty = strength * Math.max(events, 1);
    return parts.reduce((sum, part) => {
      const rest = parts.filter((other) => other !== part).flat();
      return sum + wideLoss(data, fitWide(data, rest, penalty), part);
    }, 0);
  });
  return strengths[losses.indexOf(Math.min(...losses))]! * Math.max(events, 1);
}

/**
 * A partition of the subjects into parts with as equal numbers of each cause as possible.
 *
 * @param cause [n]
 */
export function balancedParts(cause: ArrayLike<number>, parts: number, random: Random): number[][] {
  const order = random.permutation(cause.length).sort((a, b) => cause[b]! - cause[a]!);
  const result: number[][] = Array.from({ length: parts }, () => []);
  for (const [place, index] of order.entries()) result[place % parts]!.push(index);
  return result.map((part) => part.sort((a, b) => a - b));
}

/**
 * Logits [k, causes] of a subject whose columns are all average: the composite's
 * intercept shared out by how often each of its causes happened (half an event is
 * added to each, so that none is impossible), and for a competing cause its share
 * of the person-time, the same in every interval's proportion of the composite.
 */
export function baselineLogits(data: WideData, members: readonly number[], fit: WideFit): Float32Array {
  const { causes, compositeCauses } = data.outcome;
  const width = causes.length + 1;
  const counts = causes.map((_, c) =>
    members.reduce((sum, index) => {
      for (let k = 0; k < data.intervals; k++) sum += data.periods[(index * data.intervals + k) * width + c]!;
      return sum;
    }, 0.5),
  );
  const composite = causes.reduce(
    (sum, name, c) => sum + (compositeCauses.includes(name) ? counts[c]! : 0),
    0,
  );
  const logits = new Float32Array(data.intervals * causes.length);
  for (let k = 0; k < data.intervals; k++) {
    for (let c = 0; c < causes.length; c++) {
      logits[k * causes.length + c] = fit.intercepts[k]! + Math.log(counts[c]! / composite);
    }
  }
  return logits;
}

/** Events of the composite in a person-period, and the share of it without one. */
function compositeCell(data: WideData, index: number, k: number): { events: number; others: number } {
  const { causes, compositeCauses } = data.outcome;
  const cell = (index * data.intervals + k) * (causes.length + 1);
  let events = 0;
  let others = data.periods[cell + causes.length]!;
  for (const [c, name] of causes.entries()) {
    if (compositeCauses.includes(name)) events += data.periods[cell + c]!;
    else others += data.periods[cell + c]!;
  }
  return { events, others };
}
