import { checkFollowUp, checkValues, type FollowUp } from '../follow-up.ts';
import { kaplanMeier } from '../estimators/kaplan-meier.ts';
import { weightedRanks } from './weighted-ranks.ts';

/** Incident/dynamic AUCs on the k days with an event, and their mean. */
export interface IncidentAuc {
  /** [k] ascending */
  readonly days: Float64Array;
  /** [k] null where everybody at risk has the event */
  readonly areas: readonly (number | null)[];
  /** Concordance up to tau, an average of the areas; null when there is none */
  readonly integrated: number | null;
}

/**
 * Incident/dynamic AUC: how often a subject with the event on day t has the higher risk than one who
 * is under observation on day t and goes beyond it. The cases are not only those with the event
 * on that day, which are few: everybody at risk counts as a case in proportion to its hazard, exp(risk).
 * Competing events are censorings. Ties in risk count one half. Case weights and late entry are honoured.
 *
 * The areas are averaged with weights 2 f(t) S(t), of the Kaplan-Meier survival S and its drop f, rescaled
 * to add up to 1 by tau: the concordance of pairs whose earlier event is by tau. Days without an area are left out.
 *
 * There is no error: take `bootstrapInterval`.
 *
 * @param risk [n] log hazard ratio, such as the linear predictor of a Cox model; other scales do not serve here
 * @param tau last day that is averaged over; by default the last event
 * @throws RangeError when the lengths differ or a risk is not finite
 *
 * Source: heagerty2005 (docs/references.bib). Agrees with: `CoxWeights` and `IntegrateAUC` of R risksetROC
 * (weights "rescale") written out in R.
 */
export function incidentAuc(
  risk: Float64Array,
  followUp: FollowUp,
  tau = Number.POSITIVE_INFINITY,
): IncidentAuc {
  checkFollowUp('incidentAuc', followUp, risk.length);
  checkValues('incidentAuc', 'risks', risk, risk.length);
  const curve = kaplanMeier(followUp);
  const days: number[] = [];
  const areas: (number | null)[] = [];
  let sum = 0;
  let weights = 0;
  for (const [k, day] of curve.days.entries()) {
    if (curve.events[k] === 0) continue;
    const area = incidentAucAt(risk, followUp, day);
    days.push(day);
    areas.push(area);
    if (area === null || day > tau) continue;
    const survival = curve.survival[k]!;
    const weight = 2 * ((k > 0 ? curve.survival[k - 1]! : 1) - survival) * survival;
    sum += weight * area;
    weights += weight;
  }
  return { days: Float64Array.from(days), areas, integrated: weights > 0 ? sum / weights : null };
}

/**
 * The incident/dynamic AUC on day t alone; null when nobody under observation on day t goes beyond it
 * without the event. See `incidentAuc`.
 */
export function incidentAucAt(risk: Float64Array, followUp: FollowUp, t: number): number | null {
  checkFollowUp('incidentAucAt', followUp, risk.length);
  checkValues('incidentAucAt', 'risks', risk, risk.length);
  const { days, event, entryDays, weights } = followUp;
  const atRisk: number[] = [];
  for (let row = 0; row < risk.length; row++)
    if (days[row]! >= t && !(entryDays && entryDays[row]! >= t)) atRisk.push(row);
  const highest = atRisk.reduce((most, row) => Math.max(most, risk[row]!), Number.NEGATIVE_INFINITY);
  const weightOf = (row: number) => (weights ? weights[row]! : 1);
  const ranked = weightedRanks(
    Float64Array.from(atRisk, (row) => risk[row]!),
    Float64Array.from(atRisk, (row) => weightOf(row) * Math.exp(risk[row]! - highest)),
    Float64Array.from(atRisk, (row) => (event[row] === 1 && days[row] === t ? 0 : weightOf(row))),
  );
  return ranked === null ? null : ranked.area;
}
