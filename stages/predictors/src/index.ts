export type { Outcome, PredictorColumn, PredictorTable, SegmentColumn } from './records.ts';
