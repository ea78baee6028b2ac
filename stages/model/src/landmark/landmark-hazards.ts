import type { Outcome } from '@myocast/predictors';
import { ridgeFit, ridgeLogistic, type RidgeProblem } from '../ridge-logistic.ts';
import {
  baseOfPeriod,
  featuresOfPeriod,
  type LandmarkData,
  logSumOf,
  placesOf,
  weighed,
} from './landmark-data.ts';
import type { LandmarkModel } from './landmark-model.ts';

type Effects = Pick<LandmarkModel, 'composite' | 'causes'>;

/** Of a cause's departures: twice as stiff as the composite's effects, as in the baseline. */
const departure = 2;

/** Rounds in which each cause of the composite is fitted beside the others as they were last. */
const sweeps = 8;

/**
 * Regression of the periods that satisfy `takes` on the terms. What a period adds to
 * the linear predictor besides is its `offset`.
 */
function problemOf(
  data: LandmarkData,
  penalty: Float64Array,
  takes: (cell: number) => boolean,
  isEvent: (cause: number) => boolean,
  offset: (cell: number) => number,
): RidgeProblem {
  const { periods, q } = data;
  const cells = [...periods.row.keys()].filter(takes);
  const design = new Float64Array(cells.length * q);
  for (const [line, cell] of cells.entries()) design.set(featuresOfPeriod(data, cell), line * q);
  return {
    design,
    target: Float64Array.from(cells, (cell) =>
      isEvent(periods.cause[cell]!) ? 1 / periods.exposure[cell]! : 0,
    ),
    weight: Float64Array.from(cells, (cell) => periods.exposure[cell]!),
    offset: Float64Array.from(cells, offset),
    penalty,
  };
}

/** Whether each period, by cause code, ended in the composite. */
function isComposite({ outcome }: LandmarkData): (cause: number) => boolean {
  const { inside } = placesOf(outcome);
  return (cause) => cause > 0 && inside.includes(cause - 1);
}

/** The baseline's logit of the composite in a period. */
function compositeOffset(data: LandmarkData): (cell: number) => number {
  const { inside, outside } = placesOf(data.outcome);
  return (cell) => {
    const logits = baseOfPeriod(data, cell);
    const at = (place: number) => logits[place]!;
    return logSumOf(inside, at) - Math.log1p(Math.exp(logSumOf(outside, at)));
  };
}

/**
 * How far the composite's effects [q] are from those expected, of the periods of these subjects, all where not given.
 *
 * @param penalty [q]
 */
export function compositeProblem(
  data: LandmarkData,
  penalty: Float64Array,
  subjects?: ReadonlySet<number>,
): RidgeProblem {
  const { stack, periods } = data;
  const takes = (cell: number) => subjects?.has(stack.subject[periods.row[cell]!]!) ?? true;
  const base = compositeOffset(data);
  const offset = (cell: number) => base(cell) + weighed(featuresOfPeriod(data, cell), data.expected);
  return problemOf(data, penalty, takes, isComposite(data), offset);
}

/** Effects [q] that are so far from those expected. */
export function effectsFrom({ expected }: LandmarkData, distance: Float64Array): Float64Array {
  return distance.map((own, j) => own + expected[j]!);
}

/** Minus the composite's log-likelihood of each subject: [n], 0 of those without periods. */
export function lossBySubject(data: LandmarkData, effects: ArrayLike<number>): Float64Array {
  const { stack, periods, base, intervals, outcome } = data;
  const losses = new Float64Array(base.length / (intervals * outcome.causes.length));
  const [inComposite, offset] = [isComposite(data), compositeOffset(data)];
  for (const cell of periods.row.keys()) {
    const eta = offset(cell) + weighed(featuresOfPeriod(data, cell), effects);
    const trials = periods.exposure[cell]! * (Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta))));
    losses[stack.subject[periods.row[cell]!]!]! += trials - (inComposite(periods.cause[cell]!) ? eta : 0);
  }
  return losses;
}

/**
 * Effects on the composite, with their covariance: the sandwich of sums by subject, whose
 * rows repeat each other, and the prior, which counts as often as the rows do.
 *
 * @param copies at how many landmarks an event counts on average
 *
 * Source: vanhouwelingen2007, lin1989 (docs/references.bib).
 */
export function fitComposite(
  data: LandmarkData,
  penalty: Float64Array,
  copies: number,
): { readonly effects: Float64Array; readonly covariance: Float64Array } {
  const problem = compositeProblem(data, penalty);
  const { coefficients, covariance } = ridgeFit(problem);
  const middle = scoreProducts(data, problem, coefficients);
  for (let j = 0; j < data.q; j++) middle[j * data.q + j]! += copies * penalty[j]!;
  return { effects: effectsFrom(data, coefficients), covariance: sandwich(covariance, middle, data.q) };
}

/** The sum over subjects of u u', u being the subject's gradient of the log-likelihood: [q, q]. */
function scoreProducts(
  { stack, periods, q, base, intervals, outcome }: LandmarkData,
  { design, target, weight, offset }: RidgeProblem,
  coefficients: Float64Array,
): Float64Array {
  const n = base.length / (intervals * outcome.causes.length);
  const scores = new Float64Array(n * q);
  for (const [line, row] of periods.row.entries()) {
    const x = design.subarray(line * q, (line + 1) * q);
    const probability = 1 / (1 + Math.exp(-offset![line]! - weighed(x, coefficients)));
    const residual = weight[line]! * (target[line]! - probability);
    for (let j = 0; j < q; j++) scores[stack.subject[row]! * q + j]! += residual * x[j]!;
  }
  const products = new Float64Array(q * q);
  for (let subject = 0; subject < n; subject++)
    for (let i = 0; i < q; i++)
      for (let j = 0; j < q; j++) products[i * q + j]! += scores[subject * q + i]! * scores[subject * q + j]!;
  return products;
}

/** B M B of symmetric B [q, q]. */
function sandwich(bread: Float64Array, middle: Float64Array, q: number): Float64Array {
  const product = (a: Float64Array, b: Float64Array) =>
    Float64Array.from({ length: q * q }, (_, cell) => {
      let sum = 0;
      for (let k = 0; k < q; k++) sum += a[Math.floor(cell / q) * q + k]! * b[k * q + (cell % q)]!;
      return sum;
    });
  return product(product(bread, middle), bread);
}

/** Each cause's effects beside those of the composite. */
export function fitLandmarkCauses(
  data: LandmarkData,
  composite: Float64Array,
  penalty: Float64Array,
): LandmarkModel['causes'] {
  const { causes } = data.outcome;
  const { inside, outside } = placesOf(data.outcome);
  const stiff = penalty.map((own) => departure * own);
  const found = [
    ...(inside.length > 1 ? sharesOf(data, inside, stiff) : inside.map(() => new Float64Array(data.q))),
    ...outside.map((place) => competing(data, composite, place, stiff)),
  ];
  return Object.fromEntries(
    [...inside, ...outside].map((place, at) => [causes[place]!, Array.from(found[at]!)]),
  );
}

/** Which cause an event of the composite is of: multinomial regression of those events alone. */
function sharesOf(data: LandmarkData, inside: readonly number[], penalty: Float64Array): Float64Array[] {
  const effects: Float64Array[] = inside.map(() => new Float64Array(data.q));
  const happened = (cell: number) => inside.includes(data.periods.cause[cell]! - 1);
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (const [at, place] of inside.entries()) {
      const others = inside.filter((other) => other !== place);
      const offset = (cell: number) => {
        const [logits, x] = [baseOfPeriod(data, cell), featuresOfPeriod(data, cell)];
        return (
          logits[place]! -
          logSumOf(others, (other) => logits[other]! + weighed(x, effects[inside.indexOf(other)]!))
        );
      };
      const problem = problemOf(data, penalty, happened, (cause) => cause === place + 1, offset);
      // Given that one came, when it came says nothing: each counts as one trial.
      const once = { target: problem.target.map(Math.sign), weight: problem.weight.map(() => 1) };
      effects[at] = ridgeLogistic({ ...problem, ...once, start: effects[at] });
    }
  return effects;
}

/** A cause that competes with the composite, beside everything else. */
function competing(data: LandmarkData, composite: Float64Array, place: number, penalty: Float64Array) {
  const { inside, outside } = placesOf(data.outcome);
  const offset = (cell: number) => {
    const logits = baseOfPeriod(data, cell);
    const shift = weighed(featuresOfPeriod(data, cell), composite);
    const moved = (other: number) => logits[other]! + (inside.includes(other) ? shift : 0);
    const others = [...inside, ...outside].filter((other) => other !== place);
    return logits[place]! - Math.log1p(Math.exp(logSumOf(others, moved)));
  };
  return ridgeLogistic(
    problemOf(
      data,
      penalty,
      () => true,
      (cause) => cause === place + 1,
      offset,
    ),
  );
}

/**
 * The causes' logits [k, causes] of a subject after a landmark. The composite's odds are
 * moved by its own effects and by `shift`; its causes share them out.
 *
 * @param logits [k, causes] the baseline's, calibrated
 * @param x [q] values of the terms
 */
export function movedLogits(
  logits: ArrayLike<number>,
  { composite, causes }: Effects,
  x: ArrayLike<number>,
  outcome: Pick<Outcome, 'causes' | 'compositeCauses'>,
  shift = 0,
): Float64Array {
  const { inside, outside } = placesOf(outcome);
  const width = outcome.causes.length;
  const own = outcome.causes.map((name) => weighed(x, causes[name]!));
  const all = weighed(x, composite) + shift;
  const moved = Float64Array.from(logits);
  for (let start = 0; start < moved.length; start += width) {
    const before = logSumOf(inside, (place) => logits[start + place]!);
    const after = logSumOf(inside, (place) => logits[start + place]! + own[place]!);
    for (const place of inside) moved[start + place]! += all + own[place]! + before - after;
    for (const place of outside) moved[start + place]! += own[place]!;
  }
  return moved;
}

/** Standard deviation that the effects' covariance [q, q] gives the logit of a subject. */
export function effectsSd(covariance: ArrayLike<number>, x: ArrayLike<number>): number {
  const q = x.length;
  let variance = 0;
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) variance += x[i]! * x[j]! * covariance[i * q + j]!;
  return Math.sqrt(Math.max(variance, 0));
}
