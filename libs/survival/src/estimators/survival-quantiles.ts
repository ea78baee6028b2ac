import type { KaplanMeier } from './kaplan-meier.ts';

/** R's tolerance for a curve that is level at a quantile. */
const level = Math.sqrt(Number.EPSILON);

/** By which day a share of the subjects have had the event; null where the curve does not come so far. */
export interface SurvivalQuantile {
  /** 0.5 is the median survival time */
  readonly probability: number;
  readonly day: number | null;
  /** Limits of the 95 % interval: where the limits of the curve cross the same level. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Quantiles of the survival time. The curve is read where it first comes down to one minus the
 * probability; where it is level there, halfway to the day it leaves that level or, if it never does,
 * to the last day. (`medianSurvival` takes the first day.) Limits of a curve
 * that has come to 0 are not there to be crossed.
 *
 * @param probabilities more than 0, less than 1
 * @throws RangeError when a probability is not between 0 and 1
 *
 * Source: brookmeyer1982 (docs/references.bib).
 * Agrees with: R survival `quantile(survfit(…), probabilities)`.
 */
export function survivalQuantiles(
  curve: KaplanMeier,
  probabilities: readonly number[] = [0.25, 0.5, 0.75],
): readonly SurvivalQuantile[] {
  return probabilities.map((probability) => {
    if (!(probability > 0 && probability < 1))
      throw new RangeError(`survivalQuantiles: expected a probability between 0 and 1, got ${probability}`);
    return {
      probability,
      day: crossing(curve.days, curve.survival, 1 - probability, curve.days.length),
      low: crossing(curve.days, curve.low, 1 - probability, alive(curve)),
      high: crossing(curve.days, curve.high, 1 - probability, alive(curve)),
    };
  });
}

/** How many days there are before the survival is 0. */
function alive({ survival }: KaplanMeier): number {
  const end = survival.findIndex((value) => value <= 0);
  return end < 0 ? survival.length : end;
}

function crossing(days: Float64Array, values: Float64Array, target: number, size: number): number | null {
  for (let k = 0; k < size; k++) {
    if (values[k]! > target + level) continue;
    if (values[k]! < target - level) return days[k]!;
    let leaves = k;
    while (leaves < size - 1 && values[leaves]! >= target - level) leaves++;
    return (days[k]! + days[leaves]!) / 2;
  }
  return null;
}
