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
    predicted: meanOf(incidence, rows),
    observed: observedRisk(takeFollowUp(followUp, rows), horizon),
  }));
}

/**
 * Kaplan-Meier curves of the composite by thirds of a risk, each starting with 1 on day 0, with mean predicted
 * and observed (Aalen-Johansen) risk at the horizon.
 *
 * @param incidence [n] predicted cumulative incidence at the horizon; null when the model gives none
 */
export function riskThirds(
  risk: Float64Array,
  followUp: FollowUp,
  incidence: Float64Array | null = null,
  horizon: number | null = null,
): ValidationRecord['riskGroups'] {
  const names = ['lowest third of risk', 'middle third of risk', 'highest third of risk'];
  if (risk.length < names.length) return [];
  return equalParts(risk, names.length).map((rows, part) => {
    const own = takeFollowUp(followUp, rows);
    const curve = kaplanMeier(own);
    return {
      name: names[part]!,
      subjects: rows.length,
      timesDays: [0, ...curve.days],
      survival: [1, ...curve.survival],
      low: [1, ...curve.low],
      high: [1, ...curve.high],
      atRisk: [rows.length, ...curve.atRisk],
      ...(incidence === null || horizon === null
        ? {}
        : { horizon: { predicted: meanOf(incidence, rows), observed: observedRisk(own, horizon) } }),
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

function meanOf(values: Float64Array, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
}

/** Rows in ascending order of a value, cut into parts whose sizes differ by one at most. */
function equalParts(values: Float64Array, parts: number): number[][] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
  return Array.from({ length: parts }, (_, part) =>
    order.slice(Math.floor((part * order.length) / parts), Math.floor(((part + 1) * order.length) / parts)),
  );
}
