import type { Outcome } from '@myocast/predictors';
import { ridgeLogistic } from './ridge-logistic.ts';

type Causes = Pick<Outcome, 'causes' | 'compositeCauses'>;

/**
 * How the composite's logits are moved so that what is forecast is what happens:
 * centre[k] + intercept + slope (logit - centre[k]).
 */
export interface Calibration {
  readonly intercept: number;
  readonly slope: number;
  /** [k] mean logit of the composite's hazard among the training rows */
  readonly centre: readonly number[];
}

/** Precision of the prior around a slope of 1, of standard deviation 0.15: few events tell little of a slope. */
const ownSlopePenalty = 44;
/**
 * The same, of standard deviation 0.3, where trees are heard: the mean of two forecasts is less
 * spread than either, so that a slope above 1 is to be expected.
 */
const mixtureSlopePenalty = 11;
const slopePenaltyOf = (treesWeight: number) => (treesWeight > 0 ? mixtureSlopePenalty : ownSlopePenalty);
const interceptPenalty = 4;

/**
 * Fits the calibration to what was forecast for subjects by members that had not seen them.
 *
 * @param logits [n, k] of the composite's hazards
 * @param periods [n, k, causes + 1]
 * @param treesWeight share of survival trees in the logits
 *
 * Source: cox1958 (docs/references.bib), logistic recalibration.
 */
export function calibrationOf(
  logits: Float64Array,
  periods: Float64Array,
  intervals: number,
  outcome: Causes,
  treesWeight: number,
): Calibration {
  const centre = meanLogits(logits, intervals);
  const design = new Float64Array(2 * logits.length);
  for (const [cell, logit] of logits.entries()) {
    design[2 * cell] = 1;
    design[2 * cell + 1] = logit - centre[cell % intervals]!;
  }
  const [intercept, slope] = ridgeLogistic({
    design,
    ...compositePeriods(periods, outcome),
    // What is fitted is how far intercept and slope are from 0 and 1.
    offset: logits,
    penalty: Float64Array.of(interceptPenalty, slopePenaltyOf(treesWeight)),
  });
  return { intercept: intercept!, slope: 1 + slope!, centre };
}

/** [k] mean of logits [n, k] */
export function meanLogits(logits: Float64Array, intervals: number): number[] {
  const n = logits.length / intervals;
  return Array.from({ length: intervals }, (_, k) => {
    let sum = 0;
    for (let index = 0; index < n; index++) sum += logits[index * intervals + k]!;
    return sum / n;
  });
}

/** What a calibration is fitted by: minus the log-likelihood of the calibrated logits [n, k], and of what it departs from no change. */
export function calibrationLoss(
  logits: Float64Array,
  { intercept, slope, centre }: Calibration,
  periods: Float64Array,
  outcome: Causes,
  treesWeight: number,
): number {
  const { target, weight } = compositePeriods(periods, outcome);
  let total = (interceptPenalty * intercept ** 2 + slopePenaltyOf(treesWeight) * (slope - 1) ** 2) / 2;
  for (const [cell, logit] of logits.entries()) {
    const average = centre[cell % centre.length]!;
    const eta = average + intercept + slope * (logit - average);
    const logOne = Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)));
    total += weight[cell]! * (logOne - target[cell]! * eta);
  }
  return total;
}

/** Of each subject and interval [n, k] whether the composite happened, and how much the interval counts. */
function compositePeriods(periods: Float64Array, outcome: Causes) {
  const width = outcome.causes.length + 1;
  const own = compositeOf(outcome);
  const [target, weight] = [
    new Float64Array(periods.length / width),
    new Float64Array(periods.length / width),
  ];
  for (const cell of target.keys()) {
    for (let c = 0; c < width; c++) weight[cell]! += periods[cell * width + c]!;
    target[cell] = own.some((c) => periods[cell * width + c]! > 0) ? 1 : 0;
  }
  return { target, weight };
}

/** Places of the composite's causes among the causes. */
export function compositeOf({ causes, compositeCauses }: Causes): number[] {
  return causes.flatMap((name, c) => (compositeCauses.includes(name) ? [c] : []));
}

/**
 * Logit of the composite's hazard in each interval, from the causes' logits of one
 * subject [k, causes] (no event has logit 0).
 */
export function compositeLogits(logits: ArrayLike<number>, outcome: Causes): Float64Array {
  const count = outcome.causes.length;
  const own = compositeOf(outcome);
  return Float64Array.from({ length: logits.length / count }, (_, k) => {
    let [inside, outside] = [0, 1];
    for (let c = 0; c < count; c++) {
      const odds = Math.exp(Math.min(logits[k * count + c]!, 30));
      if (own.includes(c)) inside += odds;
      else outside += odds;
    }
    return Math.log(Math.max(inside, 1e-300) / outside);
  });
}

/** The causes' logits of one subject with the composite's calibrated, and moved by `shift` more. */
export function calibrated(
  logits: ArrayLike<number>,
  { intercept, slope, centre }: Calibration,
  outcome: Causes,
  shift = 0,
): Float64Array {
  return moveComposite(logits, outcome, (logit, k) => intercept + (slope - 1) * (logit - centre[k]!) + shift);
}

/** The causes' logits of one subject [k, causes], those of the composite moved so that the composite's moves by so much. */
export function moveComposite(
  logits: ArrayLike<number>,
  outcome: Causes,
  by: (logit: number, k: number) => number,
): Float64Array {
  const moved = Float64Array.from(logits);
  const own = compositeOf(outcome);
  for (const [k, logit] of compositeLogits(logits, outcome).entries()) {
    const step = by(logit, k);
    for (const c of own) moved[k * outcome.causes.length + c]! += step;
  }
  return moved;
}
