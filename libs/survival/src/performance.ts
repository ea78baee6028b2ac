export { type Auc, rocAuc } from './performance/auc.ts';
export { type BrierScore, brierScore, integratedBrierScore } from './performance/brier-score.ts';
export { type Concordance, concordance, unoConcordance } from './performance/concordance.ts';
