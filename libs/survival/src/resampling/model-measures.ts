import type { Checked } from '@myocast/base';
import { calibrationSlope, type Estimate } from '../calibration/calibration-slope.ts';
import { hazardCalibrationSlope } from '../calibration/hazard-calibration.ts';
import { observedExpected } from '../calibration/observed-expected.ts';
import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { brierScore } from '../performance/brier-score.ts';
import { concordance, type ConcordanceOptions, unoConcordance } from '../performance/concordance.ts';
import type { Measures } from './optimism.ts';
import type { RiskPrediction } from './pipeline.ts';

export type ModelMeasure =
  | 'harrell'
  | 'uno'
  | 'slope'
  | 'hazardSlope'
  | 'brier'
  | 'ipa'
  | 'observedOverExpected';

/**
 * The measures of a survival model at day t, for `correctOptimism` and `crossValidate`: Harrell's and Uno's C
 * (pairs up to t), the calibration slope at t by pseudo-values and over the whole follow-up by a hazard
 * regression, Brier score, IPA, and observed over expected risk. With competing events the last three and the
 * slope are those of the cumulative incidence, and there is no hazard slope.
 *
 * @param options which of the risks of the prediction is the one by day t, the first where absent; and what a
 *   competing event is to C: 'event-free' for the score of a cumulative incidence
 */
export function modelMeasures(
  followUp: FollowUp,
  t: number,
  {
    which = 0,
    competing = 'censoring',
  }: { which?: number; competing?: ConcordanceOptions['competing'] } = {},
): (prediction: RiskPrediction, rows: Int32Array) => Measures<ModelMeasure> {
  return ({ score, risks }, rows) => {
    const risk = risks[which]!;
    const there = takeFollowUp(followUp, rows);
    const { score: brier, ipa } = brierScore(risk, there, t);
    return {
      harrell: concordance(score, there, { competing }).index,
      uno: unoConcordance(score, there, { tau: t, competing }).index,
      slope: estimateOf(calibrationSlope(risk, there, t)),
      hazardSlope: estimateOf(hazardCalibrationSlope(risk, there, t)),
      brier,
      ipa,
      observedOverExpected: observedExpected(risk, there, t).ratio,
    };
  };
}

function estimateOf(checked: Checked<Estimate>): number | null {
  return checked.ok ? checked.value.estimate : null;
}
