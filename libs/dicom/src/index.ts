export { attributes, formatTag, type Keyword } from './keywords.ts';
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
