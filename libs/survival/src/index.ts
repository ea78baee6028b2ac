export { aalenJohansen, type CumulativeIncidence, incidenceAt } from './aalen-johansen.ts';
export { type Auc, rocAuc } from './auc.ts';
export { type BootstrapInterval, bootstrapInterval, quantile } from './bootstrap.ts';
export { type BrierScore, brierScore, integratedBrierScore } from './brier-score.ts';
export { type Concordance, concordance, unoConcordance } from './concordance.ts';
export {
  type CoxConfig,
  type CoxFit,
  type CoxInput,
  coxLinearPredictor,
  coxSurvival,
  fitCox,
} from './cox.ts';
export { type FollowUp, normalQuantile, takeFollowUp, takeRows } from './follow-up.ts';
export { type KaplanMeier, kaplanMeier, medianFollowUp, medianSurvival, survivalAt } from './kaplan-meier.ts';
export { type LogRank, logRank } from './log-rank.ts';
