import { accepted, type Checked } from '@myocast/base';
import { type FollowUp, normalQuantile, takeRows } from '../follow-up.ts';
import { pseudoCalibrationCurve } from './calibration-curve.ts';
import { localRegression, localRegressionShares } from './local-regression.ts';
import { pseudoValues } from './pseudo-values.ts';

/** A smoothed calibration curve with its pointwise 95 % interval. */
export interface CalibrationBand {
  /** [k] ascending */
  readonly predicted: Float64Array;
  /** [k] cut at 0 and 1, as are the ends of the interval */
  readonly observed: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The calibration curve by pseudo-values with a pointwise 95 % interval.
 *
 * The curve at a risk is a weighted sum of the pseudo-values, Σ l y; its variance is taken as
 * Σ l² (y - ŷ)², which lets the spread change with the risk. The interval says nothing of the
 * curve as a whole, nor of the bias of smoothing.
 *
 * @throws RangeError as `pseudoCalibrationCurve`
 *
 * Source: gerds2014; variance white1980 (docs/references.bib).
 */
export function calibrationBand(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { span = 0.33 }: { readonly span?: number } = {},
): Checked<CalibrationBand> {
  const curve = pseudoCalibrationCurve(risk, followUp, t, { span });
  if (!curve.ok) return curve;
  const order = Int32Array.from(risk.keys()).sort((a, b) => risk[a]! - risk[b]!);
  const [x, y] = [takeRows(risk, order), takeRows(pseudoValues(followUp, t)!, order)];
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  const fitted = localRegression(x, y, weights, x, span);
  const squares = y.map((value, row) => (value - fitted[row]!) ** 2);
  const { predicted, observed } = curve.value;
  const smooth = localRegression(x, y, weights, predicted, span);
  const half = localRegressionShares(x, weights, predicted, span).map(({ first, shares }) => {
    const variance = shares.reduce((sum, share, k) => sum + share ** 2 * squares[first + k]!, 0);
    return normalQuantile * Math.sqrt(variance);
  });
  const inUnit = (value: number) => Math.min(1, Math.max(0, value));
  return accepted({
    predicted,
    observed,
    low: smooth.map((value, k) => inUnit(value - half[k]!)),
    high: smooth.map((value, k) => inUnit(value + half[k]!)),
  });
}
