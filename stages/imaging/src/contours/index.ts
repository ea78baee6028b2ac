export { importContours, type ImportOrder } from './import-contours.ts';
export { contoursFile, contoursNifti, contoursSegmentation, type ExportOrder } from './export-contours.ts';
export {
  correctMask,
  type CorrectionOrder,
  misgivenCorrector,
  misgivenReason,
  returnTo,
} from './correct-mask.ts';
export {
  type Correction,
  type CorrectionEntry,
  correctionsFolder,
  correctorOf,
  type CorrectionsRecord,
  readCorrections,
} from './corrections-record.ts';
export { automaticDrawer, correctionsHash, maskInForce, type MaskInForce } from './mask-in-force.ts';
export { contoursSchema, type ContoursFile } from './contours-schema.ts';
export { labelNames } from './contours-of-mask.ts';
export { outlinesOf, type Outline, type Point, type Polygon } from './outline.ts';
export { baseComesFirst, type InsertionPoints, insertionPoints } from './insertion-points.ts';
export { examRecord } from './series-grid.ts';
export { carriedMask } from './carried-mask.ts';
export { lgeAnatomy } from '../quantification/segments.ts';
export { type ComparedReadings, compareReadings, type Reading } from './compare-readings.ts';
