import { checkValues, type FollowUp } from '../follow-up.ts';
import { kaplanMeier, survivalAt } from '../estimators/kaplan-meier.ts';
import { type Auc, aucOf, withoutAuc } from './auc.ts';
import { type Controls, knownAtHorizon } from './known-at-horizon.ts';
import { weightedRanks } from './weighted-ranks.ts';

export interface TimeDependentAucOptions {
  /**
   * Who a case is compared with. 'without-event' (default): everybody without the event by t, competing
   * events included; 'event-free': only those without any event by t. The same without competing events.
   */
  readonly controls?: Controls;
}

/**
 * Cumulative/dynamic AUC at day t: how often a subject with the event by day t has the higher risk
 * than one without it. Ties count one half. Subjects who are censored before t are replaced by
 * those who are like them and were not (IPCW): see `knownAtHorizon` for the weights and for who counts
 * as what on day t itself. The error includes that the censoring distribution is estimated.
 *
 * The area is null without a case by t, without a control, or beyond the last time where
 * a censoring leaves the rest unknown.
 *
 * @param risk [n] higher is worse; it may be another prediction for each t
 * @throws RangeError when the lengths differ, a risk is not finite, or there are entry days
 *
 * Source: uno2007; competing events and the error blanche2013 (docs/references.bib).
 * Agrees with: scikit-survival `cumulative_dynamic_auc` and riskRegression `Score(metrics = "auc")` where
 * no censoring shares a day with an event; the error with the infinitesimal jackknife taken in R.
 */
export function timeDependentAuc(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { controls: definition = 'without-event' }: TimeDependentAucOptions = {},
): Auc {
  checkValues('timeDependentAuc', 'risks', risk, followUp.days.length);
  const known = knownAtHorizon('timeDependentAuc', followUp, t, definition);
  const ranked = known && weightedRanks(risk, known.cases, known.controls);
  if (known === null || ranked === null) return withoutAuc(null, risk.length);
  const { area, cases, controls, outranked } = ranked;
  const direct = risk.map(
    (_, row) =>
      (known.cases[row]! * (outranked.byCase[row]! / controls - area)) / cases +
      (known.controls[row]! * (outranked.byControl[row]! / cases - area)) / controls,
  );
  return aucOf(area, known.withG(direct));
}

/**
 * Mean of cumulative/dynamic AUCs over days: each weighs the drop of the Kaplan-Meier survival since the
 * day before it in the list (the first: since day 0). With competing events the drop is that of the
 * cause-specific survival. Null where one of the areas is, and where the survival does not drop.
 *
 * @param days [k] ascending
 * @param areas [k]
 * @throws RangeError when the lengths differ or the days do not ascend
 *
 * Source: lambert2016 (docs/references.bib). Agrees with: scikit-survival `cumulative_dynamic_auc`, second value.
 */
export function meanAuc(
  areas: readonly (number | null)[],
  days: readonly number[],
  followUp: FollowUp,
): number | null {
  if (areas.length !== days.length || days.length === 0)
    throw new RangeError(`meanAuc: expected an area for each day, got ${areas.length} for ${days.length}`);
  const curve = kaplanMeier(followUp);
  let sum = 0;
  let previous = 1;
  for (const [k, day] of days.entries()) {
    if (k > 0 && !(day > days[k - 1]!)) throw new RangeError('meanAuc: expected days in ascending order');
    const area = areas[k]!;
    if (area === null) return null;
    const survival = survivalAt(curve, day);
    sum += area * (previous - survival);
    previous = survival;
  }
  return previous < 1 ? sum / (1 - previous) : null;
}
