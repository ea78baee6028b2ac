import type { Mask } from '@myocast/dicom';
import {
  type SourceStack,
  writeMeasurementReport,
  writeSecondaryCapture,
  type SegmentationSource,
  writeSegmentation,
  type WrittenObject,
} from '@myocast/dicom/objects';
import { quantifyCine } from '../quantification/cine-quantities.ts';
import { quantifyLge } from '../quantification/lge-quantities.ts';
import { assumedReference } from '../quantification/segments.ts';
import type { QuantitiesRecord, SegmentedKind } from '../records.ts';
import { measurementGroups } from './measurement-groups.ts';
import { cardiacMr, segmentsOf } from './terms.ts';

const [slices, rows, columns] = [7, 33, 31] as const;

const identity = {
  StudyInstanceUID: '2.25.4711',
  StudyDate: '20240102',
  StudyTime: '090000',
  StudyID: '1',
  StudyDescription: 'Cardiac MR',
  AccessionNumber: 'ACC-1',
  ReferringPhysicianName: '',
  PatientName: 'Müller^Änne',
  PatientID: 'P-1',
  PatientBirthDate: '19500101',
  PatientSex: 'F',
};
const maker = { softwareVersion: '0.1.0', at: new Date('2024-02-03T04:05:06Z') };

/** An oblique stack, slices 9.5 mm apart. */
export function referenceStack(phases: number, series: string): SourceStack {
  const [a, b] = [0.8, 0.6];
  return {
    shape: [phases, slices, rows, columns],
    frameOfReferenceUid: '2.25.4712',
    orientation: [a, b, 0, 0, 0, -1],
    pixelSpacingMm: [1.5, 1.5],
    sliceThicknessMm: 8,
    sliceSpacingMm: 9.5,
    positions: Array.from({ length: slices }, (_, z) => [-20.5 - 9.5 * z * b, 12.25 + 9.5 * z * a, 33.125]),
    instances: Array.from({ length: phases * slices }, (_, index) => ({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: `${series}.${index + 1}`,
      seriesInstanceUid: series,
      frame: null,
    })),
  };
}

/** A ring that contracts, thinner towards the apex, with an RV beside it or an infarct with a core in it. */
function heart(kind: SegmentedKind, phases: number): Mask {
  const data = new Uint8Array(phases * slices * rows * columns);
  for (let at = 0; at < data.length; at++) {
    const [x, y] = [(at % columns) - 18, (Math.floor(at / columns) % rows) - 16];
    const z = Math.floor(at / (columns * rows)) % slices;
    const t = Math.floor(at / (columns * rows * slices));
    const inner = 7 - 0.5 * z - (t === 1 ? 2 : 0);
    const [radius, angle] = [Math.hypot(x, y), Math.atan2(y, x)];
    data[at] =
      kind === 'cine-sax'
        ? cineAt(radius, inner, Math.hypot(x + 12, y) < 6 - t)
        : lgeAt(radius, inner, angle);
  }
  return { shape: [phases, slices, rows, columns], data, affine: affineOf(referenceStack(phases, '1')) };
}

function cineAt(radius: number, inner: number, isRight: boolean): number {
  if (radius < inner) return 3;
  if (radius < inner + 3.2) return 2;
  return isRight ? 1 : 0;
}

function lgeAt(radius: number, inner: number, angle: number): number {
  if (radius < inner) return 1;
  if (radius >= inner + 3.2) return 0;
  if (angle < 0.2 || angle > 1.7) return 2;
  return angle > 0.7 && angle < 1.1 && radius < inner + 1.8 ? 4 : 3;
}

function affineOf({ orientation, positions, pixelSpacingMm }: SourceStack): readonly number[] {
  const line = (axis: number) => [
    orientation[axis]! * pixelSpacingMm[1]!,
    orientation[axis + 3]! * pixelSpacingMm[0]!,
    positions[1]![axis]! - positions[0]![axis]!,
    positions[0]![axis]!,
  ];
  return [...line(0), ...line(1), ...line(2), 0, 0, 0, 1];
}

/** Results of a made-up exam, always the same bytes: what other programs read, and said of it, is kept under `reference/`. */
export function referenceResults() {
  const cine = { mask: heart('cine-sax', 3), stack: referenceStack(3, '2.25.4713') };
  const lge = { mask: heart('lge-sax', 1), stack: referenceStack(1, '2.25.4714') };
  const network = { type: 'AUTOMATIC', name: 'cine-sax 0123456789ab' } as const;
  const segmentation = (
    kind: SegmentedKind,
    { mask, stack }: typeof cine,
    seriesNumber: number,
    byHand: Pick<SegmentationSource, 'algorithms' | 'creator'> | null = null,
  ) =>
    writeSegmentation(
      {
        identity,
        stack,
        mask,
        segments: segmentsOf[kind],
        ...(byHand ?? { algorithms: segmentsOf[kind].map(() => network), creator: null }),
        seriesNumber,
        seriesDescription: `${kind} contours`,
      },
      maker,
    );
  const [cineSeg, lgeSeg] = [segmentation('cine-sax', cine, 9101), segmentation('lge-sax', lge, 9102)];
  const correctedSeg = segmentation('lge-sax', lge, 9102, {
    algorithms: [network, { ...network, type: 'SEMIAUTOMATIC' }, network, { type: 'MANUAL' }],
    creator: 'reader 2',
  });
  const cineQuantities = quantifyCine(cine.mask);
  const lgeQuantities = quantifyLge(lge.mask, assumedReference(lge.mask));
  if (!cineQuantities.ok || !lgeQuantities.ok) throw new Error('the reference heart has no quantities');
  const quantities: Pick<QuantitiesRecord, 'cine' | 'lge'> = {
    cine: cineQuantities.value,
    lge: lgeQuantities.value,
  };
  const on = {
    'cine-sax': { segmentation: cineSeg, sourceSeriesUid: '2.25.4713' },
    'lge-sax': { segmentation: lgeSeg, sourceSeriesUid: '2.25.4714' },
  };
  const groups = measurementGroups(quantities, on, 1.9);
  const report = writeMeasurementReport(
    {
      identity,
      procedure: cardiacMr,
      groups,
      stacks: [cine.stack, lge.stack],
      segmentations: [cineSeg, lgeSeg],
      seriesNumber: 9110,
    },
    maker,
  );
  const rgb = Uint8Array.from({ length: 12 * 10 * 3 }, (_, index) => (index * 7) % 256);
  const about = { seriesNumber: 9120, description: 'Summary' };
  const picture = writeSecondaryCapture({ width: 12, height: 10, rgb }, identity, about, maker);
  const objects: Readonly<Record<string, WrittenObject>> = {
    'cine-sax.seg': cineSeg,
    'lge-sax.seg': lgeSeg,
    'lge-sax-corrected.seg': correctedSeg,
    'measurements.sr': report,
    'summary.sc': picture,
  };
  return { objects, masks: { 'cine-sax': cine.mask, 'lge-sax': lge.mask }, groups, rgb };
}
