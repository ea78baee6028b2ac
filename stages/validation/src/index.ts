export type {
  CalibrationBin,
  Estimate,
  GroupPerformance,
  ModelPerformance,
  ValidationRecord,
} from './records.ts';
