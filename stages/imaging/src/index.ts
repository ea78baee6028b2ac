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
