export { concordanceAcrossCentres } from './across-centres.ts';
export { calibrationBins, riskThirds } from './calibration.ts';
export {
  type CrossValidationInput,
  crossValidate,
  type FoldRecord,
  type OutOfFold,
} from './cross-validation.ts';
export { auditPredictors, auditSplits, type LeakageAudit } from './leakage-audit.ts';
export { performance } from './performance.ts';
export { judgeScores, type ScoresInput } from './published-scores.ts';
export type {
  PairedDiscrimination,
  ScoreCalibration,
  ScoreJudgement,
  ScoresRecord,
} from './score-records.ts';
export type {
  Audit,
  CalibrationBin,
  ComparedModel,
  Estimate,
  GroupPerformance,
  HorizonCalibration,
  ModelPerformance,
  NetBenefitRecord,
  SmoothCalibration,
  SubgroupPerformance,
  ValidationRecord,
} from './records.ts';
export { type Subgroup, subgroupsOf } from './subgroups.ts';
export { centreSplits, type Split, stratifiedFolds } from './splits.ts';
export { type ValidationInput, validationRecord } from './validation-record.ts';
