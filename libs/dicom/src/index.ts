export {
  type DataElement,
  type DataElements,
  type EncapsulatedElement,
  elementOf,
  elementTexts,
  type PlainElement,
  type SequenceElement,
} from './data-element.ts';
export { decodeText } from './character-set.ts';
export type { DecodedText, TextSort } from './code-extensions.ts';
export { type Dataset, number, numbers, readDataset, text, textNotes, texts } from './dataset.ts';
export { burntInText, type TextLine } from './deidentify/burnt-in-text.ts';
export type { ActionCounts, Deidentification } from './deidentify/cleaned-elements.ts';
export { cleanedDescription, withoutIdentifiers } from './deidentify/clean-text.ts';
export { type ProfileOption, profileOptions, studyOptions } from './deidentify/confidentiality-profile.ts';
export { type DeidentifiedFile, deidentify } from './deidentify/deidentify.ts';
export { identifiersOf, patientIdentifiersOf } from './deidentify/identifiers.ts';
export { keyMark, type PseudonymKey, pseudonymOf, shiftDays } from './deidentify/keyed-hash.ts';
export { pixelsMayIdentify } from './deidentify/pixel-suspicion.ts';
export { publicAttribute, tagOfKeyword } from './dictionary.ts';
export { items } from './items.ts';
export { readElements } from './read-elements.ts';
export { attributes, formatTag, type Keyword } from './keywords.ts';
export {
  type Assembly,
  assembleVolume,
  emptyVolume,
  placePixels,
  planVolume,
  type VolumePlan,
} from './geometry.ts';
export { pixelKeyword } from './pixel-layout.ts';
export { eachFrame, openPixels, type PixelFrames, type Pixels, readPixels } from './pixels.ts';
export { modalityValues, philipsScaling, type Rescale, rescaleOf } from './modality-values.ts';
export { type ImagePlane } from './image-plane.ts';
export { type DicomImage, type ImageHeader, openDicom, readDicom, readImageHeaders } from './read.ts';
export { groupSeries, type Series } from './group-series.ts';
export { classifyExam, classifySeries, type PixelEvidence, type SeriesClass } from './series.ts';
export { type SeriesKind, seriesKinds, type Technique, techniques } from './series-kinds.ts';
export { factsOfName, seriesFacts, type SeriesFacts } from './series-facts.ts';
export { averageAxis, degreesBetween } from './series-view.ts';
export { sopClassName } from './sop-class.ts';
export { isUncompressed, transferSyntaxName } from './transfer-syntax.ts';
export {
  type Affine,
  type LpsPoint,
  lpsOfVoxel,
  type Mask,
  spacingMm,
  type Volume,
  type VoxelIndex,
  voxelVolumeMm3,
} from './volume.ts';
export { type DicomElements, type DicomValue, elementsFrom, writeDicom } from './write.ts';
export { writeElements } from './write-elements.ts';
