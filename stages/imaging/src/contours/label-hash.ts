import { createHash } from 'node:crypto';
import type { Mask } from '@myocast/dicom';

/** SHA-256 of the labels, voxel by voxel, in hexadecimal: of a whole cine in some milliseconds. */
export function labelHash({ data }: Mask): string {
  return createHash('sha256').update(data).digest('hex');
}
