import type { Random } from '@myocast/base';
import type { Outcome } from '@myocast/predictors';
import { ridgeFit, ridgeLogistic, type RidgeProblem } from './ridge-logistic.ts';

/** Person-periods, standardised columns and published scores of the training rows, index for index. */
export interface WideData {
  /** [n, p] standardised columns, 0 where missing, and behind them their bends where there are curves */
  readonly columns: ArrayLike<number>;
  readonly p: number;
  /** [n, g] published scores; g may be 0 */
  readonly scores: Float64Array;
  readonly g: number;
  /** [n, k, causes + 1] */
  readonly periods: Float64Array;
  readonly intervals: number;
  readonly outcome: Pick<Outcome, 'causes' | 'compositeCauses'>;
}

/**
 * A linear hazard regression of the composite: logit of the hazard in interval
 * k = intercept[k] + scores'scoreWeights + x'slopes.
 */
export interface WideFit {
  readonly intercepts: Float64Array;
  /** [g] */
  readonly scoreWeights: Float64Array;
  /** [p] */
  readonly slopes: Float64Array;
}

/** The ridge penalties that are tried, as multiples of the number of events. */
const strengths = [0.1, 1, 3, 6, 12, 30, 1000];

/** Of a published score's weight: a prior of standard deviation 0.7, as wide as published effects vary. */
const scorePenalty = 2;

/**
 * Ridge regression of the composite's discrete hazards on scores and columns: logistic
 * regression of person-periods in which a survived share of an interval counts
 * for that share. Other causes end the observation like a censoring.
 *
 * @param members indices of the subjects to fit to
 * @param penalty ridge penalty of each slope
 */
export function fitWide(data: WideData, members: readonly number[], penalty: number): WideFit {
  return wideFitOf(data, ridgeLogistic(wideProblem(data, members, penalty)));
}

/** The same with the posterior's covariance over [intercepts, score weights, slopes]. */
export function fitWideWithPosterior(data: WideData, members: readonly number[], penalty: number) {
  const fit = ridgeFit(wideProblem(data, members, penalty));
  return { ...fit, wide: wideFitOf(data, fit.coefficients) };
}

function wideFitOf({ intervals, g }: WideData, coefficients: Float64Array): WideFit {
  return {
    intercepts: coefficients.slice(0, intervals),
    scoreWeights: coefficients.slice(intervals, intervals + g),
    slopes: coefficients.slice(intervals + g),
  };
}

/** The person-periods of these subjects, interval by interval of each: intercepts, scores, columns. */
export function wideProblem(data: WideData, members: readonly number[], penalty: number): RidgeProblem {
  const { p, g, intervals } = data;
  const q = intervals + g + p;
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
      fillPredictors(data, index, design, line * q + intervals);
    }
  }
  return { design, target, weight, penalty: widePenalties(data, intervals, penalty) };
}

/** Scores, then columns, of a subject. */
function fillPredictors(
  { scores, columns, g, p }: WideData,
  index: number,
  design: Float64Array,
  at: number,
) {
  for (let j = 0; j < g; j++) design[at + j] = scores[index * g + j]!;
  for (let j = 0; j < p; j++) design[at + g + j] = columns[index * p + j]!;
}

/** Of intercepts, score weights and slopes. */
export function widePenalties(
  shape: Pick<WideData, 'g' | 'p'>,
  intervals: number,
  slopes: number,
): Float64Array {
  return penaltiesOf(shape, intervals, 0, slopes);
}

function penaltiesOf(
  { g, p }: Pick<WideData, 'g' | 'p'>,
  first: number,
  own: number,
  slopes: number,
): Float64Array {
  return Float64Array.from({ length: first + g + p }, (_, j) =>
    j < first ? own : j < first + g ? scorePenalty : slopes,
  );
}

/** Of a cause's departures from the composite's slopes: twice as stiff as those. */
const departure = 2;

/** How a cause differs from the composite: it is added to the composite's logit, or for a competing cause stands alone. */
export interface CauseFit {
  readonly intercept: number;
  /** [g] */
  readonly scoreWeights: Float64Array;
  /** [p] */
  readonly slopes: Float64Array;
}

/**
 * Each cause's own intercept, score weights and slopes beside those of the composite
 * (of which a competing cause takes the intercepts alone).
 */
export function fitCauses(
  data: WideData,
  members: readonly number[],
  wide: WideFit,
  penalty: number,
): readonly CauseFit[] {
  return data.outcome.causes.map((name, c) => {
    const ofComposite = data.outcome.compositeCauses.includes(name);
    const found = ridgeLogistic(causeProblem(data, members, wide, penalty, c, ofComposite));
    return {
      intercept: found[0]!,
      scoreWeights: found.slice(1, 1 + data.g),
      slopes: found.slice(1 + data.g),
    };
  });
}

function causeProblem(
  data: WideData,
  members: readonly number[],
  wide: WideFit,
  penalty: number,
  cause: number,
  ofComposite: boolean,
): RidgeProblem {
  const { p, g, intervals, outcome } = data;
  const q = 1 + g + p;
  const m = members.length * intervals;
  const [design, target] = [new Float64Array(m * q), new Float64Array(m)];
  const [weight, offset] = [new Float64Array(m), new Float64Array(m)];
  const width = outcome.causes.length + 1;
  for (const [place, index] of members.entries()) {
    const risk = ofComposite ? riskOf(data, wide, index) : 0;
    for (let k = 0; k < intervals; k++) {
      const line = place * intervals + k;
      const cell = (index * intervals + k) * width;
      for (let other = 0; other < width; other++) weight[line]! += data.periods[cell + other]!;
      target[line] = data.periods[cell + cause]! > 0 ? 1 : 0;
      offset[line] = wide.intercepts[k]! + risk;
      design[line * q] = 1;
      fillPredictors(data, index, design, line * q + 1);
    }
  }
  // Half an event's worth of doubt keeps the intercept of a cause that never happened finite.
  return { design, target, weight, offset, penalty: penaltiesOf(data, 1, 0.1, departure * penalty) };
}

/** scores'scoreWeights + x'slopes */
function riskOf({ scores, columns, g, p }: WideData, wide: WideFit, index: number): number {
  let risk = 0;
  for (let j = 0; j < g; j++) risk += scores[index * g + j]! * wide.scoreWeights[j]!;
  for (let j = 0; j < p; j++) risk += columns[index * p + j]! * wide.slopes[j]!;
  return risk;
}

/** Minus the log-likelihood of the composite for these subjects. */
export function wideLoss(data: WideData, fit: WideFit, members: readonly number[]): number {
  let total = 0;
  for (const index of members) {
    const score = riskOf(data, fit, index);
    for (let k = 0; k < data.intervals; k++) {
      const { events, others } = compositeCell(data, index, k);
      const eta = score + fit.intercepts[k]!;
      total += (events + others) * Math.log1p(Math.exp(-Math.abs(eta)));
      total += events * Math.max(-eta, 0) + others * Math.max(eta, 0);
    }
  }
  return total;
}

/** What inner cross-validation chose. */
export interface WideChoice {
  readonly penalty: number;
  /** Which of the ways of laying out the data. */
  readonly way: number;
}

/** Of choices that the parts left out cannot tell apart, the stiffest is taken: within this many standard deviations between partitions. */
const indistinct = 0.25;

/**
 * The penalty, and one of several ways to lay out the same subjects (with published
 * scores or without, with curves or without), by the loss on parts that were left out
 * in turn: of those within a quarter of a standard deviation of the best, the one that leaves
 * least to the data.
 *
 * @param ways the one that leaves least to the data first
 * @param partitions of the subjects, several of them: one alone decides by chance
 */
export function chooseWide(
  ways: readonly WideData[],
  partitions: readonly (readonly (readonly number[])[])[],
): WideChoice {
  const events = eventsOf(ways[0]!, partitions[0]!.flat());
  // From the stiffest on.
  const penalties = strengths.toReversed().map((strength) => strength * events);
  const losses = ways.map((data) => lossesOf(data, partitions, penalties));
  const candidates = penalties.flatMap((penalty, at) =>
    ways.map((_, way) => ({ way, penalty, losses: losses[way]![at]! })),
  );
  const total = (own: readonly number[]) => own.reduce((sum, loss) => sum + loss, 0);
  const best = candidates.reduce((least, one) => (total(one.losses) < total(least.losses) ? one : least));
  const { way, penalty } = candidates.find(({ losses: own }) => excess(own, best.losses) <= indistinct)!;
  return { way, penalty };
}

/** [penalties][partitions]: the loss on the parts left out, summed over a partition. */
function lossesOf(
  data: WideData,
  partitions: readonly (readonly (readonly number[])[])[],
  penalties: readonly number[],
): number[][] {
  const losses = penalties.map(() => partitions.map(() => 0));
  for (const [place, parts] of partitions.entries()) {
    for (const part of parts) {
      const rest = parts.filter((other) => other !== part).flat();
      let start: Float64Array | undefined;
      for (const [at, penalty] of penalties.entries()) {
        start = ridgeLogistic({ ...wideProblem(data, rest, penalty), start });
        losses[at]![place]! += wideLoss(data, wideFitOf(data, start), part);
      }
    }
  }
  return losses;
}

/** By how many standard deviations of a partition's difference a loss lies above the best, on average. */
function excess(losses: readonly number[], best: readonly number[]): number {
  const differences = losses.map((loss, place) => loss - best[place]!);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, differences.length - 1));
  return mean <= 0 ? 0 : deviation === 0 ? Infinity : mean / deviation;
}

/** Events of the composite among these subjects, at least 1. */
export function eventsOf(data: WideData, members: readonly number[]): number {
  let events = 0;
  for (const index of members)
    for (let k = 0; k < data.intervals; k++) events += compositeCell(data, index, k).events;
  return Math.max(1, events);
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

/** Logits [k, causes] of a subject whose columns are all average. */
export function baselineLogits({ intercepts }: WideFit, causes: readonly CauseFit[]): Float32Array {
  const logits = new Float32Array(intercepts.length * causes.length);
  for (const [k, intercept] of intercepts.entries())
    for (const [c, cause] of causes.entries()) logits[k * causes.length + c] = intercept + cause.intercept;
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
