export {
  aalenJohansen,
  type CumulativeIncidence,
  incidenceAt,
  type IncidenceVariance,
} from './estimators/aalen-johansen.ts';
export { hazardOnDays, incidenceOnDays, type OnDay, survivalOnDays } from './estimators/curve-on-days.ts';
export { grayTest } from './estimators/gray-test.ts';
export {
  type KaplanMeier,
  kaplanMeier,
  medianFollowUp,
  medianSurvival,
  reversedFollowUp,
  type SurvivalVariance,
  survivalAt,
} from './estimators/kaplan-meier.ts';
export { type LogRank, logRank } from './estimators/log-rank.ts';
export type { LogRankWeighting } from './estimators/log-rank-sums.ts';
export { nelsonAalen } from './estimators/nelson-aalen.ts';
export type { IntervalScale } from './estimators/probability-interval.ts';
export {
  compareRestrictedMeans,
  type RestrictedMean,
  restrictedMean,
  restrictedTimeLost,
} from './estimators/restricted-mean.ts';
export { numbersAtRisk, riskSetGaps } from './estimators/risk-table.ts';
export { survivalQuantiles } from './estimators/survival-quantiles.ts';
export { type FollowUp, normalQuantile, takeFollowUp, takeRows } from './follow-up.ts';
