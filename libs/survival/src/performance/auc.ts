import { checkValues, normalQuantile } from '../follow-up.ts';

/** Area under the receiver operating characteristic of a yes/no outcome. */
export interface Auc {
  /** Null when there is not at least one subject with and one without the outcome */
  readonly area: number | null;
  /** By DeLong's method; null with fewer than two subjects on one side */
  readonly standardError: number | null;
  /** 95 % interval, area ± 1.96 standard errors, cut at 0 and 1 */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * How often a subject with the outcome has the higher risk than one without; ties count
 * one half (the Mann-Whitney statistic).
 *
 * @param risk [n] higher is worse
 * @param outcome [n] 1 with the outcome, 0 without
 * @throws RangeError when the lengths differ or a risk is not finite
 *
 * Source: delong1988 (docs/references.bib). Agrees with: scikit-learn `roc_auc_score`.
 */
export function rocAuc(risk: Float64Array, outcome: Uint8Array): Auc {
  checkValues('rocAuc', 'risks', risk, outcome.length);
  const [without, withIt] = [0, 1].map((side) =>
    risk.filter((_, row) => (outcome[row] === 0 ? 0 : 1) === side).sort(),
  ) as [Float64Array, Float64Array];
  if (without.length === 0 || withIt.length === 0)
    return { area: null, standardError: null, low: null, high: null };
  const above = withIt.map((value) => shareBelow(without, value));
  const below = without.map((value) => 1 - shareBelow(withIt, value));
  const area = mean(above);
  if (without.length < 2 || withIt.length < 2) return { area, standardError: null, low: null, high: null };
  const standardError = Math.sqrt(variance(above) / withIt.length + variance(below) / without.length);
  return {
    area,
    standardError,
    low: Math.max(0, area - normalQuantile * standardError),
    high: Math.min(1, area + normalQuantile * standardError),
  };
}

/** Share of ascending values below this one, equal ones counted half. */
function shareBelow(ascending: Float64Array, value: number): number {
  return (
    (lowerBound(ascending, (x) => x < value) + lowerBound(ascending, (x) => x <= value)) /
    2 /
    ascending.length
  );
}

function lowerBound(ascending: Float64Array, before: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(ascending[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
