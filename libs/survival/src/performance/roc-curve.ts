import { checkValues, type FollowUp } from '../follow-up.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';
import { type Controls, knownAtHorizon } from './known-at-horizon.ts';

/**
 * Receiver operating characteristic on the k distinct risks: a subject is positive whose risk is the
 * threshold or more. The point where nobody is positive (sensitivity 0, specificity 1) is not listed.
 */
export interface RocCurve {
  /** [k] ascending */
  readonly thresholds: Float64Array;
  /** [k] share of those with the outcome who are positive */
  readonly sensitivity: Float64Array;
  /** [k] share of those without who are not */
  readonly specificity: Float64Array;
}

/**
 * ROC curve of a yes/no outcome; null without a subject on each side.
 *
 * @param outcome [n] 1 with the outcome, 0 without
 * @throws RangeError when the lengths differ or a risk is not finite
 *
 * Agrees with: scikit-learn `roc_curve`, R pROC `roc` (whose thresholds lie between the risks).
 */
export function rocCurve(risk: Float64Array, outcome: Uint8Array): RocCurve | null {
  checkValues('rocCurve', 'risks', risk, outcome.length);
  const cases = Float64Array.from(outcome, (code) => (code === 0 ? 0 : 1));
  return weightedCurve(
    risk,
    cases,
    cases.map((own) => 1 - own),
  );
}

/**
 * ROC curve of the event by day t, weighted for censoring; null where `timeDependentAuc` is. The area
 * under its straight lines is that AUC.
 *
 * @throws RangeError when the lengths differ, a risk is not finite, or there are entry days
 *
 * Source: uno2007; competing events blanche2013 (docs/references.bib).
 */
export function timeDependentRoc(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { controls = 'without-event' }: { readonly controls?: Controls } = {},
): RocCurve | null {
  checkValues('timeDependentRoc', 'risks', risk, followUp.days.length);
  const known = knownAtHorizon('timeDependentRoc', followUp, t, controls);
  return known && weightedCurve(risk, known.cases, known.controls);
}

function weightedCurve(risk: Float64Array, cases: Float64Array, controls: Float64Array): RocCurve | null {
  const total = (weights: Float64Array) => weights.reduce((sum, weight) => sum + weight, 0);
  const [allCases, allControls] = [total(cases), total(controls)];
  if (!(allCases > 0 && allControls > 0)) return null;
  const thresholds: number[] = [];
  const sensitivity: number[] = [];
  const specificity: number[] = [];
  let [casesBelow, controlsBelow] = [0, 0];
  for (const row of ascendingOrder(risk)) {
    if (thresholds.at(-1) !== risk[row]!) {
      thresholds.push(risk[row]!);
      sensitivity.push(Math.max(0, 1 - casesBelow / allCases));
      specificity.push(Math.min(1, controlsBelow / allControls));
    }
    casesBelow += cases[row]!;
    controlsBelow += controls[row]!;
  }
  return {
    thresholds: Float64Array.from(thresholds),
    sensitivity: Float64Array.from(sensitivity),
    specificity: Float64Array.from(specificity),
  };
}
