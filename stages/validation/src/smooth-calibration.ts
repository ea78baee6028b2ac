import type { FollowUp } from '@myocast/survival';
import { calibrationBand } from '@myocast/survival/calibration';
import { fewestForCurve, reasonOf } from './horizon-calibration.ts';
import { observedTo } from './absent.ts';
import type { SmoothCalibration } from './records.ts';

const countBins = 100;
/** Subjects at either end whose predicted risks are beyond the curve, where it hangs on single ones. */
const beyondCurve = 5;

/**
 * Smoothed observed against predicted risk at the horizon with its pointwise 95 % band, by a local regression of
 * pseudo-values, and how the predicted risks lie. The curve goes from the fifth lowest to the fifth highest
 * predicted risk; there is none of fewer than 100 subjects.
 *
 * @param incidence [n] predicted cumulative incidence at the horizon
 *
 * Source: gerds2014 (docs/references.bib).
 */
export function smoothCalibration(
  incidence: Float64Array,
  followUp: FollowUp,
  horizon: number,
): SmoothCalibration {
  return { ...curveOf(incidence, followUp, horizon), riskCounts: riskCounts(incidence) };
}

function curveOf(
  incidence: Float64Array,
  followUp: FollowUp,
  horizon: number,
): Omit<SmoothCalibration, 'riskCounts'> {
  const n = incidence.length;
  if (n < fewestForCurve)
    return { curve: null, whyNot: `expected at least ${fewestForCurve} subjects for a curve, found ${n}` };
  if (!observedTo(followUp, horizon))
    return { curve: null, whyNot: 'the follow-up of these subjects does not determine it' };
  const band = calibrationBand(incidence, followUp, horizon);
  if (!band.ok) return { curve: null, whyNot: reasonOf(band) };
  const sorted = incidence.toSorted();
  const [from, to] = [sorted[beyondCurve - 1]!, sorted[n - beyondCurve]!];
  const { predicted } = band.value;
  const within = (values: Float64Array) =>
    [...values].filter((_, k) => predicted[k]! >= from && predicted[k]! <= to);
  const { observed, low, high } = band.value;
  return {
    curve: {
      predicted: within(predicted),
      observed: within(observed),
      low: within(low),
      high: within(high),
    },
  };
}

/** Subjects by predicted risk, in steps of one percent; a risk of 1 is in the last. */
function riskCounts(incidence: Float64Array): number[] {
  const counts = Array.from({ length: countBins }, () => 0);
  for (const risk of incidence) counts[Math.min(countBins - 1, Math.floor(risk * countBins))]! += 1;
  return counts;
}
