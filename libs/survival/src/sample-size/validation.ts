import { checkShare } from './cox-snell.ts';
import {
  expectation,
  expit,
  type LinearPredictor,
  type Quadrature,
  quadratureOf,
} from './linear-predictor.ts';

/** Widths of 95 % intervals that a validation is to reach. */
export interface ValidationTargets {
  /** Of observed/expected, about `observedExpected`; 0.2 where absent */
  readonly observedExpectedWidth?: number;
  /** 0.2 where absent */
  readonly slopeWidth?: number;
  /** 0.1 where absent */
  readonly concordanceWidth?: number;
  /** Of the standardised net benefit, at most 1; 0.2 where absent */
  readonly netBenefitWidth?: number;
}

export interface BinaryValidationPlan extends ValidationTargets {
  readonly prevalence: number;
  readonly concordance: number;
  readonly linearPredictor: LinearPredictor;
  /** Expected observed/expected; 1 where absent */
  readonly observedExpected?: number;
  /** Treatment threshold of the net benefit; none where absent */
  readonly threshold?: number;
  /** At the threshold; from the distribution of the predictions where absent */
  readonly accuracy?: { readonly sensitivity: number; readonly specificity: number };
}

/** What one measure needs. */
export interface MeasureSize {
  readonly subjects: number;
  readonly events: number;
  /** The standard error that gives the width: of ln(observed/expected), of the others as they are */
  readonly standardError: number;
}

export interface ValidationSampleSize {
  readonly subjects: number;
  readonly events: number;
  readonly measures: {
    readonly observedExpected: MeasureSize;
    readonly slope: MeasureSize;
    readonly concordance: MeasureSize;
    readonly netBenefit: (MeasureSize & { readonly standardised: number }) | null;
  };
}

/** Widths that are aimed at where a plan names none. */
export const usualWidths = {
  observedExpectedWidth: 0.2,
  slopeWidth: 0.2,
  concordanceWidth: 0.1,
  netBenefitWidth: 0.2,
};

/**
 * Least sample size to validate a model of a yes/no outcome, so that each measure has an interval of the width aimed at:
 * observed/expected n = (1 - φ) / (φ SE²); calibration slope from the information of a logistic regression on the
 * log odds; C by Newcombe's error; standardised net benefit from sensitivity and specificity. With 1.96 as in the paper.
 *
 * @throws RangeError when a number is out of its range
 *
 * Source: riley2021b (docs/references.bib). Agrees with: Python pmvalsampsize, up to its simulation.
 */
export function binaryValidationSampleSize(plan: BinaryValidationPlan): ValidationSampleSize {
  const { prevalence, concordance, threshold } = plan;
  const widths = { ...usualWidths, ...plan };
  checkShare('binaryValidationSampleSize', 'a prevalence', prevalence);
  if (!(concordance > 0.5 && concordance < 1))
    throw new RangeError(
      `binaryValidationSampleSize: expected a concordance above 0.5 and below 1, got ${concordance}`,
    );
  const odds = quadratureOf(plan.linearPredictor);
  const sized = (subjects: number, standardError: number): MeasureSize => {
    const whole = Math.ceil(subjects);
    return { subjects: whole, events: Math.ceil(whole * prevalence), standardError };
  };
  const ratio = ratioError(widths.observedExpectedWidth, plan.observedExpected);
  const slope = widths.slopeWidth / (2 * 1.96);
  const rank = widths.concordanceWidth / (2 * 1.96);
  const benefit = threshold === undefined ? null : benefitOf(plan, threshold, odds);
  const benefitError = widths.netBenefitWidth / (2 * 1.96);
  const measures = {
    observedExpected: sized((1 - prevalence) / (prevalence * ratio ** 2), ratio),
    slope: sized(slopeVariance(odds) / slope ** 2, slope),
    concordance: sized(newcombeSubjects(concordance, prevalence, rank), rank),
    netBenefit: benefit && {
      ...sized(benefit.variance / benefitError ** 2, benefitError),
      standardised: benefit.standardised,
    },
  };
  return { ...largest(Object.values(measures)), measures };
}

/** The largest of what the measures need. */
export function largest(measures: readonly (MeasureSize | null)[]): Pick<MeasureSize, 'subjects' | 'events'> {
  let most = { subjects: 0, events: 0 };
  for (const measure of measures)
    if (measure && measure.subjects > most.subjects)
      most = { subjects: measure.subjects, events: measure.events };
  return most;
}

/** Standard error of ln(observed/expected) with which ratio × exp(±1.96 error) has this width. */
export function ratioError(width: number, ratio = 1): number {
  if (!(width > 0 && ratio > 0))
    throw new RangeError(`sample size: expected a width and a ratio above 0, got ${width} and ${ratio}`);
  return Math.asinh(width / (2 * ratio)) / 1.96;
}

/** Variance of the slope for one subject: the information of a logistic regression at intercept 0 and slope 1. */
function slopeVariance(odds: Quadrature): number {
  const moment = (power: number) => expectation(odds, (x) => x ** power * expit(x) * (1 - expit(x)));
  const [a, ab, b] = [moment(0), moment(1), moment(2)];
  return a / (a * b - ab ** 2);
}

/** Newcombe's variance of C among n subjects. */
function newcombeVariance(c: number, prevalence: number, n: number): number {
  const half = n / 2 - 1;
  return (
    (c * (1 - c) * (1 + (half * (1 - c)) / (2 - c) + (half * c) / (1 + c))) /
    (n * n * prevalence * (1 - prevalence))
  );
}

/** It falls with n: the least n by halving. */
function newcombeSubjects(c: number, prevalence: number, error: number): number {
  let [low, high] = [1, 2];
  while (newcombeVariance(c, prevalence, high) > error ** 2) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (newcombeVariance(c, prevalence, middle) > error ** 2) low = middle;
    else high = middle;
  }
  return high;
}

/** Variance of the standardised net benefit for one subject. */
function benefitOf({ prevalence, accuracy }: BinaryValidationPlan, threshold: number, odds: Quadrature) {
  checkShare('binaryValidationSampleSize', 'a threshold', threshold);
  const { sensitivity, specificity } = accuracy ?? accuracyAt(odds, threshold);
  const weight = ((1 - prevalence) / prevalence) * (threshold / (1 - threshold));
  const falsely = 1 - specificity;
  return {
    standardised: sensitivity - falsely * weight,
    variance:
      (sensitivity * (1 - sensitivity)) / prevalence +
      (weight ** 2 * specificity * falsely) / (1 - prevalence) +
      (weight ** 2 * falsely ** 2) / (prevalence * (1 - prevalence)),
  };
}

/** The cell of the threshold counts for the part above it. */
function accuracyAt(odds: Quadrature, threshold: number) {
  const border = Math.log(threshold / (1 - threshold));
  const step = odds.points[1]! - odds.points[0]!;
  const treated = (x: number) => Math.min(1, Math.max(0, (x - border) / step + 0.5));
  const events = expectation(odds, expit);
  return {
    sensitivity: expectation(odds, (x) => treated(x) * expit(x)) / events,
    specificity: expectation(odds, (x) => (1 - treated(x)) * (1 - expit(x))) / (1 - events),
  };
}
