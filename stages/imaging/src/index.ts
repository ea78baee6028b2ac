export type { Exam } from './ingest/exam.ts';
export { ingestExam, writeExam } from './ingest/ingest.ts';
export { inputPaths, readInput } from './ingest/input-files.ts';
export { inspect, type Inspection } from './ingest/inspect.ts';
export {
  type CineQuantities,
  cineLabel,
  type ExamRecord,
  type LgeQuantities,
  lgeLabel,
  type QuantitiesRecord,
  type SegmentedKind,
  type SegmentValues,
  type SeriesKind,
  type SeriesRecord,
  type SliceTokens,
} from './records.ts';
export { readNifti, writeNifti } from './volume/nifti.ts';
export { readPngStack } from './volume/png-stack.ts';
