import type { Mask } from '@myocast/dicom';
import {
  cardiacSegments,
  type ExamIdentity,
  type SourceInstance,
  type SourceStack,
  writeSegmentation,
} from '@myocast/dicom/objects';
import type { Centre } from './centre.ts';
import type { Exam, SeriesImages } from './exam.ts';
import {
  type DicomFile,
  type ExamHeader,
  frameOfReferenceUid,
  mrImageStorage,
  placeOf,
  seriesNumbers,
} from './exam-dicom.ts';
import { sliceSpacingMm, sliceThicknessMm } from './scene.ts';
import { vendorOf } from './vendor.ts';

/**
 * The labels behind every series of an exam as DICOM segmentation objects that name the images they
 * lie on: `<sequence>.dcm`. Slices run from the apex to the base, along the images' normal. A
 * series without any label has none.
 *
 * @param identity that of the images
 * Agrees with: highdicom and dciodvfy (reference/simulation/check-segmentations.py).
 */
export function truthSegmentations(
  exam: Exam,
  identity: ExamIdentity,
  centre: Centre,
  header: ExamHeader,
): DicomFile[] {
  return exam.series.flatMap((series, index) => {
    if (!series.label.some((value) => value !== 0)) return [];
    const source = {
      identity,
      stack: stackOf(series, index, exam, centre, header),
      mask: maskOf(series, exam),
      segments: cardiacSegments[series.kind],
      algorithms: cardiacSegments[series.kind].map(() => ({ type: 'AUTOMATIC', name: 'phantom' }) as const),
      creator: null,
      seriesNumber: 9000 + 100 * (index + 1) + 1,
      seriesDescription: `Truth of ${series.sequence}`,
    };
    const maker = { softwareVersion: 'virtual', at: new Date(`${header.date}T10:00:00Z`) };
    return [{ name: `${series.sequence}.dcm`, bytes: writeSegmentation(source, maker).bytes }];
  });
}

/** Slices from the last to the first: [t, z, y, x]. */
function maskOf({ label, phases, slices }: SeriesImages, { scene }: Exam): Mask {
  const { matrix } = scene.plan;
  const area = matrix ** 2;
  const data = new Uint8Array(label.length);
  for (let at = 0; at < phases * slices; at++) {
    const from = at - (at % slices) + (slices - 1 - (at % slices));
    data.set(label.subarray(from * area, (from + 1) * area), at * area);
  }
  return { shape: [phases, slices, matrix, matrix], data, affine: null };
}

function stackOf(
  series: SeriesImages,
  index: number,
  exam: Exam,
  centre: Centre,
  header: ExamHeader,
): SourceStack {
  const { phases, slices, sliceIndices } = series;
  const { matrix } = exam.scene.plan;
  const numbers = seriesNumbers(series, index, header, vendorOf(centre, exam.scene.plan));
  const order = Array.from({ length: slices }, (_, z) => slices - 1 - z);
  const places = order.map((slice) => placeOf(series, slice, exam));
  const instances: SourceInstance[] = [];
  for (let phase = 0; phase < phases; phase++)
    for (const slice of order)
      instances.push({
        sopClassUid: mrImageStorage,
        sopInstanceUid: numbers.sopInstanceUid(slice, phase),
        seriesInstanceUid: numbers.seriesUid(slice),
        frame: null,
      });
  return {
    shape: [phases, slices, matrix, matrix],
    frameOfReferenceUid: frameOfReferenceUid(header),
    orientation: places[0]!.ImageOrientationPatient,
    pixelSpacingMm: [exam.spacingMm, exam.spacingMm],
    sliceThicknessMm,
    sliceSpacingMm: sliceSpacingMm * ((sliceIndices[1] ?? 1) - (sliceIndices[0] ?? 0)),
    positions: places.map(({ ImagePositionPatient }) => ImagePositionPatient),
    instances,
  };
}
