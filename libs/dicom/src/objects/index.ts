export { cardiacCodes, cardiacSegments } from './cardiac-segments.ts';
export { type Code, code, privateScheme, sameCode } from './code.ts';
export { derivedUid } from './derived-uid.ts';
export { type ExamIdentity, examIdentity, type ResultMaker } from './exam-identity.ts';
export {
  type Measurement,
  type MeasurementGroup,
  readMeasurementReport,
  type ReadReport,
  type ReportSource,
  writeMeasurementReport,
} from './measurement-report.ts';
export {
  type ReadSegment,
  readSegmentation,
  type ReadSegmentation,
  type SegmentationOptions,
} from './read-segmentation.ts';
export { type Picture, writeSecondaryCapture } from './secondary-capture.ts';
export {
  type Segment,
  type SegmentAlgorithm,
  type SegmentationSource,
  writeSegmentation,
  type WrittenObject,
} from './segmentation.ts';
export { type SourceInstance, type SourceStack, sourceStack } from './source-stack.ts';
