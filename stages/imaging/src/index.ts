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
export { quantifyCine } from './quantification/cine-quantities.ts';
export { quantifyLge } from './quantification/lge-quantities.ts';
export { quantifyExam, readMask, writeQuantities } from './quantification/quantify.ts';
export { findSegmentReference } from './quantification/rv-insertion.ts';
export { assumedReference, type SegmentReference } from './quantification/segments.ts';
export { readNifti, writeNifti } from './volume/nifti.ts';
export { readPngStack } from './volume/png-stack.ts';
