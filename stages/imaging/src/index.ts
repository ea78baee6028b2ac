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
  type EssentialKind,
  type ExamRecord,
  type LgeQuantities,
  lgeLabel,
  longAxisLabel,
  type MaskName,
  maskNames,
  maskSources,
  type QuantitiesRecord,
  type SegmentedKind,
  type OtherSeriesRecord,
  type SegmentValues,
  type SeriesKind,
  type SeriesRecord,
  type SliceTokens,
  t2Label,
} from './records.ts';
export {
  type ContouredCine,
  deformation,
  type DeformationInput,
  type DeformationSeries,
} from './deformation/exam-deformation.ts';
export type {
  DeformationQuantities,
  LeftAtrium,
  LongAxisStrain,
  ShortAxisStrain,
} from './deformation/records.ts';
export {
  openSegmenter,
  type Segmenter,
  type SegmenterCard,
  weightsFolder,
} from './segmentation/segmenter.ts';
export { type Segmentation, segment, type SegmentOptions } from './segmentation/segment.ts';
export { labelledCentre, pixelNear } from './segmentation/carry-centre.ts';
export { certaintyFlags, type StackCertainty, stackCertainty } from './segmentation/stack-certainty.ts';
export { uncertaintyMap } from './segmentation/uncertainty-map.ts';
export type { Showing } from './segmentation/showing.ts';
export { type Dataset, findDataset, maskAt, volumeAt } from './segmentation/dataset.ts';
export { dice } from './segmentation/dice.ts';
export { casesOf, type StackScore, segmentCase, summarise } from './segmentation/segment-dataset.ts';
export { joinPhases, splitPhases } from './segmentation/phases.ts';
export {
  chooseWeights,
  type ChosenWeights,
  openSegmenters,
  type SegmentationRecord,
  type SeriesSegmentation,
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
export type { LabelledSlice, SliceSource } from './segmentation/training-batch.ts';
export type { SlicePixels } from './segmentation/view.ts';
export {
  type MeasuredCine,
  measureCine,
  type PhaseQuantities,
  quantifyCine,
  quantifyPhase,
  wholeHeartSlices,
} from './quantification/cine-quantities.ts';
export {
  crossValidate,
  type CrossValidation,
  type CrossValidationOrder,
} from './segmentation/cross-validate.ts';
export { type TrainingOrder, trainOnDataset } from './segmentation/train-on-dataset.ts';
export { mostellerM2, nobodyKnown } from './quantification/ventricles/body-size.ts';
export { beatUnknown, withHeartRate } from './quantification/ventricles/beat.ts';
export { errorOf, type Repeatability, repeatability } from './quantification/ventricles/measurement-error.ts';
export {
  compareWithReference,
  type ReferenceRange,
  referenceRanges,
} from './quantification/ventricles/reference-ranges.ts';
export { quantifyVentricles } from './quantification/ventricles/ventricle-quantities.ts';
export type {
  Beat,
  ChamberRates,
  MeasurementError,
  Person,
  ReferenceComparison,
  VentricleQuantities,
  WallQuantities,
} from './quantification/ventricles/ventricle-records.ts';
export { quantifyLge } from './quantification/lge-quantities.ts';
export { quantifyT2, type T2Quantities } from './quantification/t2-quantities.ts';
export { knownBefore } from './quantification/known-before.ts';
export { quantifyExam, type QuantifyOptions, readMask, writeQuantities } from './quantification/quantify.ts';
export {
  type CaseQuantities,
  caseNames,
  errorsAgainst,
  quantifyCase,
  type QuantityError,
  type ReferenceValues,
} from './quantification/quantify-dataset.ts';
export { compareMethods, type MethodAgreement } from './quantification/tissue/method-agreement.ts';
export { fewestForLimits } from './quantification/tissue/mask-agreement.ts';
export type { TissueQuantities } from './tissue-records.ts';
export { findSegmentReference } from './quantification/rv-insertion.ts';
export { type SliceInsertions, sliceInsertions } from './quantification/slice-insertions.ts';
export { assumedReference, type SegmentReference } from './quantification/segments.ts';
export { readNifti } from './volume/nifti.ts';
export { writeNifti } from './volume/nifti-writer.ts';
export { readPngStack } from './volume/png-stack.ts';
