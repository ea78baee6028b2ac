export { decodeText } from './character-set.ts';
export type { DecodedText, TextSort } from './code-extensions.ts';
export { type Dataset, number, numbers, readDataset, text, textNotes, texts } from './dataset.ts';
export { attributes, formatTag, type Keyword } from './keywords.ts';
export {
  type Assembly,
  assembleVolume,
  emptyVolume,
  imagePlane,
  placePixels,
  planVolume,
  type VolumePlan,
} from './geometry.ts';
export { type Pixels, pixelKeyword, readPixels } from './pixels.ts';
export { type DicomImage, type ImageHeader, readDicom, readImageHeader } from './read.ts';
export { classifySeries, groupSeries, type Series, type SeriesClass } from './series.ts';
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
export { type DicomElements, type DicomValue, writeDicom } from './write.ts';
