export { type Auc, rocAuc } from './performance/auc.ts';
export {
  type BrierDifference,
  type BrierOptions,
  type BrierScore,
  brierScore,
  brierScores,
  compareBrierScores,
  integratedBrierScore,
} from './performance/brier-score.ts';
export { type Concordance, concordance, unoConcordance } from './performance/concordance.ts';
