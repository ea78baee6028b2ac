import type { RocCurve } from '../performance/roc-curve.ts';

/**
 * What a cut-point is chosen for. 'youden': the largest sensitivity + specificity - 1. 'closest-corner':
 * the point nearest to sensitivity 1 and specificity 1. A sensitivity: the largest specificity with at least it;
 * a specificity the other way about.
 */
export type CutPointRule =
  | 'youden'
  | 'closest-corner'
  | { readonly sensitivity: number }
  | { readonly specificity: number };

export interface CutPoint {
  /** A subject is positive whose risk is this or more */
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
  /** Sensitivity + specificity - 1 */
  readonly youden: number;
}

/**
 * The threshold of a ROC curve, of a yes/no outcome or of an event by a day, that serves a rule
 * best. Of equal ones (to 1e-12) the lowest threshold. Null when no threshold reaches the wanted specificity.
 *
 * A cut-point that is chosen and judged on the same subjects looks better than it is: judge it on others, or
 * choose it anew in each bootstrap resample.
 *
 * @throws RangeError when a wanted sensitivity or specificity is not between 0 and 1
 *
 * Source: youden1950 (docs/references.bib). Agrees with: R OptimalCutpoints "Youden", "ROC01", "MinValueSe", "MinValueSp";
 * R pROC `coords(best.method = "youden" | "closest.topleft")` but for the thresholds, which lie between risks there.
 */
export function optimalCutPoint(curve: RocCurve, rule: CutPointRule): CutPoint | null {
  const gain = gainOf(rule);
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < curve.thresholds.length; k++) {
    const value = gain(curve.sensitivity[k]!, curve.specificity[k]!);
    if (value !== null && value > most + 1e-12) [best, most] = [k, value];
  }
  if (best < 0) return null;
  const [sensitivity, specificity] = [curve.sensitivity[best]!, curve.specificity[best]!];
  return {
    threshold: curve.thresholds[best]!,
    sensitivity,
    specificity,
    youden: sensitivity + specificity - 1,
  };
}

/** What is to be as large as possible; null where the threshold is out of question. */
function gainOf(rule: CutPointRule): (sensitivity: number, specificity: number) => number | null {
  if (rule === 'youden') return (sensitivity, specificity) => sensitivity + specificity - 1;
  if (rule === 'closest-corner')
    return (sensitivity, specificity) => -((1 - sensitivity) ** 2) - (1 - specificity) ** 2;
  const wanted = 'sensitivity' in rule ? rule.sensitivity : rule.specificity;
  if (!(wanted >= 0 && wanted <= 1))
    throw new RangeError(`optimalCutPoint: expected a share between 0 and 1, got ${wanted}`);
  return 'sensitivity' in rule
    ? (sensitivity, specificity) => (sensitivity >= wanted - 1e-12 ? specificity : null)
    : (sensitivity, specificity) => (specificity >= wanted - 1e-12 ? sensitivity : null);
}
