import type { Forecast } from '@myocast/model';

/** A probability of the composite with the range over the ensemble. */
export interface RiskAt {
  readonly risk: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The composite's cumulative incidence at a time, between two times of the
 * forecast by linear interpolation. Null beyond the last time of the forecast:
 * nothing is extrapolated, but a last time within 1 % of the asked one counts as it.
 */
export function forecastAt(forecast: Forecast, days: number): RiskAt | null {
  const { timesDays, composite } = forecast;
  return riskOrNull(
    curveAt(timesDays, composite.risk, days),
    curveAt(timesDays, composite.low, days),
    curveAt(timesDays, composite.high, days),
  );
}

/** One curve at a time: see `forecastAt`. */
export function curveAt(timesDays: readonly number[], curve: readonly number[], days: number): number | null {
  const last = timesDays.at(-1);
  if (last === undefined || last < days * 0.99) return null;
  const after = timesDays.findIndex((time) => time >= days);
  if (after < 0) return curve.at(-1) ?? null;
  if (after === 0) return curve[0] ?? null;
  const [t0, t1] = [timesDays[after - 1]!, timesDays[after]!];
  const [r0, r1] = [curve[after - 1], curve[after]];
  if (r0 === undefined || r1 === undefined) return null;
  return r0 + ((r1 - r0) * (days - t0)) / (t1 - t0);
}

function riskOrNull(risk: number | null, low: number | null, high: number | null): RiskAt | null {
  return risk === null || low === null || high === null ? null : { risk, low, high };
}
