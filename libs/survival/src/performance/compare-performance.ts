import { type FollowUp, normalQuantile } from '../follow-up.ts';
import { twoSidedP } from '../numerics/normal.ts';
import { type Auc, rocAuc } from './auc.ts';
import { type Concordance, concordance, unoConcordance, type UnoOptions } from './concordance.ts';
import { timeDependentAuc, type TimeDependentAucOptions } from './time-dependent-auc.ts';

/** Two predictions of the same subjects: how much better the first discriminates than the second. */
export interface PairedComparison {
  readonly first: number;
  readonly second: number;
  /** first - second */
  readonly difference: number;
  readonly standardError: number;
  /** 95 % interval of the difference, ± 1.96 standard errors */
  readonly low: number;
  readonly high: number;
  /** Two-sided, that they do not differ; null when the error is 0, as where the two order everybody alike */
  readonly p: number | null;
}

/**
 * Difference of two concordances on the same subjects, with the error of the difference of their
 * influence values; null when no pair is comparable.
 *
 * @param measure Harrell's or Uno's; the options are those of the measure
 * @throws RangeError as the measure
 *
 * Source: therneau2020; for Uno's kang2015 (docs/references.bib).
 * Agrees with: R survival `concordance(Surv(days, event) ~ first + second, reverse = TRUE)` with its `vcov`.
 */
export function compareConcordance(
  measure: 'harrell' | 'uno',
  first: Float64Array,
  second: Float64Array,
  followUp: FollowUp,
  options: UnoOptions = {},
): PairedComparison | null {
  const of = (risk: Float64Array): Concordance =>
    measure === 'uno' ? unoConcordance(risk, followUp, options) : concordance(risk, followUp, options);
  const [a, b] = [of(first), of(second)];
  return paired(a.index, b.index, a.influence, b.influence);
}

/**
 * DeLong's comparison of two areas for one yes/no outcome of the same subjects; null with fewer than two
 * subjects on one side.
 *
 * @throws RangeError as `rocAuc`
 *
 * Source: delong1988 (docs/references.bib). Agrees with: R pROC `roc.test(paired = TRUE, method = "delong")`.
 */
export function compareAuc(
  first: Float64Array,
  second: Float64Array,
  outcome: Uint8Array,
): PairedComparison | null {
  return pairedAreas(rocAuc(first, outcome), rocAuc(second, outcome));
}

/**
 * Difference of two cumulative/dynamic AUCs at day t on the same subjects; null where one of the areas is.
 *
 * @throws RangeError as `timeDependentAuc`
 *
 * Source: blanche2013 (docs/references.bib). Agrees with: riskRegression `Score(…)$AUC$contrasts` up to the
 * order 1/n by which its error differs from the infinitesimal jackknife.
 */
export function compareTimeDependentAuc(
  first: Float64Array,
  second: Float64Array,
  followUp: FollowUp,
  t: number,
  options: TimeDependentAucOptions = {},
): PairedComparison | null {
  return pairedAreas(
    timeDependentAuc(first, followUp, t, options),
    timeDependentAuc(second, followUp, t, options),
  );
}

function pairedAreas(a: Auc, b: Auc): PairedComparison | null {
  if (a.standardError === null || b.standardError === null) return null;
  return paired(a.area, b.area, a.influence, b.influence);
}

function paired(
  first: number | null,
  second: number | null,
  a: Float64Array,
  b: Float64Array,
): PairedComparison | null {
  if (first === null || second === null) return null;
  let variance = 0;
  for (let row = 0; row < a.length; row++) variance += (a[row]! - b[row]!) ** 2;
  return pairedComparison(first, second, Math.sqrt(variance));
}

/** The difference of two estimates with its standard error. */
export function pairedComparison(first: number, second: number, standardError: number): PairedComparison {
  const difference = first - second;
  const half = normalQuantile * standardError;
  return {
    first,
    second,
    difference,
    standardError,
    low: difference - half,
    high: difference + half,
    p: standardError > 1e-12 ? twoSidedP(difference / standardError) : null,
  };
}
