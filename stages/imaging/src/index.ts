export type { Exam } from './ingest/exam.ts';
export { datasetExam } from './ingest/dataset-exam.ts';
export { type FileReport, reportFiles } from './ingest/file-report.ts';
export { ingestExam, type IngestOptions, writeExam } from './ingest/ingest.ts';
export { isInside } from './ingest/real-path.ts';
export { stoppingReasons } from './ingest/verdict.ts';
export { siteKey } from './ingest/site-key.ts';
export {
  labelsFile,
  mergeLabels,
  misgivenLabels,
  parseLabel,
  readLabels,
  type SeriesLabel,
} from './ingest/series-labels.ts';
export { examQuality } from './ingest/quality/exam-quality.ts';
export { type QualityMeasure, thresholds as qualityThresholds } from './ingest/quality/thresholds.ts';
export { seriesKinds } from '@myocast/dicom';
export type { ArchiveLimits } from './ingest/containers/archive-limits.ts';
export { inputPaths } from './ingest/input-files.ts';
export { inspect, inspectFiles, type Inspection } from './ingest/inspect.ts';
export {
  type CineQuantities,
  cineLabel,
  type ExamRecord,
  type LgeQuantities,
  lgeLabel,
  type QuantitiesRecord,
  type SegmentedKind,
  type OtherSeriesRecord,
  type SegmentValues,
  type SeriesKind,
  type SeriesRecord,
  type SliceTokens,
} from './records.ts';
export { openSegmenter, type Segmenter, type SegmenterCard } from './segmentation/segmenter.ts';
export { type Segmentation, segment } from './segmentation/segment.ts';
export { type Dataset, findDataset, maskAt, volumeAt } from './segmentation/dataset.ts';
export { dice } from './segmentation/dice.ts';
export { contactSheet } from './segmentation/overlay.ts';
export { type StackScore, segmentStack, summarise } from './segmentation/segment-dataset.ts';
export {
  openSegmenters,
  type SegmentationRecord,
  type ContourSource,
  segmentExam,
  type Segmenters,
  type WeightsSet,
  weightsName,
} from './segmentation/segment-exam.ts';
export { readTokens } from './segmentation/tokens-file.ts';
export {
  exportSegmenter,
  type SegmenterConfig,
  segmenterDefaults,
  type SegmenterWeights,
  trainSegmenter,
} from './segmentation/train-segmenter.ts';
export type { SliceSource } from './segmentation/training-batch.ts';
export type { SlicePixels } from './segmentation/view.ts';
export {
  type PhaseQuantities,
  quantifyCine,
  quantifyPhase,
  wholeHeartSlices,
} from './quantification/cine-quantities.ts';
export { type TrainingOrder, trainOnDataset } from './segmentation/train-on-dataset.ts';
export { quantifyLge } from './quantification/lge-quantities.ts';
export { quantifyExam, readMask, writeQuantities } from './quantification/quantify.ts';
export {
  type CaseQuantities,
  caseNames,
  errorsAgainst,
  quantifyCase,
  type QuantityError,
  type ReferenceValues,
} from './quantification/quantify-dataset.ts';
export { compareMethods, type MethodAgreement } from './quantification/tissue/method-agreement.ts';
export type { TissueQuantities } from './tissue-records.ts';
export { findSegmentReference } from './quantification/rv-insertion.ts';
export { assumedReference, type SegmentReference } from './quantification/segments.ts';
export { readNifti } from './volume/nifti.ts';
export { writeNifti } from './volume/nifti-writer.ts';
export { readPngStack } from './volume/png-stack.ts';
