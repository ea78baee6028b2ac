import type { FollowUp } from '../follow-up.ts';
import { normalQuantile } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import {
  type CensoringModel,
  censoringModel,
  knownBy,
  WeightedSum,
} from '../performance/censoring-weights.ts';
import type { ReclassificationEstimate } from './reclassification.ts';

export interface IntegratedDiscrimination {
  /** Mean rise of the predicted risk among subjects with the event by day t */
  readonly events: ReclassificationEstimate;
  /** Mean fall of the predicted risk among the others */
  readonly nonEvents: ReclassificationEstimate;
  /** The sum of both: how much the discrimination slope grows */
  readonly total: ReclassificationEstimate;
}

/**
 * Integrated discrimination improvement of a new risk by day t over an old one: the gain in
 * mean predicted risk among subjects with the event less that among those without. Under censoring the
 * means have inverse probability of censoring weights; a competing event by t counts as
 * no event. Standard errors by influence function, the estimation of the weights included.
 *
 * Like the NRI it rewards predictions that are too extreme: report it beside calibration and the Brier score (hilden2014).
 * All is null when nobody is followed to t, or there is no event, or nobody without one, by t.
 *
 * @throws RangeError when lengths differ, a risk is not a probability, or there is late entry
 *
 * Source: pencina2008; with censoring uno2013 (docs/references.bib).
 * Agrees with: R Hmisc `improveProb` without censoring.
 */
export function integratedDiscrimination(
  oldRisk: Float64Array,
  newRisk: Float64Array,
  followUp: FollowUp,
  t: number,
): IntegratedDiscrimination {
  const model = censoringModel('integratedDiscrimination', followUp);
  checkRisks('integratedDiscrimination', oldRisk, followUp.days.length);
  checkRisks('integratedDiscrimination', newRisk, followUp.days.length);
  const known = knownBy(model, t);
  const rise = Float64Array.from(model.order, (row) => newRisk[row]! - oldRisk[row]!);
  const event = rise.map((_, at) => (at < known && model.event[at] === 1 ? 1 : 0));
  const inEvents = meanAmong(model, t, rise, event);
  const inOthers = meanAmong(
    model,
    t,
    rise.map((value) => -value),
    event.map((value) => 1 - value),
  );
  const total = inEvents &&
    inOthers && {
      mean: inEvents.mean + inOthers.mean,
      influence: inEvents.influence.map((value, at) => value + inOthers.influence[at]!),
    };
  return {
    events: estimateOf(model, inEvents),
    nonEvents: estimateOf(model, inOthers),
    total: estimateOf(model, total),
  };
}

interface Mean {
  readonly mean: number;
  readonly influence: Float64Array;
}

/** Weighted mean of the values among those with member = 1, with its influence function. */
function meanAmong(
  model: CensoringModel,
  t: number,
  values: Float64Array,
  member: Float64Array,
): Mean | null {
  const size = weighted(model, t, member);
  if (size === null || !(size.mean > 1e-12)) return null;
  const mean =
    weighted(
      model,
      t,
      values.map((value, at) => value * member[at]!),
    )!.mean / size.mean;
  const centred = values.map((value, at) => ((value - mean) * member[at]!) / size.mean);
  return { mean, influence: weighted(model, t, centred)!.influence };
}

function weighted(model: CensoringModel, t: number, values: Float64Array): Mean | null {
  const sum = new WeightedSum(model);
  return sum.add(t, values) ? sum.result() : null;
}

function estimateOf({ weights, total }: CensoringModel, found: Mean | null): ReclassificationEstimate {
  if (found === null) return { estimate: null, standardError: null, low: null, high: null };
  let sum = 0;
  for (const [at, value] of found.influence.entries()) sum += weights[at]! * value * value;
  const standardError = Math.sqrt(sum) / total;
  const margin = normalQuantile * standardError;
  return { estimate: found.mean, standardError, low: found.mean - margin, high: found.mean + margin };
}
