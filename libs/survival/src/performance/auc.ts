import { checkValues, normalQuantile } from '../follow-up.ts';
import { weightedRanks } from './weighted-ranks.ts';

/** Area under a receiver operating characteristic. */
export interface Auc {
  /** Null when there is not at least one subject with and one without the outcome */
  readonly area: number | null;
  /** Null where the area is, and for a yes/no outcome with fewer than two subjects on one side */
  readonly standardError: number | null;
  /** 95 % interval, area ± 1.96 standard errors, cut at 0 and 1 */
  readonly low: number | null;
  readonly high: number | null;
  /** [n] what each subject adds to the error: their squares add up to that of the standard error; 0 without one */
  readonly influence: Float64Array;
}

/**
 * Area under the receiver operating characteristic of a yes/no outcome: how often a subject
 * with the outcome has the higher risk than one without; ties count one half (the Mann-Whitney
 * statistic). The error is DeLong's.
 *
 * @param risk [n] higher is worse
 * @param outcome [n] 1 with the outcome, 0 without
 * @throws RangeError when the lengths differ or a risk is not finite
 *
 * Source: delong1988 (docs/references.bib). Agrees with: scikit-learn `roc_auc_score`, R pROC `var`.
 */
export function rocAuc(risk: Float64Array, outcome: Uint8Array): Auc {
  checkValues('rocAuc', 'risks', risk, outcome.length);
  const cases = Float64Array.from(outcome, (code) => (code === 0 ? 0 : 1));
  const controls = cases.map((own) => 1 - own);
  const ranked = weightedRanks(risk, cases, controls);
  if (ranked === null) return withoutAuc(null, risk.length);
  const { area, cases: n1, controls: n0, outranked } = ranked;
  if (n1 < 2 || n0 < 2) return withoutAuc(area, risk.length);
  // DeLong's variances divide by n - 1 within each side
  const [toCase, toControl] = [1 / Math.sqrt(n1 * (n1 - 1)), 1 / Math.sqrt(n0 * (n0 - 1))];
  const influence = risk.map((_, row) =>
    cases[row]! > 0
      ? (outranked.byCase[row]! / n0 - area) * toCase
      : (outranked.byControl[row]! / n1 - area) * toControl,
  );
  return aucOf(area, influence);
}

/** The area with the interval that its influence values give. */
export function aucOf(area: number, influence: Float64Array): Auc {
  let variance = 0;
  for (const value of influence) variance += value ** 2;
  const standardError = Math.sqrt(variance);
  const half = normalQuantile * standardError;
  return { area, standardError, low: Math.max(0, area - half), high: Math.min(1, area + half), influence };
}

export function withoutAuc(area: number | null, n: number): Auc {
  return { area, standardError: null, low: null, high: null, influence: new Float64Array(n) };
}
