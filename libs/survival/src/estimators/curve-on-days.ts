import type { FollowUp } from '../follow-up.ts';
import type { CumulativeIncidence } from './aalen-johansen.ts';
import type { KaplanMeier } from './kaplan-meier.ts';
import type { NelsonAalen } from './nelson-aalen.ts';
import { numbersAtRisk, riskTable } from './risk-table.ts';

/** What a curve says of one day, with its 95 % interval; null where nobody was followed so long. */
export interface OnDay {
  readonly day: number;
  /** By case weights: entered before the day, and followed to it or longer */
  readonly atRisk: number;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Survival at some days, with the numbers at risk. Null beyond the last day, unless the survival is 0 by then.
 *
 * @param followUp that of the curve
 *
 * Agrees with: R survival `summary(survfit(…), times)`, which leaves out what is null here.
 */
export function survivalOnDays(
  { days, survival, standardError, low, high }: KaplanMeier,
  followUp: FollowUp,
  onDays: readonly number[],
): readonly (OnDay & { readonly survival: number | null })[] {
  const atRisk = numbersAtRisk(followUp, onDays);
  return onDays.map((day, at) => {
    const k = lastPlace(days, day, survival.at(-1) === 0);
    return {
      day,
      atRisk: atRisk[at]!,
      survival: valueAt(survival, k, 1),
      standardError: valueAt(standardError, k, 0),
      low: valueAt(low, k, 1),
      high: valueAt(high, k, 1),
    };
  });
}

/** Cumulative incidence at some days. Null beyond the last day, unless all who were at risk on it had an event. */
export function incidenceOnDays(
  { days, incidence, standardError, low, high }: CumulativeIncidence,
  followUp: FollowUp,
  onDays: readonly number[],
): readonly (OnDay & { readonly incidence: number | null })[] {
  const atRisk = numbersAtRisk(followUp, onDays);
  const table = riskTable(followUp);
  const settled = table.atRisk.at(-1) === table.anyEvents.at(-1);
  return onDays.map((day, at) => {
    const k = lastPlace(days, day, settled);
    return {
      day,
      atRisk: atRisk[at]!,
      incidence: valueAt(incidence, k, 0),
      standardError: valueAt(standardError, k, 0),
      low: valueAt(low, k, 0),
      high: valueAt(high, k, 0),
    };
  });
}

/** Cumulative hazard at some days. Null beyond the last day. */
export function hazardOnDays(
  { days, hazard, standardError, low, high }: NelsonAalen,
  followUp: FollowUp,
  onDays: readonly number[],
): readonly (OnDay & { readonly hazard: number | null })[] {
  const atRisk = numbersAtRisk(followUp, onDays);
  return onDays.map((day, at) => {
    const k = lastPlace(days, day, false);
    return {
      day,
      atRisk: atRisk[at]!,
      hazard: valueAt(hazard, k, 0),
      standardError: valueAt(standardError, k, 0),
      low: valueAt(low, k, 0),
      high: valueAt(high, k, 0),
    };
  });
}

/** The place of the last day at or before t, -1 before the first; null beyond the last unless the curve is settled. */
function lastPlace(days: Float64Array, t: number, settled: boolean): number | null {
  if (days.length === 0 || (t > days.at(-1)! && !settled)) return null;
  let k = days.length - 1;
  while (k >= 0 && days[k]! > t) k--;
  return k;
}

function valueAt(values: Float64Array, k: number | null, start: number): number | null {
  if (k === null) return null;
  return k < 0 ? start : values[k]!;
}
