export { type Auc, rocAuc } from './performance/auc.ts';
export {
  type BrierOptions,
  type BrierScore,
  brierScore,
  brierScores,
  compareBrierScores,
  compareIntegratedBrierScores,
  integratedBrierScore,
  type IntegralOptions,
} from './performance/brier-score.ts';
export {
  compareAuc,
  compareConcordance,
  compareTimeDependentAuc,
  type PairedComparison,
} from './performance/compare-performance.ts';
export {
  type Concordance,
  concordance,
  type ConcordanceOptions,
  logitInterval,
  resampledConcordance,
  unoConcordance,
  type UnoOptions,
} from './performance/concordance.ts';
export { type IncidentAuc, incidentAuc, incidentAucAt } from './performance/incident-auc.ts';
export type { Controls } from './performance/known-at-horizon.ts';
export { type RocCurve, rocCurve, timeDependentRoc } from './performance/roc-curve.ts';
export {
  type Share,
  type ThresholdAccuracy,
  thresholdAccuracy,
  thresholdAccuracyByIncidence,
} from './performance/threshold-accuracy.ts';
export { meanAuc, timeDependentAuc } from './performance/time-dependent-auc.ts';
export { type UnoSupport, unoSupport } from './performance/uno-support.ts';
