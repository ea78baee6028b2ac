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
