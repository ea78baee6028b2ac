import type { Checked } from '@myocast/base';
import type { FollowUp } from '@myocast/survival';
import {
  calibrationIntercept,
  calibrationSlope,
  type Estimate as LibraryEstimate,
  pseudoCalibrationCurve,
} from '@myocast/survival/calibration';
import { absent, observedTo } from './absent.ts';
import type { Estimate, HorizonCalibration } from './records.ts';

/** A curve through fewer subjects follows their noise. */
export const fewestForCurve = 100;

/**
 * Calibration intercept, slope and integrated calibration index of risks by the horizon, from pseudo-values.
 * Intercept and slope are on the complementary log-log scale with the sandwich interval of their regression,
 * without resampling; the index has no interval, and none is given of fewer than 100 subjects.
 *
 * @param incidence [n] predicted cumulative incidence at the horizon; null when the model gives none
 *
 * Source: vangeloven2022; index austin2020 (docs/references.bib).
 */
export function horizonCalibration(
  incidence: Float64Array | null,
  followUp: FollowUp,
  horizon: number | null,
): HorizonCalibration {
  const whyNot = reasonAgainst(incidence, followUp, horizon);
  if (incidence === null || horizon === null || whyNot !== null) {
    const none = absent(whyNot ?? 'no horizon was set');
    return { calibrationIntercept: none, calibrationSlope: none, ici: none };
  }
  return {
    calibrationIntercept: estimateOf(calibrationIntercept(incidence, followUp, horizon)),
    calibrationSlope: estimateOf(calibrationSlope(incidence, followUp, horizon)),
    ici: calibrationIndex(incidence, followUp, horizon),
  };
}

function reasonAgainst(
  incidence: Float64Array | null,
  followUp: FollowUp,
  horizon: number | null,
): string | null {
  if (horizon === null) return 'no horizon was set';
  if (incidence === null) return 'the model predicts no risk at the horizon';
  return observedTo(followUp, horizon) ? null : 'the follow-up of these subjects does not determine it';
}

function calibrationIndex(incidence: Float64Array, followUp: FollowUp, horizon: number): Estimate {
  if (incidence.length < fewestForCurve)
    return absent(`expected at least ${fewestForCurve} subjects for a curve, found ${incidence.length}`);
  const curve = pseudoCalibrationCurve(incidence, followUp, horizon);
  if (!curve.ok) return absent(reasonOf(curve));
  return { value: curve.value.ici, low: null, high: null };
}

function estimateOf(found: Checked<LibraryEstimate>): Estimate {
  if (!found.ok) return absent(reasonOf(found));
  const { estimate: value, low, high } = found.value;
  return { value, low, high };
}

/** What stood in the way, in the words of the library. */
export function reasonOf(refusal: Checked<unknown>): string {
  return refusal.issues.map(({ message }) => message).join('; ');
}
