import type { Random } from '@myocast/base';
import type { FollowUp } from '@myocast/survival';
import { decisionCurve, type DecisionPoint } from '@myocast/survival/usefulness';
import { absent, observedTo } from './absent.ts';
import type { OutOfFold } from './cross-validation.ts';
import type { NetBenefitRecord } from './records.ts';

const clinical = 'clinical-cox';
const mostThresholds = 50;

export interface NetBenefitInput {
  /** The leading model first; the clinical regression is looked for among the others. */
  readonly predictions: readonly OutOfFold[];
  readonly followUp: FollowUp;
  readonly horizon: number;
  readonly bootstraps: number;
  readonly random: Random;
}

/**
 * Net benefit of the leading model, of the clinical Cox regression and of treating all, with percentile intervals over
 * resampled subjects. Thresholds are whole percents up to the risk that 1 % of the subjects exceed by the leading
 * model; above 50 of them, every second, third … percent. Null where the leading model predicts no risk at the
 * horizon, or nobody is followed to it.
 *
 * Source: vickers2008 (docs/references.bib).
 */
export function netBenefit({
  predictions,
  followUp,
  horizon,
  bootstraps,
  random,
}: NetBenefitInput): NetBenefitRecord | null {
  const [leading, ...others] = predictions;
  if (!leading?.incidenceAtHorizon || !observedTo(followUp, horizon)) return null;
  const judged = [leading, ...others.filter(({ name }) => name === clinical)].flatMap((one) =>
    one.incidenceAtHorizon === null ? [] : [{ ...one, risk: one.incidenceAtHorizon }],
  );
  const thresholds = thresholdsOf(leading.incidenceAtHorizon);
  const curve = decisionCurve(judged, followUp, horizon, thresholds, {
    bootstrap: { resamples: bootstraps, random },
  });
  return {
    thresholds,
    treatAll: curve.treatAll.map(estimateOf),
    models: curve.models.map(({ points }, place) => ({
      model: judged[place]!.name,
      label: judged[place]!.label,
      netBenefit: points.map(estimateOf),
    })),
  };
}

function thresholdsOf(incidence: Float64Array): number[] {
  const sorted = incidence.toSorted();
  const highest = sorted[Math.floor(0.99 * (sorted.length - 1))]!;
  const percents = Math.min(99, Math.max(1, Math.ceil(100 * highest)));
  const step = Math.ceil(percents / mostThresholds);
  return Array.from({ length: Math.floor(percents / step) }, (_, k) => ((k + 1) * step) / 100);
}

function estimateOf({ netBenefit: value, low, high }: DecisionPoint) {
  return value === null
    ? absent('nobody above the threshold was followed to the horizon')
    : { value, low, high };
}
