export { concordanceAcrossCentres } from './across-centres.ts';
export { calibrationBins, riskThirds } from './calibration.ts';
export { compositeFollowUp } from './composite.ts';
export {
  type Competitor,
  type CrossValidationInput,
  crossValidate,
  type FitPredictInput,
  type FoldRecord,
  type HeldOutPrediction,
  type OutOfFold,
} from './cross-validation.ts';
export { auditPredictors } from './leakage-audit.ts';
export { performance } from './performance.ts';
export type {
  CalibrationBin,
  Estimate,
  GroupPerformance,
  ModelPerformance,
  ValidationRecord,
} from './records.ts';
export { centreSplits, type Split, stratifiedFolds } from './splits.ts';
export { type ValidationInput, validationRecord } from './validation-record.ts';
