export { compositeFollowUp } from './composite-follow-up.ts';
export {
  type ColumnOrigin,
  type PredictorsRecord,
  readPredictors,
  writePredictors,
} from './predictor-files.ts';
export { outcomeOf, type PredictorInput, predictorsOf, predictorTable } from './predictor-table.ts';
export { recordColumns } from './record-columns.ts';
export type { Outcome, PredictorColumn, PredictorTable, SegmentColumn } from './records.ts';
