export {
  aalenJohansen,
  type CumulativeIncidence,
  incidenceAt,
} from './estimators/aalen-johansen.ts';
export {
  type KaplanMeier,
  kaplanMeier,
  medianFollowUp,
  medianSurvival,
  survivalAt,
} from './estimators/kaplan-meier.ts';
export { type LogRank, logRank } from './estimators/log-rank.ts';
export { type FollowUp, normalQuantile, takeFollowUp, takeRows } from './follow-up.ts';
