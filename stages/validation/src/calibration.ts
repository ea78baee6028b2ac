import { aalenJohansen, type FollowUp, incidenceAt, kaplanMeier, takeFollowUp } from '@myocast/survival';
import { absent, observedTo } from './absent.ts';
import type { CalibrationBin, Estimate, ValidationRecord } from './records.ts';

const fewestPerBin = 5;

/**
 * Predicted against observed risk at the horizon, in fifths of the subjects by predicted
 * risk (fewer bins below 25 subjects). The observed risk is the Aalen-Johansen estimate
 * with its 95 % interval.
 *
 * @param incidence [n] predicted cumulative incidence at the horizon
 */
export function calibrationBins(
  incidence: Float64Array,
  followUp: FollowUp,
  horizon: number,
): readonly CalibrationBin[] {
  const bins = Math.max(1, Math.min(5, Math.floor(incidence.length / fewestPerBin)));
  return equalParts(incidence, bins).map((rows) => ({
    subjects: rows.length,
    predicted: rows.reduce((sum, row) => sum + incidence[row]!, 0) / rows.length,
    observed: observedRisk(takeFollowUp(followUp, rows), horizon),
  }));
}

/** Kaplan-Meier curves of the composite by thirds of a risk; each starts with 1 on day 0. */
export function riskThirds(risk: Float64Array, followUp: FollowUp): ValidationRecord['riskGroups'] {
  const names = ['lowest third of risk', 'middle third of risk', 'highest third of risk'];
  if (risk.length < names.length) return [];
  return equalParts(risk, names.length).map((rows, part) => {
    const curve = kaplanMeier(takeFollowUp(followUp, rows));
    return {
      name: names[part]!,
      subjects: rows.length,
      timesDays: [0, ...curve.days],
      survival: [1, ...curve.survival],
      atRisk: [rows.length, ...curve.atRisk],
    };
  });
}

/** Cumulative incidence by the horizon (Aalen-Johansen) with its 95 % interval. */
export function observedRisk(followUp: FollowUp, horizon: number): Estimate {
  if (!observedTo(followUp, horizon)) return absent('nobody of this part was followed to the horizon');
  const curve = aalenJohansen(followUp);
  const value = incidenceAt(curve, horizon);
  const at = curve.days.findLastIndex((day) => day <= horizon);
  if (value === 0 || value === 1)
    return { value, low: null, high: null, reason: 'no interval: nobody or everybody had the event' };
  return { value, low: curve.low[at]!, high: curve.high[at]! };
}

/** Rows in ascending order of a value, cut into parts whose sizes differ by one at most. */
function equalParts(values: Float64Array, parts: number): number[][] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
  return Array.from({ length: parts }, (_, part) =>
    order.slice(Math.floor((part * order.length) / parts), Math.floor(((part + 1) * order.length) / parts)),
  );
}
