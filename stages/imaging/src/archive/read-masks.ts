import type { Checked } from '@myocast/base';
import { accepted } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { type ReadSegment, readSegmentation, sameCode, type SourceStack } from '@myocast/dicom/objects';
import type { SegmentedKind } from '../records.ts';
import { segmentsOf } from './terms.ts';

/**
 * A segmentation object of any program as a mask of an exam, on the grid of its images. Segments
 * become the labels of the kind by what they are (their type's code), whatever their numbers; others are left out.
 */
export function readExamMask(
  bytes: Uint8Array,
  path: string,
  kind: SegmentedKind,
  stack: SourceStack,
): Checked<Mask> {
  const known = segmentsOf[kind];
  const labelOf = ({ type }: ReadSegment) => {
    const label = known.findIndex((segment) => sameCode(segment.type, type)) + 1;
    return label > 0 ? label : null;
  };
  const read = readSegmentation(bytes, path, { stack, labelOf, nested: kind === 'lge-sax' });
  return read.ok ? accepted(read.value.mask, read.issues) : read;
}
