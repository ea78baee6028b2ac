import { denseRanks } from '../numerics/ascending-order.ts';

/** Weighted cases and controls, compared by their risks. */
export interface WeightedRanks {
  /** Probability that a case has the higher risk than a control, ties counted half */
  readonly area: number;
  readonly cases: number;
  readonly controls: number;
  /** [n] for a case, the weight of controls with a lower risk, ties counted half; for a control the weight of cases with a higher one */
  readonly outranked: { readonly byCase: Float64Array; readonly byControl: Float64Array };
}

/**
 * The area under a ROC curve of weighted subjects in O(n log n); null without a case or without a control.
 *
 * @param cases [n] weight of each subject as a case, 0 where it is none
 * @param controls [n] weight as a control
 */
export function weightedRanks(
  risk: Float64Array,
  cases: Float64Array,
  controls: Float64Array,
): WeightedRanks | null {
  const { rank, ranks } = denseRanks(risk);
  const casesAt = new Float64Array(ranks);
  const controlsAt = new Float64Array(ranks);
  let allCases = 0;
  let allControls = 0;
  for (let row = 0; row < risk.length; row++) {
    casesAt[rank[row]!]! += cases[row]!;
    controlsAt[rank[row]!]! += controls[row]!;
    allCases += cases[row]!;
    allControls += controls[row]!;
  }
  if (!(allCases > 0 && allControls > 0)) return null;
  const controlsBelow = belowAndHalf(controlsAt);
  const casesBelow = belowAndHalf(casesAt);
  const byCase = new Float64Array(risk.length);
  const byControl = new Float64Array(risk.length);
  let right = 0;
  for (let row = 0; row < risk.length; row++) {
    byCase[row] = controlsBelow[rank[row]!]!;
    byControl[row] = allCases - casesBelow[rank[row]!]!;
    right += cases[row]! * byCase[row]!;
  }
  return {
    area: right / (allCases * allControls),
    cases: allCases,
    controls: allControls,
    outranked: { byCase, byControl },
  };
}

function belowAndHalf(weights: Float64Array): Float64Array {
  let below = 0;
  return weights.map((own) => {
    below += own;
    return below - own / 2;
  });
}
