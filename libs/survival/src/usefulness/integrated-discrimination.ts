import { type FollowUp, normalQuantile } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { knownAtHorizon } from '../performance/known-at-horizon.ts';
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
  checkRisks('integratedDiscrimination', oldRisk, followUp.days.length);
  checkRisks('integratedDiscrimination', newRisk, followUp.days.length);
  const known = knownAtHorizon('integratedDiscrimination', followUp, t, 'without-event');
  if (known === null) return { events: unknown, nonEvents: unknown, total: unknown };
  const rise = newRisk.map((value, row) => value - oldRisk[row]!);
  const inEvents = meanAmong(known.cases, rise);
  const inOthers = meanAmong(
    known.controls,
    rise.map((value) => -value),
  );
  const both = inEvents &&
    inOthers && {
      mean: inEvents.mean + inOthers.mean,
      direct: inEvents.direct.map((value, row) => value + inOthers.direct[row]!),
    };
  const estimate = (found: Mean | null) =>
    found === null ? unknown : estimateOf(found.mean, known.withG(found.direct), followUp.weights);
  return { events: estimate(inEvents), nonEvents: estimate(inOthers), total: estimate(both) };
}

interface Mean {
  readonly mean: number;
  /** [n] influence of the subjects while the weights stay as they are */
  readonly direct: Float64Array;
}

/** Null where all weights are 0. */
function meanAmong(weights: Float64Array, values: Float64Array): Mean | null {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    sum += weights[row]! * values[row]!;
    total += weights[row]!;
  }
  if (!(total > 0)) return null;
  const mean = sum / total;
  return { mean, direct: values.map((value, row) => (weights[row]! * (value - mean)) / total) };
}

const unknown: ReclassificationEstimate = { estimate: null, standardError: null, low: null, high: null };

/** A row of case weight w is w subjects, of whom each adds its share to the error. */
function estimateOf(
  estimate: number,
  influence: Float64Array,
  weights: Float64Array | undefined,
): ReclassificationEstimate {
  let sum = 0;
  for (let row = 0; row < influence.length; row++)
    if (influence[row] !== 0) sum += influence[row]! ** 2 / (weights?.[row] ?? 1);
  const standardError = Math.sqrt(sum);
  const margin = normalQuantile * standardError;
  return { estimate, standardError, low: estimate - margin, high: estimate + margin };
}
