import { accepted, type Checked, refused } from '@myocast/base';
import { checkFollowUp, type FollowUp, refuseLateEntry, takeRows } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { notFollowed } from './calibration-slope.ts';
import { localRegression } from './local-regression.ts';
import { pseudoValues } from './pseudo-values.ts';

/** Observed against predicted risk by one day, smoothed, and how far they are apart. */
export interface CalibrationCurve {
  /** [100] evenly from the lowest to the highest predicted risk; one where all are the same */
  readonly predicted: Float64Array;
  /** Smoothed observed risk at these, cut at 0 and 1 */
  readonly observed: Float64Array;
  /** Integrated calibration index: mean over the subjects of |observed - predicted| */
  readonly ici: number;
  /** Its median, 90 % point and maximum */
  readonly e50: number;
  readonly e90: number;
  readonly eMax: number;
}

const gridPoints = 100;
const mostExactRows = 2000;

/**
 * Calibration curve by pseudo-values: a local linear regression of the pseudo-values of the event
 * by day t on the predicted risk. It assumes no model, and
 * serves competing events as well. With more than 2,000 subjects the regression is fitted at 2,000 ranks of
 * the risks and joined by straight lines.
 *
 * @param risk [n] predicted probability of the event by day t, 0 and 1 included
 * @param config.span share of the subjects in each local regression
 * @throws RangeError when lengths differ, a risk is not a probability, there is late entry, or the span is not above 0 and at most 1
 *
 * Source: gerds2014; ICI, E50 and E90 austin2020 (docs/references.bib).
 * Agrees with: R `loess(pseudo ~ risk, degree = 1, span = span, surface = "direct")`.
 */
export function pseudoCalibrationCurve(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { span = 0.33 }: { readonly span?: number } = {},
): Checked<CalibrationCurve> {
  checkFollowUp('pseudoCalibrationCurve', followUp);
  refuseLateEntry('pseudoCalibrationCurve', followUp);
  checkRisks('pseudoCalibrationCurve', risk, followUp.days.length);
  const values = pseudoValues(followUp, t);
  if (values === null) return refused(notFollowed(t));
  const order = Int32Array.from(risk.keys()).sort((a, b) => risk[a]! - risk[b]!);
  const [x, y] = [takeRows(risk, order), takeRows(values, order)];
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  const smooth = (at: Float64Array) => localRegression(x, y, weights, at, span);
  const knots = x.length <= mostExactRows ? x : everyRank(x, mostExactRows);
  const fitted = smooth(knots);
  return accepted(
    curveOf(x, weights, smooth, knots === x ? fitted : x.map((value) => interpolate(knots, fitted, value))),
  );
}

/**
 * @param sorted [n] predicted risks, ascending
 * @param smooth observed risks at ascending predicted ones
 * @param fitted [n] observed risks at the sorted ones
 */
export function curveOf(
  sorted: Float64Array,
  weights: Float64Array,
  smooth: (at: Float64Array) => Float64Array,
  fitted: Float64Array,
): CalibrationCurve {
  const predicted = evenly(sorted[0]!, sorted.at(-1)!);
  const distance = sorted.map((value, at) => Math.abs(inUnit(fitted[at]!) - value));
  let [sum, total, eMax] = [0, 0, 0];
  for (let at = 0; at < distance.length; at++) {
    sum += weights[at]! * distance[at]!;
    total += weights[at]!;
    if (weights[at]! > 0) eMax = Math.max(eMax, distance[at]!);
  }
  return {
    predicted,
    observed: smooth(predicted).map(inUnit),
    ici: sum / total,
    e50: weightedQuantile(distance, weights, 0.5),
    e90: weightedQuantile(distance, weights, 0.9),
    eMax,
  };
}

/** Quantile (R's type 7) of values of which each stands for as many as its weight. */
export function weightedQuantile(values: Float64Array, weights: Float64Array, probability: number): number {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const at = Math.max(0, (total - 1) * probability);
  const ranked = (rank: number) => {
    let below = 0;
    for (const row of order) {
      below += weights[row]!;
      if (below > rank + 1e-9) return values[row]!;
    }
    return values[order.at(-1)!]!;
  };
  const low = ranked(Math.floor(at));
  return low + (at - Math.floor(at)) * (ranked(Math.ceil(at)) - low);
}

function evenly(low: number, high: number): Float64Array {
  if (low === high) return Float64Array.of(low);
  return Float64Array.from({ length: gridPoints }, (_, k) =>
    Math.min(high, low + ((high - low) * k) / (gridPoints - 1)),
  );
}

function everyRank(sorted: Float64Array, points: number): Float64Array {
  return Float64Array.from(
    { length: points },
    (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (points - 1))]!,
  );
}

function interpolate(x: Float64Array, y: Float64Array, at: number): number {
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < at) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || x[low] === at) return y[low]!;
  const share = (at - x[low - 1]!) / (x[low]! - x[low - 1]!);
  return y[low - 1]! + share * (y[low]! - y[low - 1]!);
}

function inUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
